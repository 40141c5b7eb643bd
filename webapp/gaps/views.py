"""The board of gaps, and what an editor does with one."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.actor import Actor
from kb.errors import InvalidInput, NotFound
from kb.models import Gap
from kb.queries import gaps as lists
from kb.queries.bare_orders import left_without_entry
from kb.queries.choices import find_unit, units_by_name
from kb.queries.gaps import Wanted, get_gap
from kb.services import gap_handling as handling
from kb.services import gap_regrouping as regrouping
from kb.services.contact_details import shown_text
from webapp.context import services
from webapp.database import commit, db
from webapp.gaps.blueprint import bp
from webapp.gaps.forms import comment, handle, number, rev
from webapp.gaps.page import gap_page
from webapp.gaps.splitting import previewed
from webapp.identity import current_actor


@bp.get("/units/gaps")
def board() -> str:
    """The gaps this person's unit was given; the centre sees all."""
    actor = current_actor()
    sees_all, wanted = lists.sees_all(actor), read_wanted(actor)
    left = left_without_entry(db(), actor, number(request.args.get("left", "")))
    values: dict[str, Any] = {
        "tab": wanted.tab,
        "sort": wanted.sort,
        "unit": wanted.unit_id,
        "days": wanted.days,
        "q": wanted.text or None,
    }

    def href(**changes: Any) -> str:
        return url_for("gaps.board", **(values | changes))

    return render_template(
        "gaps/board.html",
        found=lists.board(db(), actor, wanted, services().clock()),
        left=left,
        title_of=lambda order: shown_text(order.request.title, order.request, actor),
        tabs=_tabs(actor),
        sorts=lists.SORTS,
        periods=lists.PERIODS,
        units=units_by_name(db()) if sees_all else [],
        sees_all=sees_all,
        wanted=wanted,
        is_narrowed=bool(wanted.text or wanted.unit_id or wanted.days),
        href=href,
        page_href=lambda page: href(page=page, left=left.number),
        left_href=lambda page: href(page=wanted.page, left=page, _anchor="g-left"),
        export=lambda **more: url_for("gaps.export_gaps", **values, **more),
    )


def read_wanted(actor: Actor) -> Wanted:
    """What the address asks the board for; what is not understood does not filter."""
    given, tabs = request.args, _tabs(actor)
    tab, sort, days = given.get("tab", ""), given.get("sort", ""), given.get("days", "")
    return Wanted(
        tab=tab if tab in tabs else next(iter(tabs)),
        sort=sort if sort in lists.SORTS else ("asks" if lists.sees_all(actor) else "due"),
        unit_id=number(given.get("unit", "")) or None,
        days=int(days) if days in lists.PERIODS and days else None,
        text=given.get("q", "").strip()[:50],
        page=number(given.get("page", "")) or 1,
    )


def _tabs(actor: Actor) -> dict[str, str]:
    names = lists.TABS if lists.sees_all(actor) else lists.UNIT_TABS
    return {tab: lists.TABS[tab] for tab in names}


@bp.get("/units/gaps/<int:gap_id>")
def gap(gap_id: int) -> str:
    """One gap with its questions, entries and tries."""
    return gap_page(get_gap(db(), gap_id, current_actor()))


@bp.get("/units/gaps/<int:gap_id>/<what>")
def back(gap_id: int, what: str) -> Response:
    """The address of a form that is opened as a page (reload, history): the gap itself."""
    return redirect(url_for("gaps.gap", gap_id=gap_id))


@bp.post("/units/gaps/<int:gap_id>/assign")
def assign(gap_id: int) -> Response:
    """分派 to a unit with its working days."""

    def act(found: Gap) -> str:
        unit = find_unit(db(), request.form.get("unit", ""))
        handling.assign(
            db(),
            found,
            unit_id=unit.id,
            days=number(request.form.get("days", "")),
            comment=comment(),
            seen_rev=rev(),
            actor=current_actor(),
            now=services().clock(),
        )
        return f"已分派给{unit.name}"

    return handle(gap_id, act, "assign")


@bp.post("/units/gaps/<int:gap_id>/dismiss")
def dismiss(gap_id: int) -> Response:
    """不处理, with the reason."""

    def act(found: Gap) -> str:
        handling.dismiss(
            db(),
            found,
            comment=comment(),
            seen_rev=rev(),
            actor=current_actor(),
            now=services().clock(),
        )
        return "已设为不处理；要撤销，点“重新处理”"

    return handle(gap_id, act, "dismiss")


@bp.post("/units/gaps/<int:gap_id>/take-up")
def take_up(gap_id: int) -> Response:
    """Undo a dismissal."""

    def act(found: Gap) -> str:
        actor, now = current_actor(), services().clock()
        handling.take_up(db(), found, seen_rev=rev(), actor=actor, now=now)
        return "已重新列入待分派"

    return handle(gap_id, act, "take_up")


@bp.post("/units/gaps/<int:gap_id>/rename")
def rename(gap_id: int) -> Response:
    """Another name for the matter."""

    def act(found: Gap) -> str:
        handling.rename(
            db(),
            found,
            title=request.form.get("title", ""),
            seen_rev=rev(),
            actor=current_actor(),
            now=services().clock(),
        )
        return "已改名"

    return handle(gap_id, act, "rename")


@bp.post("/units/gaps/<int:gap_id>/merge")
def merge(gap_id: int) -> Response:
    """并入 another gap; the page that follows is that one's."""
    actor, now = current_actor(), services().clock()
    found = get_gap(db(), gap_id, actor)
    try:
        into = get_gap(db(), number(request.form.get("into", "")), actor)
    except NotFound as missing:
        sentence = "请选择要并入的知识缺口"
        raise InvalidInput(sentence, {"into": sentence}) from missing
    regrouping.merge(db(), found, into, seen_rev=rev(), actor=actor, now=now)
    commit()
    flash(f"“{found.title}”已并入这一条；要撤销，打开那一条点“撤销并入”", "good")
    return redirect(url_for("gaps.gap", gap_id=into.id))


@bp.post("/units/gaps/<int:gap_id>/undo-merge")
def undo_merge(gap_id: int) -> Response:
    """Take the questions of a merged gap back."""

    def act(found: Gap) -> str:
        actor, now = current_actor(), services().clock()
        regrouping.undo_merge(db(), found, seen_rev=rev(), actor=actor, now=now)
        return "已撤销并入，提问都回到这一条"

    return handle(gap_id, act, "undo_merge")


@bp.post("/units/gaps/<int:gap_id>/split")
def split(gap_id: int) -> Response:
    """Questions that ask for another matter become a gap of their own, once that was looked at."""
    chosen = [number(value) for value in request.form.getlist("questions")]
    if "sure" not in request.form:
        return previewed(gap_id, chosen)

    def act(found: Gap) -> str:
        made = regrouping.split(
            db(), found, chosen, seen_rev=rev(), actor=current_actor(), now=services().clock()
        )
        return f"已拆出“{made.title}”，在待分派里"

    return handle(gap_id, act, "split")
