"""到期与复核: the queue of a unit, most urgent first, and what its owner decides right there."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.access import get_visible
from kb.clock import local_day
from kb.errors import InvalidInput
from kb.models import KnowledgeItem
from kb.queries import duties, portal
from kb.services import checking
from kb.terms import Role
from webapp.context import services
from webapp.database import commit, db
from webapp.due_rows import row_values
from webapp.identity import current_actor
from webapp.upkeep.blueprint import bp, form_day, number, page_number


@bp.get("/units/due")
def due() -> str:
    """The whole queue of the unit, with filters and pages."""
    return due_page()


def asked_state() -> str:
    """The choice of ``duties.STATES`` that the address makes."""
    state = request.args.get("state", "all")
    return state if state in duties.STATES else "all"


def address(endpoint: str = "upkeep.due", **changes: Any) -> str:
    """An address with the filters of this one; of its page only where that is given."""
    state = asked_state()
    values: dict[str, Any] = {
        "unit": number(request.args.get("unit", "")),
        "state": state if state != "all" else None,
        "sort": "far" if _is_descending() else None,
    }
    return url_for(endpoint, **(values | changes))


def _is_descending() -> bool:
    return request.args.get("sort") == "far"


def due_page(*, many_problem: str = "", ticked: Sequence[str] = ()) -> str:
    """The queue; with what was wrong with an act on many entries, and their ticks."""
    state, is_descending = asked_state(), _is_descending()
    actor, today = current_actor(), local_day(services().clock())
    unit_id = number(request.args.get("unit", ""))
    scope = portal.scope_of(actor, unit_id)
    found = duties.due(
        db(), scope, today, state=state, page=page_number(), is_descending=is_descending
    )
    return render_template(
        "upkeep/due.html",
        found=found,
        rows=found.rows,
        state=state,
        states=list(duties.STATES.items()),
        is_descending=is_descending,
        units=portal.units_of(db(), actor),
        unit_id=unit_id,
        is_editor=actor.has(Role.EDITOR),
        address=address,
        export=lambda **more: address("upkeep.export_due", **more),
        page_href=lambda page: address(page=page),
        many_href=address("upkeep.check_many_entries", page=found.page),
        many_problem=many_problem,
        ticked=ticked,
        problems={},
        typed=request.form if many_problem else {},
        **row_values(db(), found.rows, actor, today),
    )


def _again(item: KnowledgeItem, problems: Mapping[str, str]) -> Response:
    """The one entry again, with what was wrong."""
    actor, today = current_actor(), local_day(services().clock())
    rows = duties.due_of(db(), item.id, today)
    page = render_template(
        "upkeep/due.html",
        found=None,
        rows=rows,
        item=item,
        problems=problems,
        typed=request.form,
        is_editor=actor.has(Role.EDITOR),
        **row_values(db(), rows, actor, today),
    )
    return make_response(page, 422)


def _back(item: KnowledgeItem) -> Response:
    """To the page the form came from, by its name."""
    back = request.form.get("back", "")
    if back == "entry":
        return redirect(url_for("unit_portal.entry", item_id=item.id))
    if back == "home":
        return redirect(url_for("unit_portal.home", _anchor="u-due"))
    return redirect(url_for("upkeep.due"))


def _seen_rev() -> int:
    return number(request.form.get("rev", "")) or 0


@bp.post("/units/entries/<int:item_id>/check")
def confirm(item_id: int) -> Response:
    """仍有效, with the day of the next review."""
    actor = current_actor()
    item = get_visible(db(), item_id, actor)
    try:
        chosen = request.form.get("next", "")
        day = form_day("next_review_on" if chosen in ("", "other") else "next")
        checking.confirm(
            db(),
            item,
            next_review_on=day,
            seen_rev=_seen_rev(),
            actor=actor,
            now=services().clock(),
        )
    except InvalidInput as invalid:
        db().rollback()
        return _again(item, invalid.fields)
    title = item.current_version.title if item.current_version else ""
    commit()
    flash(f"《{title}》已确认仍有效，下次核验 {day}", "good")
    return _back(item)


@bp.post("/units/entries/<int:item_id>/extend")
def extend(item_id: int) -> Response:
    """延长有效期: the next version, to be reviewed like any other."""
    actor = current_actor()
    item = get_visible(db(), item_id, actor)
    try:
        version = checking.extend(
            db(),
            item,
            valid_until=form_day("valid_until"),
            seen_rev=_seen_rev(),
            actor=actor,
            now=services().clock(),
        )
    except InvalidInput as invalid:
        db().rollback()
        return _again(item, invalid.fields)
    commit()
    flash(
        f"已建好第 {version.number} 版，有效期至 {version.valid_until}；核对后送审，发布后生效",
        "good",
    )
    return redirect(url_for("unit_portal.version", version_id=version.id))


@bp.post("/units/entries/<int:item_id>/let-end")
def let_end(item_id: int) -> Response:
    """到期不再延续."""
    actor = current_actor()
    item = get_visible(db(), item_id, actor)
    checking.let_end(db(), item, seen_rev=_seen_rev(), actor=actor, now=services().clock())
    commit()
    flash("已记下：到期后不再延续，不再提醒；以前的有效期仍可按日期查到", "good")
    return _back(item)
