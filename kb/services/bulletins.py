"""The life of a bulletin: drafted, reviewed, put away, corrected, given up.

What people write is ``bulletin_sections``, issuing ``bulletin_issuing``. Nothing here commits.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.bulletins.issuing.heading import header_of, kind_of
from kb.bulletins.periods import Period
from kb.errors import IllegalTransition, InvalidInput, NotFound, StaleVersion
from kb.models import BulletinRow, BulletinStep
from kb.profile import Profile
from kb.services.audit import record
from kb.services.bulletin_counting import count, own_basis
from kb.services.bulletin_texts import changed_head, changed_texts
from kb.services.topics import basis_of
from kb.terms import BulletinKind, BulletinState, Role

MAX_DAYS = 400
_TOO_EARLY, _TOO_LATE = date(2000, 1, 1), date(2199, 12, 31)
_SPANS = {
    BulletinKind.WEEKLY: "要选连着的 7 天",
    BulletinKind.MONTHLY: "要选一个完整的月",
    BulletinKind.QUARTERLY: "要选一个完整的季度",
    BulletinKind.YEARLY: "要选一个完整的年",
}
OPEN = (BulletinState.DRAFT, BulletinState.REVIEWED)
_WRITING = ("drafted", "edited", "correcting")


@dataclass(frozen=True)
class By:
    """Who works on a bulletin, when, by which profile, and which revision they had seen."""

    actor: Actor | None
    now: datetime
    profile: Profile
    seen: int = 0

    @property
    def user_id(self) -> int | None:
        """Of the person; ``None`` for work on schedule."""
        return self.actor.user_id or None if self.actor is not None else None


def get(session: Session, bulletin_id: int, *, lock: bool = False) -> BulletinRow:
    """One bulletin; locked until the end of the transaction for whoever will change it.

    :raises NotFound: there is none.
    """
    row = session.get(
        BulletinRow, bulletin_id, with_for_update=lock or None, populate_existing=lock
    )
    if row is None:
        raise NotFound("没有这一期通报")
    return row


def find(session: Session, kind: BulletinKind, topic: str, period: Period) -> BulletinRow | None:
    """The bulletin of a period, if there is one."""
    query = select(BulletinRow).where(
        BulletinRow.kind == kind.value,
        BulletinRow.topic == topic,
        BulletinRow.first == period.first,
        BulletinRow.last == period.last,
    )
    return session.scalars(query).first()


def draft(
    session: Session,
    kind: BulletinKind,
    period: Period,
    by: By,
    document: dict[str, Any] | None = None,
    *,
    topic: str = "",
) -> BulletinRow:
    """Count and draft the bulletin of a period; the one that is there is given back.

    :param topic: the 专项 of a 专报; a 专报 has one, and nothing else has.
    :param document: the figures, where they have just been counted.
    :raises InvalidInput: the days are no period to report on.
    """
    require_editor(by)
    require_period(kind, period, topic, by.now)
    found = find(session, kind, topic, period)
    if found is not None:
        return found
    basis = basis_of(session, by.profile)
    head = header_of(kind, period, by.profile.city, by.profile.bulletins, topic)
    row = BulletinRow(
        kind=kind.value,
        topic=topic,
        first=period.first,
        last=period.last,
        created_at=by.now,
        counted_at=by.now,
        document=document or count(session, kind, topic, period, basis, by.now),
        edits={},
        header={
            "hotline": head.hotline,
            "kind": head.kind,
            "issuer": head.issuer,
            "title": head.title,
            "subtitle": head.subtitle,
            "copies": list(head.copies),
        },
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        found = find(session, kind, topic, period)
        if found is None:
            raise
        return found  # somebody else had it drafted meanwhile
    note(session, row, "drafted", by)
    return row


def require_period(kind: BulletinKind, period: Period, topic: str, now: datetime) -> None:
    """Refuse days that no such bulletin reports on.

    :raises InvalidInput: the sentence says what is wrong.
    """
    if period.first > period.last:
        raise InvalidInput("起始日期不能晚于结束日期", {"first": "起始日期不能晚于结束日期"})
    if period.days > MAX_DAYS or period.first < _TOO_EARLY or period.last > _TOO_LATE:
        raise InvalidInput(f"一期通报最多 {MAX_DAYS} 天", {"first": f"最多 {MAX_DAYS} 天"})
    if period.start > now:
        raise InvalidInput("这段日子还没有到", {"first": "这段日子还没有到"})
    if bool(topic) != (kind is BulletinKind.TOPICAL):
        raise InvalidInput("专报要选一个专项", {"topic": "请选择专项"})
    if kind is not BulletinKind.TOPICAL and kind_of(period) is not kind:
        words = f"{kind.label}{_SPANS[kind]}；其他时段请用专报"
        raise InvalidInput(words, {"first": words})


def recount(
    session: Session, row: BulletinRow, by: By, document: dict[str, Any] | None = None
) -> None:
    """Count the figures anew; what people wrote stays, with the new numbers in it.

    :param document: the figures, where :func:`counted_anew` has just given them.
    """
    require_acting(row, by, *OPEN)
    changed(row)
    row.document, row.counted_at = document or counted_anew(session, row, by), by.now
    note(session, row, "counted", by)


def review(session: Session, row: BulletinRow, by: By) -> None:
    """审核: the text is as it is to be issued; any later edit makes it a draft again."""
    require_acting(row, by, BulletinState.DRAFT)
    _require_another(row, by)
    _enter(session, row, BulletinState.REVIEWED, "reviewed", by)


def _require_another(row: BulletinRow, by: By) -> None:
    """Refuse the review of one's own last text where the city wants a second person.

    :raises IllegalTransition: the profile asks for another person.
    """
    if not by.profile.bulletins.review_by_another:
        return
    written = [step for step in row.steps if step.act in _WRITING]
    if written and written[-1].actor_id is not None and written[-1].actor_id == by.user_id:
        raise IllegalTransition("最后一次修改是您做的，按城市方案要由另一个人审核")


def archive(session: Session, row: BulletinRow, by: By) -> None:
    """归档: put away; it can still be read."""
    require_acting(row, by, BulletinState.ISSUED)
    _enter(session, row, BulletinState.ARCHIVED, "archived", by)


def correct(
    session: Session,
    row: BulletinRow,
    reason: str,
    by: By,
    document: dict[str, Any] | None = None,
) -> None:
    """Begin a corrected edition: the issued one stays, the figures are counted anew.

    :param document: the figures, where :func:`counted_anew` has just given them.
    :raises InvalidInput: no reason is given.
    """
    require_correctable(row, reason, by)
    row.state, row.reason = BulletinState.DRAFT.value, reason.strip()
    row.document, row.counted_at = document or counted_anew(session, row, by), by.now
    row.rev += 1
    note(session, row, "correcting", by, row.reason)


def require_correctable(row: BulletinRow, reason: str, by: By) -> None:
    """Refuse a correction that can be refused without counting; raises as :func:`correct`."""
    require_editor(by)
    require_state(row, BulletinState.ISSUED, BulletinState.ARCHIVED)
    if not 0 < len(reason.strip()) <= 200:
        raise InvalidInput("请写明更正原因", {"reason": "更正原因写 1 至 200 个字"})
    require_seen(row, by)


def abandon(session: Session, row: BulletinRow, by: By) -> None:
    """放弃更正: back to the edition that was issued; the history keeps what had been written."""
    require_acting(row, by, *OPEN)
    if not row.editions:
        raise IllegalTransition("这一期还没有印发过，可以作废，没有更正可以放弃")
    issued, lost = row.editions[-1].snapshot, row.edits
    header = {name: issued["header"][name] for name in row.header}
    former = changed_texts(lost, issued["edits"]) | changed_head(row.header, header)
    row.document, row.edits, row.header = issued["document"], issued["edits"], header
    row.counted_at = datetime.fromisoformat(row.document["as_of"])
    was_archived = [one.act for one in row.steps if one.act in ("issued", "archived")][-1:]
    is_archived = was_archived == ["archived"]
    row.state = (BulletinState.ARCHIVED if is_archived else BulletinState.ISSUED).value
    row.reason = ""
    row.rev += 1
    row.edits = {key: {**one, "rev": row.rev} for key, one in row.edits.items()}
    note(session, row, "abandoned", by, former=former)


def discard(session: Session, row: BulletinRow, by: By) -> None:
    """作废: a draft that is not to be issued; its schedule does not draft it again."""
    require_acting(row, by, *OPEN)
    if row.editions:
        raise IllegalTransition("这一期印发过，不能作废；不更正了，点“放弃更正”")
    _enter(session, row, BulletinState.DISCARDED, "discarded", by)


def revive(session: Session, row: BulletinRow, by: By) -> None:
    """恢复: a discarded draft is worked on again, with all that was written."""
    require_acting(row, by, BulletinState.DISCARDED)
    _enter(session, row, BulletinState.DRAFT, "revived", by)


def counted_anew(session: Session, row: BulletinRow, by: By) -> dict[str, Any]:
    """The figures as the records give them now; reads only, and may take seconds."""
    period = Period(row.first, row.last)
    basis = basis_of(session, by.profile)
    if row.topic not in {one.name for one in basis.topics}:
        basis = own_basis(row, basis)
    return count(session, row.kind_term, row.topic, period, basis, by.now)


def _enter(session: Session, row: BulletinRow, state: BulletinState, act: str, by: By) -> None:
    row.state = state.value
    row.rev += 1
    note(session, row, act, by)


def require_acting(row: BulletinRow, by: By, *states: BulletinState) -> None:
    """Refuse an act on the whole bulletin: not this person's, not now, or not as it was seen.

    :raises PermissionDenied, IllegalTransition, StaleVersion: in this order.
    """
    require_editor(by)
    require_state(row, *states)
    require_seen(row, by)


def require_state(row: BulletinRow, *states: BulletinState) -> None:
    """Refuse what cannot be done now.

    :raises IllegalTransition: it is in none of these states.
    """
    if row.state_term not in states:
        raise IllegalTransition(f"这一期现在是“{row.state_term.label}”，不能这样做")


def note(
    session: Session,
    row: BulletinRow,
    act: str,
    by: By,
    text: str = "",
    *,
    former: dict[str, Any] | None = None,
) -> None:
    """Write down an act in the history of the bulletin and in the audit log.

    :param former: what sections and the head read before it (``bulletin_texts``).
    """
    step = BulletinStep(at=by.now, actor_id=by.user_id, act=act, note=text, former=former or {})
    row.steps.append(step)
    detail = {"rev": row.rev}
    record(session, by.user_id, f"bulletin.{act}", "bulletin", row.id, detail, by.now)


def changed(row: BulletinRow) -> None:
    """Something was changed: it must be reviewed anew."""
    row.rev += 1
    row.state = BulletinState.DRAFT.value


def require_seen(row: BulletinRow, by: By) -> None:
    """Refuse a change by somebody who has not seen the last one.

    :raises StaleVersion: somebody else saved first.
    """
    if by.seen != row.rev:
        raise StaleVersion("这一期刚刚在别处改过，您的文字还在下面，请核对后再保存")


def require_editor(by: By) -> None:
    """Refuse whoever may not write bulletins.

    :raises PermissionDenied: no supervisor.
    """
    if by.actor is not None:
        by.actor.require(Role.SUPERVISOR)
