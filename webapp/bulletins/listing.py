"""The list of bulletins, and the form that begins one."""

from datetime import date
from typing import Any

from flask import make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.bulletins.issuing.schedule import last_periods
from kb.bulletins.issuing.wording import words_of
from kb.bulletins.periods import Period
from kb.clock import local_day
from kb.errors import InvalidInput, NotFound
from kb.models import Job
from kb.queries.bulletins import Wanted, bulletin_page, counts_by_state
from kb.services import bulletins
from kb.services.bulletin_count_job import DRAFT, ask_draft, wanted_of, why_not_drafted
from kb.services.bulletin_count_job import drafting as jobs_drafting
from kb.services.bulletin_queue import COUNT_JOB, is_at_work
from kb.services.bulletins import By
from kb.services.topics import basis_of
from kb.terms import BulletinKind, BulletinState
from webapp.bulletins.blueprint import bp
from webapp.bulletins.handing_out import edition_forms
from webapp.context import city, services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.job_waiting import asks_again, waits_long, works_long
from webapp.list_address import address_of
from webapp.list_asked import Asked
from webapp.polled import loads_itself

_NAMES = ("state", "kind", "year")


@bp.get("")
def home() -> str:
    """The bulletins, the latest period first."""
    return _list({}, {})


def _list(form: Any, problems: dict[str, str]) -> str:
    asked, today = Asked(request.args), local_day(services().clock())
    year = asked.number("year") or 0
    state = asked.one_of("state", tuple(BulletinState))
    kind = asked.one_of("kind", tuple(BulletinKind))
    wanted = Wanted(
        BulletinState(state) if state else None, BulletinKind(kind) if kind else None, year
    )
    found = bulletin_page(db(), wanted, asked.page)
    counts = counts_by_state(db())
    topics = [(one.name, one.name) for one in basis_of(db(), city()).topics]
    return render_template(
        "bulletins/list.html",
        asked=asked,
        found=found,
        wanted=wanted,
        states=tuple(BulletinState),
        counts=counts,
        total=sum(counts.values()),
        kinds=tuple(BulletinKind),
        new_kinds=[
            (kind.value, kind.label)
            for kind in BulletinKind
            if topics or kind is not BulletinKind.TOPICAL
        ],
        topics=topics,
        years=[today.year - back for back in range(6)],
        words=lambda row: words_of(Period(row.first, row.last)).long,
        presets=[(kind, words_of(period).long) for kind, period in last_periods(today).items()],
        address=address_of(url_for("bulletins.home"), request.args, _NAMES),
        drafting=_drafting(),
        edition_forms=edition_forms(),
        form=form,
        problems=problems,
    )


@bp.post("")
def begin() -> Response:
    """Have the bulletin of a period drafted, in the background; one that is there is opened."""
    now = services().clock()
    try:
        kind, period = _period(local_day(now))
        topic = request.form.get("topic", "") if kind is BulletinKind.TOPICAL else ""
        row = bulletins.find(db(), kind, topic, period)
        if row is not None:
            return redirect(url_for("bulletins.show", bulletin_id=row.id))
        job = ask_draft(db(), kind, topic, period, By(current_actor(), now, city()))
    except InvalidInput as error:
        db().rollback()
        return make_response(_list(request.form, error.fields or {"first": error.message}), 422)
    commit()
    return redirect(url_for("bulletins.drafting", job_id=job.id))


@bp.get("/drafting/<int:job_id>")
@loads_itself
def drafting(job_id: int) -> Response:
    """How far a draft is: the page asks again until it is there, and then opens it."""
    job, now = db().get(Job, job_id), services().clock()
    if job is None or job.kind != COUNT_JOB or job.payload["act"] != DRAFT:
        raise NotFound("没有这次起草，可能已经清理；请看通报清单")
    kind, topic, period = wanted_of(job.payload)
    row = bulletins.find(db(), kind, topic, period)
    if row is not None:
        return redirect(url_for("bulletins.show", bulletin_id=row.id))
    answer = make_response(
        render_template(
            "bulletins/drafting.html",
            title=f"{words_of(period).long}{topic}{kind.label}",
            job=job,
            is_at_work=is_at_work(job),
            waits_long=waits_long(job, now),
            works_long=works_long(job, now),
            why_not=why_not_drafted(db(), job),
        )
    )
    if is_at_work(job):
        answer.headers["Refresh"] = asks_again(job, now)
    return answer


def _drafting() -> list[tuple[int, str]]:
    """The drafts being made: job and name."""
    found = []
    for job in jobs_drafting(db()):
        kind, topic, period = wanted_of(job.payload)
        found.append((job.id, f"{words_of(period).long}{topic}{kind.label}"))
    return found


def _period(today: date) -> tuple[BulletinKind, Period]:
    wanted = request.form.get("preset", "")
    for kind, period in last_periods(today).items():
        if kind.value == wanted:
            return kind, period
    kind_value = request.form.get("kind", "")
    if kind_value not in tuple(BulletinKind):
        raise InvalidInput("请选择种类", {"kind": "请选择种类"})
    try:
        first = date.fromisoformat(request.form.get("first", ""))
        last = date.fromisoformat(request.form.get("last", ""))
    except ValueError as error:
        raise InvalidInput("请填写起止日期", {"first": "请填写起止日期"}) from error
    return BulletinKind(kind_value), Period(first, last)
