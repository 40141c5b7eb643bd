"""The queue of contradictions, and one of them with both clauses side by side."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.errors import InvalidInput
from kb.models import Conflict
from kb.presenters.conflict_page import Side, sides
from kb.queries import conflicts as lists
from kb.queries.conflicts import Wanted, get_conflict
from kb.services import conflict_answers as answers
from kb.standing import standing_on
from kb.terms import ConflictAnswer, ConflictState, Role
from webapp.conflicts.blueprint import bp
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor

_SAID = {
    ConflictState.OPEN: "已记下本单位的答复，等对方答复",
    ConflictState.DISPUTED: "双方都坚持，已转知识管理员裁定",
    ConflictState.AGREED: "已商定，改好发布后自动了结",
    ConflictState.SETTLED: "双方确认都对，坐席那边不再提示",
}
STEPS = {
    "found": "发现不一致，已请双方答复",
    "changed": "条文有变化，重新请双方答复",
    "answered": "答复",
    "ruled": "裁定",
    "reopened": "重新确认",
    "gone": "自动了结",
}


def read_wanted() -> Wanted:
    """What the address asks the queue for; what is not understood does not filter."""
    given = request.args
    tab = given.get("tab", "open" if current_actor().has(Role.EDITOR) else "mine")
    page = given.get("page", "1")
    return Wanted(
        tab=tab if tab in lists.TABS else "open",
        text=given.get("q", "").strip()[:50],
        page=int(page) if page.isascii() and page.isdigit() and len(page) < 8 else 1,
    )


@bp.get("/units/conflicts")
def queue() -> str:
    """The contradictions this person's unit has a side in; an editor sees all."""
    return queue_page()


def address(endpoint: str = "conflicts.queue", **changes: Any) -> str:
    """An address with the filters of this one; of its page only where that is given."""
    wanted = read_wanted()
    values: dict[str, Any] = {"tab": wanted.tab, "q": wanted.text or None}
    return url_for(endpoint, **(values | changes))


def queue_page(*, many_problem: str = "", ticked: Sequence[str] = ()) -> str:
    """The queue; with what was wrong with an act on many of them, and their ticks."""
    actor, wanted = current_actor(), read_wanted()
    found = lists.queue(db(), actor, wanted)
    shown = {item_id for row in found.rows for item_id in (row.left_item_id, row.right_item_id)}
    tabs = {name: label for name, label in lists.TABS.items() if actor.unit_scope or name != "mine"}
    return render_template(
        "conflicts/queue.html",
        found=found,
        visible=lists.visible_among(db(), shown, actor),
        tabs=tabs,
        wanted=wanted,
        many_problem=many_problem,
        ticked=ticked,
        typed=request.form,
        longest=answers.MAX_COMMENT,
        rules=actor.has(Role.EDITOR),
        href=address,
        page_href=lambda number: address(page=number),
        many_href=address("conflicts.both_hold_of_many", page=found.page),
        export=lambda **more: address("conflicts.export_conflicts", **more),
    )


@bp.get("/units/conflicts/<int:conflict_id>")
def conflict(conflict_id: int) -> str:
    """Both clauses side by side, what each unit says, and what may be done."""
    return _page(get_conflict(db(), conflict_id, current_actor()), {}, "")


def _page(found: Conflict, problems: dict[str, str], where: str) -> str:
    actor = current_actor()
    today = local_day(services().clock())
    both = sides(db(), found, actor)
    return render_template(
        "conflicts/conflict.html",
        found=found,
        sides=both,
        standing={side.name: standing_on(side.item, side.version, today) for side in both},
        place={side.name: _place(found, side) for side in both},
        rulings=_rulings(both),
        step_names=STEPS,
        may_rule=actor.has(Role.EDITOR) and found.state in ("open", "disputed", "agreed"),
        may_reopen=actor.has(Role.EDITOR) and found.state in ("settled", "agreed"),
        problems=problems,
        where=where,
        typed=request.form,
        longest=answers.MAX_COMMENT,
    )


def _rulings(both: Sequence[Side]) -> dict[ConflictAnswer, str]:
    """An editor rules by the names of the two sides, which lie below each other on a phone."""
    left, right = (side.item.unit.name for side in both)
    if left == right:
        left, right = (f"《{side.version.title[:30]}》" for side in both)
    if left == right:
        left, right = "第一个条目", "第二个条目"
    return {
        ConflictAnswer.MINE: f"{left}的正确，{right}修改",
        ConflictAnswer.THEIRS: f"{right}的正确，{left}修改",
        ConflictAnswer.BOTH: "都对，适用不同",
        ConflictAnswer.WILL_CHANGE: "双方都要修改",
    }


def _place(found: Conflict, side: Side) -> str:
    ordinal = getattr(found, f"{side.name}_ordinal")
    headings = (p.heading_path for p in side.version.passages if p.ordinal == ordinal)
    return next(headings, "")


@bp.post("/units/conflicts/<int:conflict_id>/answer")
def answer(conflict_id: int) -> Response:
    """A unit's word on its own clause."""
    found = get_conflict(db(), conflict_id, current_actor())
    side = request.form.get("side", "")
    answers.item_of(found, side)

    def act() -> str:
        answers.answer(
            db(),
            found,
            side,
            _chosen("answer", "请选择本单位的答复"),
            comment=comment_sent(),
            seen_rev=_rev(),
            actor=current_actor(),
            now=services().clock(),
        )
        return _SAID[ConflictState(found.state)]

    return _handle(found, act, side)


@bp.post("/units/conflicts/<int:conflict_id>/rule")
def rule(conflict_id: int) -> Response:
    """裁定 by the editor."""
    found = get_conflict(db(), conflict_id, current_actor())

    def act() -> str:
        answers.rule(
            db(),
            found,
            _chosen("ruling", "请选择以谁的为准"),
            comment=comment_sent(),
            seen_rev=_rev(),
            actor=current_actor(),
            now=services().clock(),
        )
        return "已裁定，双方都会看到"

    return _handle(found, act, "rule")


@bp.post("/units/conflicts/<int:conflict_id>/reopen")
def reopen(conflict_id: int) -> Response:
    """Take a conclusion back."""
    found = get_conflict(db(), conflict_id, current_actor())

    def act() -> str:
        answers.reopen(
            db(),
            found,
            comment=comment_sent(),
            seen_rev=_rev(),
            actor=current_actor(),
            now=services().clock(),
        )
        return "已重新请双方答复"

    return _handle(found, act, "reopen")


def _handle(found: Conflict, act: Callable[[], str], where: str) -> Response:
    conflict_id = found.id
    try:
        sentence = act()
    except InvalidInput as invalid:
        db().rollback()
        problems = invalid.fields or {"answer": invalid.message}
        again = get_conflict(db(), conflict_id, current_actor())
        return make_response(_page(again, problems, where), 422)
    commit()
    flash(sentence, "good")
    return redirect(url_for("conflicts.conflict", conflict_id=conflict_id))


def _chosen(name: str, sentence: str) -> ConflictAnswer:
    value = request.form.get(name, "")
    if value not in set(ConflictAnswer):
        raise InvalidInput(sentence, {"answer": sentence})
    return ConflictAnswer(value)


def comment_sent(name: str = "comment") -> str:
    """What is said with an answer, as it may be stored."""
    text = request.form.get(name, "").replace("\r\n", "\n")
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))


def _rev() -> int:
    rev = request.form.get("rev", "")
    return int(rev) if rev.isascii() and rev.isdigit() and len(rev) < 9 else 0
