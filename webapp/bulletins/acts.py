"""What people do with a bulletin; each act is one form, and a refused one comes back as typed."""

from collections.abc import Callable
from datetime import date

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from kb.bulletins.faults import Fault, FiguresRefused
from kb.bulletins.rendering.forms import TYPES, rendered
from kb.errors import IllegalTransition, InvalidInput, KbError, NotFound, StaleVersion
from kb.models import BulletinRow
from kb.services import bulletin_sections as sections
from kb.services import bulletins
from kb.services.bulletin_cases import SECTION, add_case
from kb.services.bulletin_count_job import ask_correct, ask_recount
from kb.services.bulletin_issue_job import ask
from kb.services.bulletin_texts import heading_of
from kb.services.bulletins import By
from webapp.bulletins.blueprint import bp
from webapp.bulletins.handing_out import handed_out
from webapp.bulletins.page import assembled, page_of
from webapp.context import city, services
from webapp.database import commit, db
from webapp.identity import current_actor

_REFUSALS = (InvalidInput, IllegalTransition, StaleVersion)


def _by() -> By:
    seen = request.form.get("seen", "")
    number = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else 0
    return By(current_actor(), services().clock(), city(), number)


def _done(
    bulletin_id: int,
    act: Callable[[BulletinRow], object],
    said: str,
    *,
    failed: str = "",
    editing: str = "",
    goes_on: bool = False,
) -> Response:
    """Do it, or bring the page back with the sentence why not and what was typed.

    :param goes_on: the section stays open, for there is more to write.
    """
    try:
        act(bulletins.get(db(), bulletin_id, lock=True))
    except _REFUSALS as error:
        return _refused(bulletin_id, error, failed, editing)
    commit()
    if said:
        flash(said, "good")
    if goes_on:
        there = url_for("bulletins.show", bulletin_id=bulletin_id, edit=editing, _anchor="edit")
        return redirect(there)
    place = f"s-{editing}" if failed == "section" else None
    return redirect(url_for("bulletins.show", bulletin_id=bulletin_id, _anchor=place))


def _refused(bulletin_id: int, error: KbError, failed: str, editing: str) -> Response:
    db().rollback()
    db().expire_all()
    row = bulletins.get(db(), bulletin_id)
    faults: list[Fault] | None = list(error.faults) if isinstance(error, FiguresRefused) else None
    page = page_of(
        row,
        editing=editing if row.state_term in bulletins.OPEN else "",
        form=request.form,
        problem=error.message,
        problems=error.fields if isinstance(error, InvalidInput) else {},
        faults=faults,
        failed=failed,
    )
    return make_response(page, 422 if isinstance(error, InvalidInput) else 409)


@bp.post("/<int:bulletin_id>/sections/<key>")
def edit_section(bulletin_id: int, key: str) -> Response:
    """Save the text of a section, leave it out, or go back to the draft sentences."""
    action = request.form.get("action", "save")
    text = None if action == "restore" else request.form.get("text", "")

    def act(row: BulletinRow) -> None:
        if action == "leave_out":
            sections.leave_out(db(), row, key, _by(), text)
        else:
            sections.edit(db(), row, key, text, _by())

    words = {
        "restore": "已恢复起草的文字，原来的文字可以撤销回来",
        "leave_out": "这一节不印，写的文字留着",
    }.get(action, "已保存")
    said = f"“{_heading(key)}”{words}。"
    return _done(bulletin_id, act, said, failed="section", editing=key)


@bp.post("/<int:bulletin_id>/sections/<key>/undo/<int:step_id>")
def undo_section(bulletin_id: int, key: str, step_id: int) -> Response:
    """Bring back what a section read before a change."""
    return _done(
        bulletin_id,
        lambda row: sections.undo(db(), row, step_id, key, _by()),
        f"“{_heading(key)}”已恢复到那次修改以前。",
    )


def _heading(key: str) -> str:
    try:
        return heading_of(key)
    except StopIteration as error:
        raise NotFound("没有这一节") from error


@bp.post("/<int:bulletin_id>/cases/<number>")
def choose_case(bulletin_id: int, number: str) -> Response:
    """Tell an order as a 典型案例."""
    return _done(
        bulletin_id,
        lambda row: add_case(db(), row, number, _by()),
        "已加到典型案例里，请改成通报的文字。",
        failed="section",
        editing=SECTION,
        goes_on=True,
    )


@bp.post("/<int:bulletin_id>/header")
def edit_header(bulletin_id: int) -> Response:
    """Save title, issuer and 抄送."""
    given = {name: request.form.get(name, "") for name in ("title", "issuer", "copies")}
    return _done(
        bulletin_id,
        lambda row: sections.edit_header(db(), row, given, _by()),
        "标题和抄送已保存。",
        failed="header",
        editing="header",
    )


@bp.post("/<int:bulletin_id>/recount")
def recount(bulletin_id: int) -> Response:
    """Have the figures counted anew, in the background; the page says how that went."""
    return _done(bulletin_id, lambda row: ask_recount(db(), row, _by()), "")


@bp.post("/<int:bulletin_id>/review")
def review(bulletin_id: int) -> Response:
    """审核通过."""
    return _done(bulletin_id, lambda row: bulletins.review(db(), row, _by()), "已审核，可以印发。")


@bp.post("/<int:bulletin_id>/archive")
def archive(bulletin_id: int) -> Response:
    """归档."""
    return _done(bulletin_id, lambda row: bulletins.archive(db(), row, _by()), "已归档。")


@bp.post("/<int:bulletin_id>/correct")
def correct(bulletin_id: int) -> Response:
    """Have a corrected edition begun, in the background."""
    reason = request.form.get("reason", "")
    return _done(
        bulletin_id,
        lambda row: ask_correct(db(), row, reason, _by()),
        "",
        failed="correct",
    )


@bp.post("/<int:bulletin_id>/abandon")
def abandon(bulletin_id: int) -> Response:
    """放弃更正."""
    said = "已放弃更正，这一期还是印发时的样子。"
    return _done(bulletin_id, lambda row: bulletins.abandon(db(), row, _by()), said)


@bp.post("/<int:bulletin_id>/discard")
def discard(bulletin_id: int) -> Response:
    """作废 of a draft."""
    said = "已作废，随时可以恢复。"
    return _done(bulletin_id, lambda row: bulletins.discard(db(), row, _by()), said)


@bp.post("/<int:bulletin_id>/revive")
def revive(bulletin_id: int) -> Response:
    """恢复 a discarded draft."""
    return _done(
        bulletin_id, lambda row: bulletins.revive(db(), row, _by()), "已恢复，请重新计数。"
    )


@bp.post("/<int:bulletin_id>/issue")
def issue(bulletin_id: int) -> Response:
    """Have it issued after the self-check, in the background; the page says how that went."""

    def act(row: BulletinRow) -> None:
        try:
            day = date.fromisoformat(request.form.get("issued_on", ""))
        except ValueError as error:
            raise InvalidInput("请填写印发日期", {"issued_on": "请填写印发日期"}) from error
        ask(
            db(),
            row,
            _by(),
            number=request.form.get("number", ""),
            issued_on=day,
            typed_is_meant=request.form.get("typed_is_meant") == "1",
        )

    return _done(bulletin_id, act, "", failed="issue")


@bp.post("/<int:bulletin_id>/download/<form>")
def download(bulletin_id: int, form: str) -> Response:
    """The draft as a file, marked as a draft."""
    row = bulletins.get(db(), bulletin_id)
    bulletin = assembled(row)
    if form not in TYPES:
        raise NotFound("没有这种格式")
    if bulletin is None:
        raise InvalidInput("正文里有这一期没有的数字，请先改掉")
    return handed_out(rendered(bulletin, form), form, row, "draft")
