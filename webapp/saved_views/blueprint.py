"""The blueprint, and what ``saved_views.html`` shows of the list that is being looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import Blueprint, request, url_for

from kb.models import SavedView
from kb.services.saved_views import MAX_NAME, filters_of, views_of
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor

bp = Blueprint("saved_views", __name__)

# The lists that keep views, by endpoint; none of them has a part of its path to fill in.
LISTS = frozenset(
    {
        "dispatch.home",
        "dispatch.ledger",
        "unit_orders.inbox",
        "follow_up.home",
        "supervision.orders",
        "supervision.papers",
        "supervision.declined",
        "unit_portal.home",
        "upkeep.due",
        "corrections.queue",
        "conflicts.queue",
        "gaps.board",
    }
)
# What only chooses one of the tabs that every list has beside its filters.
_TABS = frozenset({"state", "list", "tab", "sort"})


@dataclass(frozen=True)
class Shown:
    """The row of links of one list.

    :ivar here: the filters of the page one looks at, empty without any.
    :ivar typed: the name of a view that could not be kept, to be changed.
    """

    list_name: str
    here: str
    kept: Sequence[SavedView]
    removed: SavedView | None
    typed: str

    @property
    def is_worth_keeping(self) -> bool:
        """Tell whether more than a tab is chosen, and that under no name yet."""
        if any(view.query == self.here for view in self.kept):
            return False
        return any(name not in _TABS for name, _ in parse_qsl(self.here))


def address(list_name: str, query: str, **more: str) -> str:
    """The list with these filters, and ``more`` beside them."""
    values = "&".join(part for part in (filters_of(query), urlencode(more)) if part)
    return f"{url_for(list_name)}?{values}" if values else url_for(list_name)


@bp.app_template_global("saved_views")
def shown() -> Shown:
    """What is to be shown on the list of this request."""
    list_name = request.endpoint or ""
    views = views_of(db(), list_name, current_actor(), services().clock())
    return Shown(
        list_name,
        filters_of(request.query_string.decode("utf-8", "replace")),
        views.kept,
        views.removed,
        request.args.get("view_name", "")[:MAX_NAME],
    )


bp.add_app_template_global(address, "saved_view_address")
