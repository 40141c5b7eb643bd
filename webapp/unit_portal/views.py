"""The knowledge home of a unit: what holds, what waits, what runs out, and every entry."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from typing import Any

from flask import render_template, request, url_for

from kb.actor import Actor
from kb.clock import local_day
from kb.models import KnowledgeVersion
from kb.queries import batches, duties, portal, portal_list, review_queues, unfinished
from kb.queries.portal_list import ListQuery
from kb.queries.review_queues import Queues
from kb.queries.unfinished import Page
from kb.services import scheduling
from kb.terms import Role
from webapp.context import services
from webapp.database import db
from webapp.due_rows import row_values
from webapp.identity import current_actor
from webapp.unit_portal import choices
from webapp.unit_portal.blueprint import bp

SHOWN = 6


def number_or_none(text: str) -> int | None:
    """A whole number from an address, or ``None`` for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def read_query(today: date) -> ListQuery:
    """What the address asks the list for; what is not understood does not filter."""
    given = request.args
    sort = given.get("sort", "updated")
    return ListQuery(
        text=given.get("q", "")[:200],
        kind=given.get("kind", ""),
        standing=given.get("standing", ""),
        category=given.get("category", ""),
        since=portal.month_start(today) if given.get("since") == "month" else None,
        sort=sort if sort in portal_list.SORTS else "updated",
        page=number_or_none(given.get("page", "")) or 1,
    )


def list_address(asked: ListQuery, unit_id: int | None, **changes: Any) -> str:
    """The address of the list with some of its filters changed."""
    return url_for(
        "unit_portal.home", **_filters(replace(asked, **changes), unit_id), _anchor="all"
    )


def _filters(changed: ListQuery, unit_id: int | None) -> dict[str, Any]:
    return {
        "unit": unit_id,
        "q": changed.text or None,
        "kind": changed.kind or None,
        "standing": changed.standing or None,
        "category": changed.category or None,
        "since": "month" if changed.since else None,
        "sort": changed.sort if changed.sort != "updated" else None,
        "page": changed.page if changed.page > 1 else None,
    }


@bp.get("")
def home() -> str:
    """The unit's knowledge home."""
    return home_page()


def home_page(**more: Any) -> str:
    """The home with what another view adds: problems of a push, results."""
    actor, now = current_actor(), services().clock()
    today = local_day(now)
    unit_id = number_or_none(request.args.get("unit", ""))
    scope = portal.scope_of(actor, unit_id)
    asked = read_query(today)
    queues = review_queues.queues(db(), actor, unit_id, SHOWN)
    waiting = [*queues.unit.rows, *queues.centre.rows]
    drafts = unfinished.drafts(db(), scope, size=SHOWN)
    due = duties.due(db(), scope, today, size=SHOWN)
    known: dict[str, Any] = {
        "units": choices.units(db(), actor),
        "unit_id": unit_id,
        "scope_name": _scope_name(actor, unit_id),
        "is_editor": actor.has(Role.EDITOR),
        "may_handle_orders": actor.has(Role.UNIT_CLERK, Role.UNIT_REVIEWER),
        "counts": portal.counts(db(), scope, today),
        "queues": queues,
        "queue_name": _queue_name(actor, queues),
        "since": portal.waiting_since(db(), waiting),
        "open_rows": batches.count_open(db(), scope, actor),
        "plans": scheduling.waiting_plans(db(), scope),
        "drafts": drafts,
        "reasons": unfinished.return_reasons(db(), drafts.rows),
        "due": due,
        **row_values(db(), due.rows, actor, today),
        "files": unfinished.unread_files(db(), scope, now, size=SHOWN),
        "asked": asked,
        "listed": portal_list.list_entries(db(), scope, asked, today),
        "page_href": lambda page: list_address(asked, unit_id, page=page),
        "export": lambda **more: url_for(
            "unit_portal.export_entries", **_filters(replace(asked, page=1), unit_id), **more
        ),
        "standings": list(portal_list.STANDINGS.items()),
        "sorts": list(portal_list.SORTS.items()),
        "kinds": choices.kinds(),
        "audiences": choices.audiences(),
        "categories": choices.categories(asked.category),
        "max_mb": services().settings.max_upload_mb,
        "shown": SHOWN,
        "today": today,
        "month_start": portal.month_start(today),
        "wishes": {},
        "push_problem": "",
    }
    return render_template("unit_portal/home.html", **(known | more))


@bp.get("/drafts")
def drafts() -> str:
    """Every draft and returned version of the unit."""
    return _whole_list("drafts.html", lambda scope, page: unfinished.drafts(db(), scope, page=page))


@bp.get("/unread")
def unread() -> str:
    """Every original that was kept and not read."""
    now = services().clock()
    return _whole_list(
        "unread.html",
        lambda scope, page: unfinished.unread_files(db(), scope, now, page=page),
    )


def _whole_list(template: str, find: Callable[[Collection[int] | None, int], Page[Any]]) -> str:
    actor = current_actor()
    unit_id = number_or_none(request.args.get("unit", ""))
    page = number_or_none(request.args.get("page", "")) or 1
    found = find(portal.scope_of(actor, unit_id), page)
    here = request.endpoint or ""
    return render_template(
        f"unit_portal/{template}",
        found=found,
        reasons=unfinished.return_reasons(
            db(), [row for row in found.rows if isinstance(row, KnowledgeVersion)]
        ),
        is_editor=actor.has(Role.EDITOR),
        scope_name=_scope_name(actor, unit_id),
        unit_id=unit_id,
        page_href=lambda number: url_for(here, unit=unit_id, page=number),
    )


def _scope_name(actor: Actor, unit_id: int | None) -> str:
    names = dict(choices.units(db(), actor))
    if unit_id is not None:
        return names.get(str(unit_id), "没有这个单位")
    if actor.has(Role.EDITOR):
        return "全市"
    return names.get(str(actor.unit_id), "本单位")


def _queue_name(actor: Actor, queues: Queues) -> str:
    asked = request.args.get("queue", "")
    if asked in ("unit", "centre"):
        return asked
    return "centre" if actor.has(Role.EDITOR) and queues.centre.total else "unit"
