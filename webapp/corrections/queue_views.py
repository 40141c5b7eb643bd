"""The queue of those who answer: what is overdue first; 接受, 驳回, 已改好, 下架."""

from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.errors import InvalidInput
from kb.models import Correction
from kb.queries import corrections as lists
from kb.queries.corrections import Wanted
from kb.services import correcting, corrections
from kb.services.entries import may_review_for_unit, pending_version
from kb.terms import CorrectionKind, Role
from webapp.context import services
from webapp.corrections.blueprint import bp
from webapp.corrections.forms import clean, number_or_none
from webapp.database import commit, db
from webapp.identity import current_actor

Done = tuple[str, str]  # what was done, in a sentence, and the page to go on to


def read_wanted() -> Wanted:
    """What the address asks the queue for; what is not understood does not filter."""
    given = request.args
    tab, kind = given.get("tab", "waiting"), given.get("kind", "")
    return Wanted(
        tab=tab if tab in lists.TABS else "waiting",
        kind=kind if kind in set(CorrectionKind) else "",
        unit_id=number_or_none(given.get("unit", "")),
        page=number_or_none(given.get("page", "")) or 1,
    )


@bp.get("/units/corrections")
def queue() -> str:
    """The corrections this person answers."""
    return queue_page()


def address(endpoint: str = "corrections.queue", **changes: Any) -> str:
    """An address with the filters of this one; of its page only where that is given."""
    wanted = read_wanted()
    values = {"tab": wanted.tab, "kind": wanted.kind or None, "unit": wanted.unit_id}
    return url_for(endpoint, **(values | changes))


def queue_page(*, many_problem: str = "", ticked: Sequence[str] = ()) -> str:
    """The queue; with what was wrong with an act on many of them, and their ticks."""
    actor, now = current_actor(), services().clock()
    wanted = read_wanted()
    found = lists.list_corrections(db(), actor, wanted, now)
    return render_template(
        "corrections/queue.html",
        found=found,
        counts=lists.counts(db(), actor, now),
        tabs=lists.TABS,
        wanted=wanted,
        many_problem=many_problem,
        ticked=ticked,
        typed=request.form,
        longest=corrections.MAX_ANSWER,
        units=lists.units_with_corrections(db()) if actor.has(Role.EDITOR) else [],
        href=address,
        page_href=lambda page: address(page=page),
        many_href=address("corrections.handle_many_corrections", page=found.page),
        export=lambda **more: address("corrections.export_corrections", **more),
    )


@bp.get("/units/corrections/<int:correction_id>")
def correction(correction_id: int) -> str:
    """One correction: the passage, what was said, and what may be done."""
    return _page(_load(correction_id), {})


def _load(correction_id: int) -> Correction:
    found = corrections.get_correction(db(), correction_id, current_actor())
    correcting.require_handler(current_actor(), found)
    return found


def _page(found: Correction, problems: dict[str, str]) -> str:
    actor, item = current_actor(), found.item
    passage = next((p for p in found.version.passages if p.ordinal == found.passage_ordinal), None)
    current = item.current_version
    others = corrections.open_of(db(), item, actor)
    return render_template(
        "corrections/correction.html",
        found=found,
        item=item,
        passage=passage,
        current=current,
        is_newer=current is not None and current.number > found.version.number,
        pending=pending_version(db(), item.id),
        others=[other for other in others if other.id != found.id],
        may_withdraw=actor.has(Role.EDITOR) or may_review_for_unit(actor, item),
        problems=problems,
        typed=request.form,
        longest=corrections.MAX_ANSWER,
    )


@bp.post("/units/corrections/<int:correction_id>/accept")
def accept(correction_id: int) -> Response:
    """接受, and go on to the draft that mends it."""
    found, now = _load(correction_id), services().clock()

    def act() -> Done:
        actor = current_actor()
        answer = clean(request.form.get("answer", ""))
        version = correcting.accept(db(), found, actor=actor, now=now, answer=answer)
        sentence = (
            f"已接受，请在第 {version.number} 版里改：改了报的那一处，发布后自动办结；"
            "没有改就回到待处理"
        )
        return sentence, url_for("unit_portal.version", version_id=version.id)

    return _handle(found, act)


@bp.post("/units/corrections/<int:correction_id>/reject")
def reject(correction_id: int) -> Response:
    """驳回 with the reason the reporter will read."""
    found, now = _load(correction_id), services().clock()
    reason = clean(request.form.get("reason", ""))

    def act() -> Done:
        correcting.reject(db(), found, actor=current_actor(), now=now, reason=reason)
        return "已驳回，报的人会看到理由", url_for("corrections.queue")

    return _handle(found, act)


@bp.post("/units/corrections/<int:correction_id>/settle")
def settle(correction_id: int) -> Response:
    """已改好: the published version is newer and says it right."""
    found, now = _load(correction_id), services().clock()

    def act() -> Done:
        correcting.settle_by_current(db(), found, actor=current_actor(), now=now)
        return f"已办结：{found.answer}", url_for("corrections.queue")

    return _handle(found, act)


@bp.post("/units/corrections/<int:correction_id>/withdraw")
def withdraw(correction_id: int) -> Response:
    """下架 the whole entry."""
    found, now = _load(correction_id), services().clock()
    reason = clean(request.form.get("withdrawal", ""))

    def act() -> Done:
        try:
            correcting.withdraw_entry(db(), found, actor=current_actor(), now=now, reason=reason)
        except InvalidInput as invalid:
            raise InvalidInput(invalid.message, {"withdrawal": invalid.message}) from invalid
        return "条目已下架，这条纠错已办结", url_for("corrections.queue")

    return _handle(found, act)


def _handle(found: Correction, act: Callable[[], Done]) -> Response:
    """Do one step and commit; a refusal shows the page again with the sentence in its place."""
    try:
        correcting.require_seen(found, number_or_none(request.form.get("rev", "")) or 0)
        sentence, address = act()
    except InvalidInput as invalid:
        db().rollback()
        return make_response(_page(found, invalid.fields or {"reason": invalid.message}), 422)
    commit()
    flash(sentence, "good")
    return redirect(address)
