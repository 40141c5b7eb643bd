"""纠错: somebody reports what is wrong in a passage; it stays in sight until it is settled.

Handling by the owning unit is in :mod:`kb.services.correcting`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb.access import get_visible, is_own, may_see_version
from kb.actor import Actor
from kb.calendar import Limit, deadline, load_calendar
from kb.errors import Duplicate, IllegalTransition, InvalidInput, NotFound
from kb.models import Correction, KnowledgeItem, KnowledgeVersion
from kb.services.audit import record
from kb.services.calls import get_call
from kb.services.notices import notify, resolve
from kb.terms import CorrectionKind, CorrectionState, Role

NOTICE_KIND, ANSWER_KIND = "correction", "correction_answer"
MAX_SAID, MAX_QUOTE, MAX_ANSWER = 500, 300, 500
UNSETTLED = (CorrectionState.OPEN.value, CorrectionState.ACCEPTED.value)


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
    :raises CalendarUnknown: the due time cannot be computed.
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
    limit = Limit.parse(item.unit.correction_limit)
    found = Correction(
        item_id=item.id,
        version_id=version.id,
        unit_id=item.unit_id,
        passage_ordinal=given.passage_ordinal,
        quote=quote_of(version, given.passage_ordinal, given.quote),
        clause=quote_of(version, given.passage_ordinal, ""),
        kind=given.kind.value,
        said=said,
        call_id=call.id if call is not None else None,
        reporter_id=actor.user_id or None,
        at=now,
        due_at=deadline(load_calendar(session, now), now, limit).due_at,
    )
    session.add(found)
    session.flush()
    detail = {"item": item.id, "version": version.number, "kind": found.kind}
    note_act(session, found, "correction.report", detail, actor, now)
    notify(
        session,
        kind=NOTICE_KIND,
        title=f"纠错：《{version.title}》{given.kind.label}",
        path=f"/units/corrections/{found.id}",
        now=now,
        unit_id=item.unit_id,
        item_id=item.id,
        key=_waiting_key(found),
    )
    return found


def _waiting_key(correction: Correction) -> str:
    return f"correction:{correction.id}:waiting"


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


def quote_of(version: KnowledgeVersion, ordinal: int, marked: str) -> str:
    """The words meant: those marked when they stand in the passage, else how the passage begins."""
    text = next((row.text for row in version.passages if row.ordinal == ordinal), "")
    marked = " ".join(marked.split())[:MAX_QUOTE]
    return marked if marked and marked in " ".join(text.split()) else text[:MAX_QUOTE]


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


def open_for(session: Session, item_ids: Iterable[int]) -> Mapping[int, list[Correction]]:
    """The unsettled corrections of each entry, oldest first; entries without any are left out."""
    wanted = list(item_ids)
    if not wanted:
        return {}
    query = (
        select(Correction)
        .where(Correction.item_id.in_(wanted), Correction.state.in_(UNSETTLED))
        .order_by(Correction.id)
        .options(selectinload(Correction.reporter))
    )
    found: dict[int, list[Correction]] = {}
    for row in session.scalars(query):
        found.setdefault(row.item_id, []).append(row)
    return found


def to_mend(session: Session, version: KnowledgeVersion) -> list[Correction]:
    """The accepted corrections that this version is to mend, oldest first."""
    query = (
        select(Correction)
        .where(
            Correction.fix_version_id == version.id,
            Correction.state == CorrectionState.ACCEPTED.value,
        )
        .order_by(Correction.id)
        .options(selectinload(Correction.reporter))
    )
    return list(session.scalars(query))


def get_correction(session: Session, correction_id: int, actor: Actor) -> Correction:
    """Load a correction: for editors, the owning unit, and whoever reported it.

    :raises NotFound: it does not exist, or it does but not for this person.
    """
    found = session.get(Correction, correction_id)
    if found is None or not (may_handle(actor, found) or found.reporter_id == actor.user_id):
        raise NotFound("没有这条纠错，或者它不在您可查看的范围内", correction_id=correction_id)
    return found


def may_handle(actor: Actor, correction: Correction) -> bool:
    """Tell whether the person answers corrections of this entry."""
    if actor.has(Role.EDITOR):
        return True
    return actor.has(Role.UNIT_CLERK, Role.UNIT_REVIEWER) and is_own(actor, correction.item)


def require_state(correction: Correction, *states: CorrectionState) -> None:
    """Refuse a step that the correction's state does not allow.

    :raises IllegalTransition: it is in another state.
    """
    if correction.state not in states:
        label = CorrectionState(correction.state).label
        raise IllegalTransition(
            f"这条纠错现在是“{label}”，不能这样处理；请刷新页面看最新状态",
            correction_id=correction.id,
        )


def settle_for(session: Session, version: KnowledgeVersion, *, actor: Actor, now: datetime) -> None:
    """已改正: the version that was opened for corrections is published, so they are settled."""
    for found in to_mend(session, version):
        settle(session, found, version, f"已在第 {version.number} 版改正", actor=actor, now=now)


def settle(
    session: Session,
    correction: Correction,
    version: KnowledgeVersion | None,
    answer: str,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Close a correction with what became of it."""
    correction.state = CorrectionState.SETTLED.value
    correction.settled_by_version_id = version.id if version is not None else None
    say(correction, answer, actor, now)
    note_act(session, correction, "correction.settle", {"answer": answer}, actor, now)
    tell_reporter(session, correction, now)


def reopen_for(session: Session, version: KnowledgeVersion) -> None:
    """The version that was to mend corrections is dropped: they wait again."""
    for found in to_mend(session, version):
        found.state = CorrectionState.OPEN.value
        found.fix_version_id = None


def say(correction: Correction, answer: str, actor: Actor, now: datetime) -> None:
    """Write the answer the reporter reads.

    :raises InvalidInput: it is too long.
    """
    if len(answer) > MAX_ANSWER:
        problem = f"最多 {MAX_ANSWER} 字，现有 {len(answer)} 字"
        raise InvalidInput(problem, {"answer": problem})
    correction.answer = answer
    correction.handled_by_id, correction.handled_at = actor.user_id or None, now


def tell_reporter(session: Session, correction: Correction, now: datetime) -> None:
    """Tell whoever reported it what became of it; the unit's own notice ends with the matter."""
    if correction.state not in UNSETTLED:
        resolve(session, _waiting_key(correction))
    if correction.reporter_id is None:
        return
    became = CorrectionState(correction.state).label
    notify(
        session,
        kind=ANSWER_KIND,
        title=f"您报的纠错{became}：《{correction.version.title}》",
        path="/corrections/mine",
        now=now,
        user_id=correction.reporter_id,
        item_id=correction.item_id,
        key=f"correction:{correction.id}:{correction.state}",
    )


def note_act(
    session: Session,
    correction: Correction,
    action: str,
    detail: Mapping[str, object],
    actor: Actor,
    now: datetime,
) -> None:
    """The audit record of a step."""
    record(session, actor.user_id or None, action, "correction", correction.id, detail, now)
