"""纠错 that wait: who sees and answers them, and how one is settled.

Reporting is in :mod:`kb.services.reporting`, handling by the owning unit in
:mod:`kb.services.correcting`.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb.access import is_own, may_see_version
from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput, NotFound
from kb.models import Correction, KnowledgeItem, KnowledgeVersion
from kb.services.audit import record
from kb.services.notices import ANSWER_KIND, notify, resolve_at
from kb.terms import CorrectionKind, CorrectionState, Role

MAX_ANSWER = 500
NOTICE_KIND = "correction"
_SENTENCE_END = re.compile(r"(?<=[。！？；\n])")
UNSETTLED = (CorrectionState.OPEN.value, CorrectionState.ACCEPTED.value)


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


def open_of(session: Session, item: KnowledgeItem, actor: Actor) -> list[Correction]:
    """The unsettled corrections of one entry that this person may read, oldest first.

    One of an earlier version that was 内部 quotes what not every reader of the entry may see.
    """
    return [
        row
        for row in open_for(session, [item.id]).get(item.id, [])
        if may_see_version(row.version, item, actor)
    ]


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
    """已改正: the version that was opened for corrections holds, so they are settled.

    What still says the reported sentence word for word mended nothing: that one waits again.
    """
    for found in _mended_by(session, version):
        if still_says(version, found):
            _wait_again(session, found, now)
            _tell_unit(session, found, version, now)
            continue
        done = f"已在第 {version.number} 版改正"
        both = f"{found.answer}；{done}" if found.answer else done
        told = both if len(both) <= MAX_ANSWER else done
        settle(session, found, version, told, actor=actor, now=now)


def unmended(session: Session, version: KnowledgeVersion) -> list[Correction]:
    """The accepted corrections that publishing this text would leave waiting."""
    return [row for row in _mended_by(session, version) if still_says(version, row)]


def _mended_by(session: Session, version: KnowledgeVersion) -> list[Correction]:
    """Accepted corrections of this version, and of those before it that it took the place of."""
    query = (
        select(Correction)
        .join(KnowledgeVersion, KnowledgeVersion.id == Correction.fix_version_id)
        .where(
            Correction.item_id == version.item_id,
            Correction.state == CorrectionState.ACCEPTED.value,
            KnowledgeVersion.number <= version.number,
        )
        .order_by(Correction.id)
    )
    return list(session.scalars(query))


def still_says(version: KnowledgeVersion, correction: Correction) -> bool:
    """Tell whether a version says the reported sentence word for word."""
    reported = correction.version
    if correction.kind == CorrectionKind.OUTDATED and _dates(version) != _dates(reported):
        return False
    clause = next(
        (row.text for row in reported.passages if row.ordinal == correction.passage_ordinal), ""
    )
    words = _plain(_sentence(clause, correction.quote))
    return bool(words) and any(words in _plain(row.text) for row in version.passages)


def _sentence(clause: str, quote: str) -> str:
    """The sentence of the clause that has the words meant; the clause where they are not of one."""
    marked = _plain(quote)
    sentences = _SENTENCE_END.split(clause)
    return next((one for one in sentences if marked and marked in _plain(one)), clause)


def _plain(text: str) -> str:
    return "".join(text.split())


def _dates(version: KnowledgeVersion) -> tuple[date | None, date | None]:
    return version.valid_from, version.valid_until


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


def reopen_for(session: Session, version: KnowledgeVersion, now: datetime) -> None:
    """The version that was to mend corrections is dropped: they wait again, and that is told."""
    for found in to_mend(session, version):
        _wait_again(session, found, now)


def _wait_again(session: Session, found: Correction, now: datetime) -> None:
    found.state = CorrectionState.OPEN.value
    found.fix_version_id = None
    tell_reporter(session, found, now)


def _tell_unit(
    session: Session, found: Correction, version: KnowledgeVersion, now: datetime
) -> None:
    resolve_at(session, NOTICE_KIND, unit_path(found))
    title = f"纠错没有办结：《{version.title[:80]}》第 {version.number} 版发布了，报的那一处没有改"
    notify(
        session,
        kind=NOTICE_KIND,
        title=title,
        path=unit_path(found),
        now=now,
        unit_id=version.item.unit_id,
        item_id=found.item_id,
        key=f"correction:{found.id}:unmended:{version.id}",
    )


def unit_path(correction: Correction) -> str:
    """The page where the unit sees to it."""
    return f"/units/corrections/{correction.id}"


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
        resolve_at(session, NOTICE_KIND, unit_path(correction))
    if correction.reporter_id is None:
        return
    # What was told before is not so any more, also when the same is told again.
    resolve_at(session, ANSWER_KIND, _answer_path(correction))
    became = CorrectionState(correction.state)
    word = "要重新处理" if became == CorrectionState.OPEN else became.label
    notify(
        session,
        kind=ANSWER_KIND,
        title=f"您报的纠错{word}：《{correction.version.title}》",
        path=_answer_path(correction),
        now=now,
        user_id=correction.reporter_id,
        item_id=correction.item_id,
        key=f"correction:{correction.id}:{became.value}:{now:%Y%m%d%H%M%S%f}",
    )


def _answer_path(correction: Correction) -> str:
    return f"/corrections/mine#c{correction.id}"


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
