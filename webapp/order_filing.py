"""归类 with 归档: the categories that are suggested for what nobody filed, and what was chosen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from kb.bulletins.conditions import UNFILED
from kb.models import WorkOrder
from kb.profile_choices import catch_all
from kb.services.suggesting import CategorySuggestion, suggest_categories
from webapp.context import services


@dataclass(frozen=True)
class Filing:
    """The choice of a category, likeliest first, and all that the city has; ``rest`` is for what
    none fits: the city's own, or none at all."""

    suggested: Sequence[CategorySuggestion]
    paths: Sequence[str]
    rest: Sequence[str]


def filing_of(session: Session, order: WorkOrder) -> Filing | None:
    """The choice that archiving asks for; none where the request is filed, or nothing can be."""
    profile, asked = services().profile, order.request
    if asked.category or not profile.categories:
        return None
    found = suggest_categories(
        session, asked.content, profile, services().clock(), title=asked.title
    )
    sure = [one for one in found if one.is_sure]
    named = {one.category for one in sure}
    rest = [path for path in catch_all(profile.categories) or (UNFILED,) if path not in named]
    return Filing(sure, profile.categories, rest)


def chosen_category(form: Mapping[str, str]) -> str:
    """What was typed, else the suggestion that was ticked."""
    return form.get("category_other", "").strip() or form.get("category", "")
