"""报纠错: somebody reports what is wrong in a passage of a published version."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.access import get_visible, may_see_version
from kb.actor import Actor
from kb.calendar import Limit, deadline, load_calendar
from kb.clauses import quote_of
from kb.errors import CalendarUnknown, Duplicate, InvalidInput, NotFound
from kb.masking import LEFT_TO_ACT, masked
from kb.models import Correction, KnowledgeItem, KnowledgeVersion
from kb.personal_spans import PersonalKind, personal_spans
from kb.services.calls import get_call
from kb.services.corrections import NOTICE_KIND, UNSETTLED, note_act, unit_path
from kb.services.notices import notify
from kb.terms import CorrectionKind

MAX_SAID = 500


@dataclass(frozen=True)
class Report:
    """What a person reports.

    ``version`` is the number of the version they read; ``quote`` the words they marked, empty for
    the whole passage; ``call_id`` the call in which it came up.
    """

    item_id: int
    version: int
    passage_ordinal: int
    kind: CorrectionKind
    said: str = ""
    quote: str = ""
    call_id: int | None = None


def report(session: Session, given: Report, *, actor: Actor, now: datetime) -> Correction:
    """Report a passage to the unit that owns the entry, with the day by which it must answer.

    :raises NotFound: the entry, its version or the call is not this person's to see.
    :raises InvalidInput: nothing is said where the kind alone does not tell what is wrong.
    :raises Duplicate: the same person has reported this passage and it is not settled.

    Where the calendar of a year has not been entered, the time runs in natural days and says so:
    what was reported is worth more than its clock.
    """
    item = get_visible(session, given.item_id, actor)
    version = _version(session, item, given.version, actor)
    said = given.said.strip()
    if len(said) > MAX_SAID:
        problem = f"最多 {MAX_SAID} 字，现有 {len(said)} 字"
        raise InvalidInput(problem, {"said": problem})
    if given.kind == CorrectionKind.OTHER and not said:
        raise InvalidInput("请写一句哪里不对", {"said": "请写一句哪里不对"})
    _refuse_twice(session, given, actor)
    call = get_call(session, given.call_id, actor) if given.call_id is not None else None
    due_at, due_note = _due(session, Limit.parse(item.unit.correction_limit), now)
    found = Correction(
        item_id=item.id,
        version_id=version.id,
        unit_id=item.unit_id,
        passage_ordinal=given.passage_ordinal,
        quote=quote_of(version.passages, given.passage_ordinal, given.quote),
        clause=quote_of(version.passages, given.passage_ordinal),
        kind=given.kind.value,
        said=_without_person(said, given.kind),
        call_id=call.id if call is not None else None,
        reporter_id=actor.user_id or None,
        at=now,
        due_at=due_at,
        due_note=due_note,
    )
    session.add(found)
    session.flush()
    detail = {"item": item.id, "version": version.number, "kind": found.kind}
    note_act(session, found, "correction.report", detail, actor, now)
    notify(
        session,
        kind=NOTICE_KIND,
        title=f"纠错：《{version.title}》{given.kind.label}",
        path=unit_path(found),
        now=now,
        unit_id=item.unit_id,
        item_id=item.id,
        key=f"correction:{found.id}:waiting",
    )
    return found


def _without_person(said: str, kind: CorrectionKind) -> str:
    """The words without a caller's numbers: the owning unit and every reader of the entry see them.

    Where a phone is wrong the right one may be somebody's mobile, and stays.
    """
    kept = LEFT_TO_ACT | ({PersonalKind.MOBILE} if kind == CorrectionKind.PHONE else frozenset())
    return masked(said, (span for span in personal_spans(said) if span.kind not in kept))


def _version(session: Session, item: KnowledgeItem, number: int, actor: Actor) -> KnowledgeVersion:
    """The published version the person read; it may have been replaced since."""
    query = select(KnowledgeVersion).where(
        KnowledgeVersion.item_id == item.id,
        KnowledgeVersion.number == number,
        KnowledgeVersion.published_at.is_not(None),
    )
    version = session.scalars(query).one_or_none()
    if version is None or not may_see_version(version, item, actor):
        raise NotFound("没有这个版本，或者它从未发布", item_id=item.id)
    return version


def _due(session: Session, limit: Limit, now: datetime) -> tuple[datetime, str]:
    try:
        return deadline(load_calendar(session, now), now, limit).due_at, ""
    except CalendarUnknown as unknown:
        natural = Limit(limit.amount, "自然日")
        note = f"{unknown.context['year']} 年的放假安排还没有录入，按 {natural}计"
        return deadline(load_calendar(session, now), now, natural).due_at, note


def _refuse_twice(session: Session, given: Report, actor: Actor) -> None:
    query = select(Correction.id).where(
        Correction.item_id == given.item_id,
        Correction.passage_ordinal == given.passage_ordinal,
        Correction.reporter_id == actor.user_id,
        Correction.state.in_(UNSETTLED),
    )
    existing = session.scalars(query).first()
    if existing is not None:
        raise Duplicate("这一处您已经报过，单位还没有处理完", existing_id=existing)
