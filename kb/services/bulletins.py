"""The life of a bulletin: drafted, edited section by section, reviewed, put away.

Issuing is ``bulletin_issuing``. Nothing here commits.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.bulletins.issuing.heading import header_of, kind_of
from kb.bulletins.issuing.outline import PARTS, parts_of
from kb.bulletins.issuing.source import Source
from kb.bulletins.issuing.tokens import addressed, stray_braces, unknown_in
from kb.bulletins.periods import Period
from kb.errors import IllegalTransition, InvalidInput, NotFound, StaleVersion
from kb.models import BulletinRow, BulletinStep
from kb.profile import Profile
from kb.services.audit import record
from kb.services.bulletin_counting import count, own_basis
from kb.services.topics import basis_of
from kb.terms import BulletinKind, BulletinState, Role

MAX_TEXT, MAX_DAYS = 20_000, 400
_TOO_EARLY, _TOO_LATE = date(2000, 1, 1), date(2199, 12, 31)
_SPANS = {
    BulletinKind.WEEKLY: "要选连着的 7 天",
    BulletinKind.MONTHLY: "要选一个完整的月",
    BulletinKind.QUARTERLY: "要选一个完整的季度",
    BulletinKind.YEARLY: "要选一个完整的年",
}
OPEN = (BulletinState.DRAFT, BulletinState.REVIEWED)


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
    _require(by)
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
    session.add(row)
    session.flush()
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
    _require(by)
    _change(row, by)
    row.document, row.counted_at = document or counted_anew(session, row, by), by.now
    note(session, row, "counted", by)


def edit(session: Session, row: BulletinRow, key: str, text: str | None, by: By) -> None:
    """Keep what a person made of a section; ``None`` goes back to the draft sentences.

    :param text: with figures named as people write them, ``{受理量}``.
    :raises InvalidInput: it names figures that there are not, or is too long.
    :raises StaleVersion: somebody else saved first.
    """
    kept = None if text is None else addressed(text.replace("\r\n", "\n").strip())
    if kept is not None and len(kept) > MAX_TEXT:
        raise InvalidInput(f"一节最多 {MAX_TEXT} 个字", {"text": f"最多 {MAX_TEXT} 个字"})
    if kept is not None and stray_braces(kept):
        words = "花括号要成对，里面只写统计数字的名称，如 {受理量}"
        raise InvalidInput(words, {"text": words})
    if kept is not None and (unknown := unknown_in(kept, Source(row.document))):
        words = "、".join(f"{{{one}}}" for one in unknown)
        raise InvalidInput(f"没有这样的数字：{words}", {"text": f"没有这样的数字：{words}"})
    _keep(session, row, key, None if kept is None else (kept, False), by)


def leave_out(session: Session, row: BulletinRow, key: str, by: By) -> None:
    """Leave a section out of the print; what was written for it is kept.

    :raises StaleVersion: somebody else saved first.
    """
    _keep(session, row, key, (row.edits.get(key, {}).get("text"), True), by)


def _keep(
    session: Session, row: BulletinRow, key: str, kept: tuple[str | None, bool] | None, by: By
) -> None:
    _require(by)
    part = next((one for one in parts_of(row.kind_term) if one.key == key), None)
    if part is None:
        raise NotFound("这种通报没有这一节")
    _change(row, by)
    edits = {name: one for name, one in row.edits.items() if name != key}
    if kept is not None:
        edits[key] = {"text": kept[0], "is_left_out": kept[1]}
    row.edits = edits
    note(session, row, "edited", by, part.heading)


def edit_header(session: Session, row: BulletinRow, given: dict[str, str], by: By) -> None:
    """Keep title, issuer and 抄送 (a line each) of the head.

    :raises InvalidInput: title or issuer is missing or too long.
    """
    _require(by)
    faults = {
        name: f"{label}写 1 至 60 个字"
        for name, label in (("title", "标题"), ("issuer", "印发单位"))
        if not 0 < len(given.get(name, "").strip()) <= 60
    }
    copies = [line.strip() for line in given.get("copies", "").splitlines() if line.strip()]
    if len(copies) > 10 or any(len(line) > 200 for line in copies):
        faults["copies"] = "抄送最多 10 行，每行 200 个字"
    if faults:
        raise InvalidInput(next(iter(faults.values())), faults)
    _change(row, by)
    texts = {name: given[name].strip() for name in ("title", "issuer")}
    row.header = {**row.header, **texts, "copies": copies}
    note(session, row, "edited", by, "标题和抄送")


def review(session: Session, row: BulletinRow, by: By) -> None:
    """审核: the text is as it is to be issued; any later edit makes it a draft again."""
    _require(by)
    require_state(row, BulletinState.DRAFT)
    require_seen(row, by)
    row.state = BulletinState.REVIEWED.value
    row.rev += 1
    note(session, row, "reviewed", by)


def archive(session: Session, row: BulletinRow, by: By) -> None:
    """归档: put away; it can still be read."""
    _require(by)
    require_state(row, BulletinState.ISSUED)
    require_seen(row, by)
    row.state = BulletinState.ARCHIVED.value
    row.rev += 1
    note(session, row, "archived", by)


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
    _require(by)
    require_state(row, BulletinState.ISSUED, BulletinState.ARCHIVED)
    if not 0 < len(reason.strip()) <= 200:
        raise InvalidInput("请写明更正原因", {"reason": "更正原因写 1 至 200 个字"})
    require_seen(row, by)
    row.state, row.reason = BulletinState.DRAFT.value, reason.strip()
    row.document, row.counted_at = document or counted_anew(session, row, by), by.now
    row.rev += 1
    note(session, row, "correcting", by, row.reason)


def counted_anew(session: Session, row: BulletinRow, by: By) -> dict[str, Any]:
    """The figures as the records give them now; reads only, and may take seconds."""
    period = Period(row.first, row.last)
    basis = basis_of(session, by.profile)
    if row.topic not in {one.name for one in basis.topics}:
        basis = own_basis(row, basis)
    return count(session, row.kind_term, row.topic, period, basis, by.now)


def require_state(row: BulletinRow, *states: BulletinState) -> None:
    """Refuse what cannot be done now.

    :raises IllegalTransition: it is in none of these states.
    """
    if row.state_term not in states:
        raise IllegalTransition(f"这一期现在是“{row.state_term.label}”，不能这样做")


def note(session: Session, row: BulletinRow, act: str, by: By, text: str = "") -> None:
    """Write down an act in the history of the bulletin and in the audit log."""
    session.add(
        BulletinStep(bulletin_id=row.id, at=by.now, actor_id=by.user_id, act=act, note=text)
    )
    detail = {"rev": row.rev}
    record(session, by.user_id, f"bulletin.{act}", "bulletin", row.id, detail, by.now)


def heading_of(key: str) -> str:
    """The heading of a section."""
    return next(part.heading for part in PARTS if part.key == key)


def _change(row: BulletinRow, by: By) -> None:
    require_state(row, *OPEN)
    require_seen(row, by)
    row.rev += 1
    row.state = BulletinState.DRAFT.value


def require_seen(row: BulletinRow, by: By) -> None:
    """Refuse a change by somebody who has not seen the last one.

    :raises StaleVersion: somebody else saved first.
    """
    if by.seen != row.rev:
        raise StaleVersion("这一期刚被别人改过，您的文字还在下面，请核对后再保存")


def _require(by: By) -> None:
    if by.actor is not None:
        by.actor.require(Role.SUPERVISOR)
