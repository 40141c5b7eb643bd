"""督办单: issued with a demand and a due time of its own, answered by the unit, then closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.calendar import UNITS, Limit
from kb.errors import CalendarUnknown, InvalidInput, KbError
from kb.models import WorkOrder, WorkOrderSupervision
from kb.queries.choices import units_by_name
from kb.queries.supervisions import MAX_ROWS, PaperFilter, PaperState, count_papers, list_papers
from kb.services import work_orders
from kb.services.contact_details import shown_text
from kb.work_orders.clocks import Clock
from kb.work_orders.events import EventKind
from kb.work_orders.facts import Supervision
from kb.workbook import Cell
from webapp import formats, order_clocks
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.list_address import address_of
from webapp.list_asked import Asked
from webapp.order_commands import REFUSALS, by_form, status_of
from webapp.order_duty import urgent_duty
from webapp.sheets import sheet, title_of, words_of
from webapp.supervision.blueprint import bp

NAMES = ("state", "unit", "q", "sort")
_HEAD = (
    *("督办单号", "工单", "标题", "承办单位", "督办要求", "签发人", "签发时间", "答复期限"),
    *("状态", "答复时间", "单位答复", "办结时间", "办结意见"),
)


@dataclass(frozen=True)
class Paper:
    """A 督办单 as a row: what was demanded by whom, and what the unit answered."""

    row: WorkOrderSupervision
    code: str
    title: str
    demand: str
    by: str
    answer: str
    closing: str
    files: int
    state: PaperState
    clock: order_clocks.Clock

    @property
    def order(self) -> WorkOrder:
        """Its order."""
        return self.row.order


def code_of(number: str, ordinal: int) -> str:
    """督办单号: the order's number and which 督办单 of it: ``YTGD20260507-0001-督1``."""
    return f"{number}-督{ordinal}"


@bp.get("/papers")
def papers() -> str:
    """督办单 of the city by state and unit, with the units' own answers."""
    actor, now, asked = current_actor(), services().clock(), Asked(request.args)
    wanted, counts = _wanted(asked)
    found = list_papers(db(), wanted, actor=actor, page=asked.page)
    return render_template(
        "supervision/papers.html",
        wanted=wanted,
        asked=asked,
        found=found,
        rows=_papers(found.rows, now),
        states=list(PaperState),
        counts=counts,
        units=units_by_name(db()),
        address=address_of(request.path, request.args, NAMES),
        export=address_of(f"{request.path}/export", request.args, NAMES),
    )


def _wanted(asked: Asked) -> tuple[PaperFilter, dict[str, int]]:
    """What is asked for, and how many there are of each state; where no state is asked for, the
    first that has any, in the order in which they are to be seen to."""
    sort = asked.one_of("sort", ("due", "-due"))
    wanted = PaperFilter("", asked.number("unit"), asked.text("q"), sort)
    counts = count_papers(db(), wanted, actor=current_actor())
    first = next((state for state in PaperState if counts[state.value]), PaperState.OPEN)
    return replace(wanted, state=asked.one_of("state", tuple(PaperState), first)), counts


def _papers(rows: Sequence[WorkOrderSupervision], now: datetime) -> list[Paper]:
    return [_paper(row, now) for row in rows]


def _paper(row: WorkOrderSupervision, now: datetime) -> Paper:
    order, actor = row.order, current_actor()
    one = work_orders.state_of(order).supervisions[row.ordinal - 1]
    issued = [event for event in order.events if event.kind == EventKind.SUPERVISED.value]
    by = issued[row.ordinal - 1].actor
    return Paper(
        row,
        code_of(order.number, row.ordinal),
        shown_text(order.request.title, order.request, actor),
        shown_text(one.text, order.request, actor),
        by.name if by is not None else "系统",
        shown_text(one.answer, order.request, actor),
        shown_text(one.closing, order.request, actor),
        len(one.files),
        _state(one),
        _clock(one, now),
    )


def _state(one: Supervision) -> PaperState:
    if one.closed_at is not None:
        return PaperState.CLOSED
    return PaperState.OPEN if one.is_open else PaperState.ANSWERED


def _clock(one: Supervision, now: datetime) -> order_clocks.Clock:
    if one.clock is None:
        return order_clocks.Clock("mute", "没有期限")
    if one.answered_at is None:
        return order_clocks.running(one.clock.due, now)
    is_late = one.answered_at > one.clock.due
    words = "超期答复" if is_late else "按时答复"
    return order_clocks.Clock("bad" if is_late else "good", words, one.answered_at)


@bp.get("/orders/<number>/paper")
def issue(number: str) -> str:
    """The form of a new 督办单, with when it would have to be answered."""
    return _form(work_orders.get_order(db(), number, current_actor()), request.args)


def _form(order: WorkOrder, form: Mapping[str, str], **more: Any) -> str:
    known, actor, now = services(), current_actor(), services().clock()
    commands = work_orders.commands_for(order, actor, now, known.profile.orders)
    values: dict[str, Any] = {
        "order": order,
        "code": code_of(order.number, len(work_orders.state_of(order).supervisions) + 1),
        "title": shown_text(order.request.title, order.request, actor),
        "may": EventKind.SUPERVISED in commands,
        "why_not": _why_not(order),
        "duty": urgent_duty(db(), order, now),
        "units": UNITS[::-1],
        "form": form,
        "problem": "",
        "problems": {},
        **_planned(order, form),
    }
    return render_template("supervision/issue.html", **(values | more))


def _why_not(order: WorkOrder) -> str:
    state = work_orders.state_of(order)
    if state.supervision is not None:
        return "上一份督办单还没有答复，请等答复后再发"
    if state.is_ruling:
        return "疑难核定中，由热线中心负责，不能督办"
    return f"现在是“{state.step.label}”，不在承办单位手里，不能督办"


def _planned(order: WorkOrder, form: Mapping[str, str]) -> dict[str, Any]:
    """The clock that the form's limit would give, or the sentence why there is none."""
    try:
        clock: Clock | None = work_orders.plan_supervision(db(), order, by_form({}), _limit(form))
    except (InvalidInput, CalendarUnknown) as error:
        return {"planned": None, "plan_problem": error.message}
    return {"planned": clock, "plan_problem": ""}


def _limit(form: Mapping[str, str]) -> Limit | None:
    """The limit that was typed; None for the city's.

    :raises InvalidInput: it cannot be read.
    """
    amount = form.get("amount", "").strip()
    if not amount:
        return None
    if not (amount.isascii() and amount.isdigit() and len(amount) <= 3 and int(amount) > 0):
        raise InvalidInput("答复期限写 1 至 999", {"amount": "答复期限写 1 至 999"})
    unit = form.get("unit", UNITS[-1])
    if unit not in UNITS:
        raise InvalidInput("请选择期限的单位", {"amount": "请选择期限的单位"})
    return Limit(int(amount), unit)


@bp.post("/orders/<number>/paper")
def send_paper(number: str) -> Response:
    """Issue it; what cannot be done brings the form back with everything that was typed."""
    order = work_orders.get_order(db(), number, current_actor())
    if request.form.get("action") == "look":
        return make_response(_form(order, request.form))
    try:
        text = request.form.get("text", "")
        work_orders.supervise(
            db(), order, by_form(request.form), text=text, limit=_limit(request.form)
        )
    except REFUSALS as error:
        return _refused(number, error)
    ordinal = len(work_orders.state_of(order).supervisions)
    commit()
    flash(f"督办单 {code_of(number, ordinal)} 已发出。", "good")
    return redirect(url_for("supervision.papers"))


def _refused(number: str, error: KbError) -> Response:
    db().rollback()
    db().expire_all()
    order = work_orders.get_order(db(), number, current_actor())
    problems = error.fields if isinstance(error, InvalidInput) else {}
    page = _form(order, request.form, problem=error.message, problems=problems)
    return make_response(page, status_of(error))


@bp.post("/papers/<number>/close")
def close_paper(number: str) -> Response:
    """督办办结 of one 督办单 of an order, with the supervisor's words."""
    order = work_orders.get_order(db(), number, current_actor())
    ordinal = request.form.get("paper", 0, type=int)
    try:
        by, text = by_form(request.form), request.form.get("text", "")
        work_orders.close_supervision(db(), order, by, text=text, number=ordinal)
    except REFUSALS as error:
        db().rollback()
        flash(f"{number} 的督办单没有办结：{error.message}", "bad")
        return redirect(url_for("supervision.papers", state=PaperState.ANSWERED.value))
    commit()
    flash(f"督办单 {code_of(number, ordinal)} 已办结。", "good")
    return redirect(url_for("supervision.papers", state=PaperState.ANSWERED.value))


@bp.post("/papers/export")
def export_papers() -> Response:
    """The list of the address, all pages of it, as a file."""
    now, (wanted, _) = services().clock(), _wanted(Asked(request.args))
    found = list_papers(db(), wanted, actor=current_actor(), page=1, size=MAX_ROWS)
    rows = [_cells(paper) for paper in _papers(found.rows, now)]
    return sheet(f"supervisions-{wanted.state}", "督办单", _HEAD, rows, found.total)


def _cells(paper: Paper) -> tuple[Cell, ...]:
    asked, row = paper.order.request, paper.row
    return (
        paper.code,
        paper.order.number,
        title_of(asked),
        row.unit.name if row.unit is not None else "",
        words_of(paper.demand, asked),
        paper.by,
        formats.filed_time(row.at),
        formats.filed_time(row.due_at),
        paper.state.label,
        formats.filed_time(row.answered_at),
        words_of(paper.answer, asked),
        formats.filed_time(row.closed_at),
        words_of(paper.closing, asked),
    )
