"""One bulletin: the sheet as it is printed, and beside it what can be done."""

from collections.abc import Mapping, Sequence
from datetime import date

from flask import Response as FlaskResponse
from flask import make_response, render_template, request, url_for
from markupsafe import Markup

from kb.bulletins.faults import Fault
from kb.bulletins.issuing.assembling import assemble, text_of, written_from
from kb.bulletins.issuing.keeping import printed_of
from kb.bulletins.issuing.outline import Part, parts_of
from kb.bulletins.issuing.parts import Bulletin
from kb.bulletins.issuing.source import NoSuchFigure, Source
from kb.bulletins.issuing.tokens import spoken, spoken_address, typed_in
from kb.bulletins.issuing.wording import words_of
from kb.bulletins.periods import Period
from kb.bulletins.rendering.html_file import sheet, style_sheet
from kb.clock import local_day
from kb.errors import NotFound
from kb.models import BulletinEdition, BulletinRow, BulletinStep, Job
from kb.services import bulletin_issuing as issuing
from kb.services import bulletins
from kb.services.bulletin_cases import SECTION, Case, offered
from kb.services.bulletin_count_job import CORRECT, not_counted
from kb.services.bulletin_issue_job import refused
from kb.services.bulletin_queue import COUNT_JOB, ISSUE_JOB, is_at_work, job_of
from kb.services.bulletin_second_person import why_another
from kb.services.bulletin_texts import ACTS, HEAD, heading_of
from kb.services.bulletins import By
from kb.services.topics import basis_of
from kb.terms import BulletinState
from webapp.bulletins.blueprint import bp
from webapp.bulletins.doors import draft_doors, edition_doors
from webapp.bulletins.handing_out import edition_forms
from webapp.context import city, services
from webapp.database import db
from webapp.identity import current_actor
from webapp.job_waiting import asks_again, waits_long, works_long
from webapp.polled import loads_itself


@bp.get("/sheet.css")
def sheet_style() -> FlaskResponse:
    """The style of the sheet, the same as in the downloaded page."""
    answer = FlaskResponse(style_sheet(), content_type="text/css; charset=utf-8")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer


@bp.get("/<int:bulletin_id>")
@loads_itself
def show(bulletin_id: int) -> FlaskResponse:
    """The bulletin; ``?edit=section`` opens a section, ``?check=1`` runs the self-check.

    While it is being counted or issued the page asks again by itself, unless somebody is typing
    into it.
    """
    row = bulletins.get(db(), bulletin_id)
    faults = None
    if request.args.get("check") and row.state_term in bulletins.OPEN:
        faults = issuing.check(db(), row, basis_of(db(), city()))
    editing, job = request.args.get("edit", ""), job_of(db(), row, ISSUE_JOB, COUNT_JOB)
    answer = make_response(page_of(row, editing=editing, faults=faults))
    if is_at_work(job) and not editing:
        answer.headers["Refresh"] = asks_again(job, services().clock())
    return answer


def page_of(
    row: BulletinRow,
    *,
    editing: str = "",
    form: Mapping[str, str] | None = None,
    problem: str = "",
    problems: Mapping[str, str] | None = None,
    faults: list[Fault] | None = None,
    failed: str = "",
) -> str:
    """The page, perhaps with a form that was refused and what had been typed into it.

    :param failed: which form that was: section, header, issue or correct.
    """
    source, written = Source(row.document), written_from(issuing.stored(row))
    is_open = row.state_term in bulletins.OPEN
    parts = parts_of(row.kind_term)
    edited = next((part for part in parts if part.key == editing and is_open), None)
    if editing and editing != HEAD and edited is None:
        raise NotFound("这种通报没有这一节")
    today = local_day(services().clock())
    last = row.editions[-1] if row.editions else None
    bulletin, link = assembled(row), draft_doors(row)
    if not is_open and last is not None:
        bulletin, link = printed_of(last.snapshot), edition_doors(last)
    job, counting = job_of(db(), row, ISSUE_JOB), job_of(db(), row, COUNT_JOB)
    busy, now = counting if is_at_work(counting) else job, services().clock()
    why_not = refused(row) if is_open else []
    if why_not and job is not None and not form:
        failed, form = "issue", job.payload
    uncounted = not_counted(row)
    if uncounted and counting is not None and counting.payload["act"] == CORRECT and not form:
        failed, form = "correct", counting.payload
    return render_template(
        "bulletins/show.html",
        edition_forms=edition_forms(),
        why_another=why_another(db(), row, By(current_actor(), now, city())),
        is_issuing=is_at_work(job),
        issue_job=job,
        is_counting=is_at_work(counting),
        is_busy=is_at_work(job) or is_at_work(counting),
        count_job=counting,
        count_failed=_failed_last(row, counting),
        uncounted=uncounted,
        waits_long=waits_long(busy, now),
        works_long=works_long(busy, now),
        job_failed=is_open and _failed_last(row, job),
        why_not=why_not,
        row=row,
        title=f"{words_of(Period(row.first, row.last)).long}{row.topic}{row.kind_term.label}",
        is_open=is_open,
        is_reviewed=row.state_term is BulletinState.REVIEWED,
        is_issued=row.state_term in (BulletinState.ISSUED, BulletinState.ARCHIVED),
        sheet=Markup(sheet(bulletin, link)) if bulletin else "",  # noqa: S704 - escaped there
        broken=issuing.text_faults(row) if bulletin is None else [],
        parts=parts,
        shown={section.key for section in bulletin.sections} if bulletin else set(),
        editing=editing,
        edited=edited,
        text=spoken(text_of(edited, source, written)) if edited else "",
        typed=typed_in(text_of(edited, source, written), source) if edited else [],
        cases=_cases(row) if edited and edited.key == SECTION else [],
        by_hand=issuing.typed_numbers(row) if is_open else {},
        edits=row.edits,
        former=_former(row) if is_open else {},
        formers=[_said_before(step, parts, source) for step in row.steps],
        last=last,
        issue=_issue_of(row, last, today),
        today=today,
        acts=ACTS,
        form=form or {},
        problem=problem,
        problems=problems or {},
        faults=faults,
        failed=failed,
        figures=[
            (spoken_address(f"totals/{name}"), source.figure(f"totals/{name}").text)
            for name in _OFFERED
            if f"totals/{name}" in source.numbers
        ],
        heading_of=heading_of,
        latest=url_for("bulletins.edition", bulletin_id=row.id, number=last.number) if last else "",
    )


def _failed_last(row: BulletinRow, job: Job | None) -> bool:
    """Whether a job about the bulletin was given up and nothing has been done to it since."""
    if job is None or job.state != "failed" or job.finished_at is None:
        return False
    return all(step.at < job.finished_at for step in row.steps)


def _former(row: BulletinRow) -> dict[str, int]:
    """Section → the last step that changed it: 撤销 brings back what it read before."""
    return {key: step.id for step in row.steps if step.act == "edited" for key in step.former}


def _said_before(
    step: BulletinStep, parts: Sequence[Part], source: Source
) -> list[tuple[str, str, str]]:
    """Key, heading and text of what a step changed (head, sections), as it was before."""
    found = []
    if HEAD in step.former:
        head = step.former[HEAD]
        lines = "\n".join([head["title"], head["issuer"], *head["copies"]])
        found.append((HEAD, heading_of(HEAD), lines))
    for part in parts:
        if part.key in step.former:
            text = step.former[part.key]["text"]
            shown = spoken("\n".join(part.text(source)) if text is None else text)
            found.append((part.key, part.heading, shown))
    return found


def _issue_of(row: BulletinRow, last: BulletinEdition | None, today: date) -> str:
    if last is not None:
        return issuing.corrected_issue(last)
    return issuing.suggested_issue(db(), row.kind_term, today)


def _cases(row: BulletinRow) -> list[Case]:
    return offered(db(), row, basis_of(db(), city()))


# Figures that people most often put into a sentence.
_OFFERED = (
    *("requests", "resolved_online", "resolved_online_rate", "dispatched", "orders_resolved"),
    *("orders_resolved_rate", "overall_resolved_rate", "resolved_on_time_rate"),
    *("followed_up", "satisfaction_rate", "overdue_resolved", "returned", "answered_rate"),
)


def assembled(row: BulletinRow) -> Bulletin | None:
    """The bulletin as it would be printed; ``None`` when a text names a figure that is gone."""
    try:
        return assemble(Source(row.document), written_from(issuing.stored(row)))
    except NoSuchFigure:
        return None
