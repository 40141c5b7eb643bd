"""Handling 纠错: the owning unit accepts one and mends the entry, refuses it, or withdraws."""

from datetime import datetime

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput, PermissionDenied, StaleVersion
from kb.models import Correction, KnowledgeVersion
from kb.services.corrections import (
    may_handle,
    note_act,
    require_state,
    say,
    settle,
    tell_reporter,
)
from kb.services.drafting import begin_version, is_editable
from kb.services.entries import note, pending_version
from kb.services.withdrawing import withdraw
from kb.terms import CorrectionKind, CorrectionState, VersionState


def require_handler(actor: Actor, correction: Correction) -> None:
    """:raises PermissionDenied: the entry is not this person's to answer for."""
    if not may_handle(actor, correction):
        raise PermissionDenied("纠错由条目所属单位和知识管理员处理")


def require_seen(correction: Correction, seen_rev: int) -> None:
    """Refuse to act on a correction that changed after the person's page was made.

    :raises StaleVersion: it did.
    """
    if correction.rev != seen_rev:
        raise StaleVersion(
            "这条纠错在您打开页面之后有人处理过，请看过最新情况再处理",
            correction_id=correction.id,
            current_rev=correction.rev,
        )


def accept(
    session: Session, correction: Correction, *, actor: Actor, now: datetime, answer: str = ""
) -> KnowledgeVersion:
    """接受: the passage is to be mended in the entry's next version, begun now if there is none.

    :returns: the version that will mend it; publishing it settles the correction.
    :raises IllegalTransition: it is not waiting, the entry says nothing that could be mended, or
        the next version has left its author's hands.
    """
    require_handler(actor, correction)
    require_state(correction, CorrectionState.OPEN)
    item = correction.item
    version = pending_version(session, item.id)
    if version is None:
        version = begin_version(session, item, actor=actor, now=now)
    elif not is_editable(version):
        raise IllegalTransition(_cannot_mend(version), version_id=version.id)
    correction.state = CorrectionState.ACCEPTED.value
    correction.fix_version_id = version.id
    say(correction, answer.strip(), actor, now)
    kind = CorrectionKind(correction.kind).label
    note(session, version, "correction_accepted", actor, now, f"{kind}：{correction.quote[:80]}")
    detail = {"item": item.id, "version": version.number}
    note_act(session, correction, "correction.accept", detail, actor, now)
    tell_reporter(session, correction, now)
    return version


def _cannot_mend(version: KnowledgeVersion) -> str:
    """It would be published as it is, and the correction closed by a text that nobody mended."""
    if version.state == VersionState.SCHEDULED:
        return f"第 {version.number} 版已审核通过、等待定时发布，改不了；请先取消定时发布并退回"
    label = VersionState(version.state).label
    return f"第 {version.number} 版正在“{label}”，改不了；请先退回这一版，再接受纠错"


def reject(
    session: Session, correction: Correction, *, actor: Actor, now: datetime, reason: str
) -> Correction:
    """驳回 with the reason, which the reporter reads.

    :raises InvalidInput: no reason is given, or it is too long.
    """
    require_handler(actor, correction)
    require_state(correction, CorrectionState.OPEN, CorrectionState.ACCEPTED)
    if not reason.strip():
        raise InvalidInput("请写明驳回的理由", {"reason": "请写明为什么不用改，报的人会看到"})
    correction.state = CorrectionState.REJECTED.value
    correction.fix_version_id = None
    say(correction, reason.strip(), actor, now)
    note_act(session, correction, "correction.reject", {"item": correction.item_id}, actor, now)
    tell_reporter(session, correction, now)
    return correction


def settle_by_current(
    session: Session, correction: Correction, *, actor: Actor, now: datetime, answer: str = ""
) -> Correction:
    """已改好: what is published now is newer than what was reported, and says it right.

    :param answer: what the reporter reads besides.
    :raises IllegalTransition: the version that was reported is still the published one.
    """
    require_handler(actor, correction)
    require_state(correction, CorrectionState.OPEN, CorrectionState.ACCEPTED)
    current = correction.item.current_version
    if current is None or current.number <= correction.version.number:
        raise IllegalTransition("报的就是现行版本，还没有新的一版；请接受后修改，或写明理由驳回")
    said = "：".join(part for part in (f"第 {current.number} 版已改好", answer.strip()) if part)
    settle(session, correction, current, said, actor=actor, now=now)
    return correction


def withdraw_entry(
    session: Session, correction: Correction, *, actor: Actor, now: datetime, reason: str
) -> Correction:
    """下架: take the whole entry out of every search because of the correction.

    :raises InvalidInput: no reason is given.
    :raises PermissionDenied: withdrawing is not this person's to do.
    """
    require_handler(actor, correction)
    require_state(correction, CorrectionState.OPEN, CorrectionState.ACCEPTED)
    withdraw(session, correction.item, actor=actor, now=now, reason=reason)
    settle(session, correction, None, f"条目已下架：{reason.strip()}", actor=actor, now=now)
    return correction
