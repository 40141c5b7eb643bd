"""The table of all units with the derivation of each score, its export, and freezing."""

from datetime import date
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.assessment.scoring import Line, Scorecard
from kb.bulletins.periods import Period
from kb.errors import IllegalTransition
from kb.models import Job
from kb.services import assessment as verbs
from kb.services import assessment_objecting as objecting
from kb.services.assessment_freeze_job import ask as ask_freeze
from kb.services.assessment_freeze_job import job_of, why_not
from kb.services.bulletin_queue import is_at_work
from webapp.assessment.blueprint import bp
from webapp.assessment.shown import cards_shown, definitions
from webapp.context import city, services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.job_waiting import asks_again, waits_long, works_long
from webapp.list_asked import Asked
from webapp.period_asked import LAST_MONTH, offered, period_asked, span_of
from webapp.polled import loads_itself
from webapp.sheets import sheet

SORTS = {"score": "得分", "orders": "工单", "unit": "单位"}


@bp.get("/supervise/assessment")
@loads_itself
def home() -> Response:
    """考核 of a period, last month unless another is asked for.

    While it is being frozen the page asks again by itself.
    """
    job = job_of(db(), period_asked(LAST_MONTH)[0])
    answer = make_response(page(job))
    if is_at_work(job):
        answer.headers["Refresh"] = asks_again(job, services().clock())
    return answer


def page(job: Job | None, problem: str = "") -> str:
    """The table; ``job`` freezes the period, ``problem`` says why the last step was refused."""
    period, problems = period_asked(LAST_MONTH)
    asked = Asked(request.values)
    sort = asked.one_of("sort", tuple(SORTS), "score")
    now = services().clock()
    # What is being counted is not counted for every look at the page as well.
    found, damage = ([], "") if is_at_work(job) else cards_shown(period)
    if sort == "orders":
        found.sort(key=lambda card: (-card.orders, card.unit))
    elif sort == "unit":
        found.sort(key=lambda card: card.unit)

    def href(**changes: Any) -> str:
        return url_for("assessment.home", **({**span_of(period), "sort": sort} | changes))

    objections = verbs.objections(db(), period)
    return render_template(
        "assessment/table.html",
        period=period,
        usual=offered(),
        span=span_of(period),
        cards=found,
        damage=damage,
        scheme=city().assessment,
        definitions=definitions(),
        frozen=verbs.snapshot_of(db(), period),
        is_over=now >= period.end,
        job=job,
        is_freezing=is_at_work(job),
        waits_long=waits_long(job, now),
        works_long=works_long(job, now),
        why_not=why_not(db(), job),
        objected_until=_objected_until(period),
        waiting=sum(one.state == verbs.OPEN for one in objections),
        objections=objections,
        sort=sort,
        sorts=SORTS,
        href=href,
        door=doors(period),
        problems=problems,
        problem=problem,
    )


def _objected_until(period: Period) -> date | None:
    """The last day for objections while units may still make them."""
    if objecting.why_not_now(city(), period, services().clock()):
        return None
    return objecting.last_day(city(), period)


def doors(period: Period) -> Any:
    """A line → the address of the records behind its figure; "" where nothing is counted."""
    frozen = verbs.snapshot_of(db(), period)
    moment: dict[str, Any] = {"at": frozen.as_of.isoformat()} if frozen is not None else {}
    is_kept = frozen is not None and frozen.records is not None

    def door(line: Line) -> str:
        if line.value is None or line.why:
            return ""
        if is_kept:
            return url_for("assessment.records", address=line.address, **span_of(period))
        return url_for("figure_records.records", address=line.address, **span_of(period), **moment)

    return door


@bp.post("/supervise/assessment/export")
def export() -> Response:
    """The table as a file: one row a unit, its items with value and points."""
    period, _ = period_asked(LAST_MONTH)
    found = verbs.cards(db(), city(), period, services().clock())
    names = [line.name for line in found[0].lines] if found else []
    head = ["单位", "类别", "工单", "得分", "分档"]
    head += [f"{name}{what}" for name in names for what in ("", "得分")] + ["推导"]
    return sheet(
        "assessment", "考核", head, [_row(card) for card in found], len(found), about="assessment"
    )


def _row(card: Scorecard) -> list[Any]:
    numbers = [number for line in card.lines for number in (line.value, line.points)]
    said = "；".join(f"{line.name}：{line.derivation}" for line in card.lines)
    return [
        card.unit,
        card.kind,
        card.orders,
        card.score,
        card.grade,
        *numbers,
        f"{card.derivation}（{said}）",
    ]


@bp.post("/supervise/assessment/freeze")
def freeze() -> Response:
    """Have a period that is over frozen (封存), in the background."""
    period, _ = period_asked(LAST_MONTH)
    try:
        ask_freeze(db(), period, actor=current_actor(), now=services().clock())
    except IllegalTransition as refused:
        db().rollback()
        return make_response(page(job_of(db(), period), refused.message), 409)
    commit()
    return redirect(url_for("assessment.home", **span_of(period)))
