"""派单目录: adding, changing and retiring rows; each change is a version with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, selectinload

from kb.actor import Actor
from kb.clock import local_day
from kb.db import one_at_a_time
from kb.errors import IllegalTransition, InvalidInput, StaleVersion
from kb.models import CatalogueAssisting, CatalogueEntry, CatalogueVersion, Unit
from kb.profile import Profile
from kb.services.audit import record
from kb.terms import Role

EDITORS = (Role.DISPATCHER, Role.ADMIN)
MAX_MATTER, MAX_WORDS, MAX_WORD, MAX_BASIS, MAX_REASON = 60, 30, 20, 1000, 300
_LOCK = 5_012_346


@dataclass(frozen=True)
class Content:
    """What a row says; an empty region is the whole city. Units by id."""

    matter: str
    category: str
    lead_id: int
    basis: str
    valid_from: date
    region: str = ""
    words: tuple[str, ...] = ()
    assisting_ids: tuple[int, ...] = ()
    valid_until: date | None = None


def content_of(entry: CatalogueEntry) -> Content:
    """What a stored row says now."""
    return Content(
        entry.matter,
        entry.category,
        entry.lead_unit_id,
        entry.basis,
        entry.valid_from,
        entry.region,
        tuple(entry.words),
        tuple(row.unit_id for row in entry.assisting),
        entry.valid_until,
    )


def check(
    session: Session, content: Content, profile: Profile, *, entry_id: int | None = None
) -> Content:
    """Refuse a row with faults, naming all of them, or one that another row contradicts.

    :param entry_id: the row that is changed; it does not contradict itself.
    :raises InvalidInput: with a sentence a field.
    """
    content = _tidy(content)
    faults = _faults(session, content, profile)
    if not faults and (other := conflicting(session, content, entry_id)):
        where = other.region or "全市"
        faults["matter"] = (
            f"“{other.matter}”（{where}）已有一条，由{other.lead.name}主办，"
            f"{other.valid_from.isoformat()} 起{_until(other.valid_until)}；"
            "请改那一条，或先把它停用"
        )
    if faults:
        raise InvalidInput("这一条不能保存：" + "；".join(faults.values()), faults)
    return content


def _until(day: date | None) -> str:
    return f"至 {day.isoformat()} 有效" if day else "有效"


def _tidy(content: Content) -> Content:
    words = (" ".join(word.split()) for word in content.words)
    return replace(
        content,
        matter=" ".join(content.matter.split()),
        words=tuple(dict.fromkeys(word for word in words if word)),
        basis=content.basis.strip(),
        assisting_ids=tuple(dict.fromkeys(content.assisting_ids)),
    )


def _faults(session: Session, content: Content, profile: Profile) -> dict[str, str]:
    faults: dict[str, str] = {}
    if not content.matter:
        faults["matter"] = "请写事项名称"
    elif len(content.matter) > MAX_MATTER:
        faults["matter"] = f"事项名称最多 {MAX_MATTER} 字，现有 {len(content.matter)} 字"
    if len(content.words) > MAX_WORDS or any(len(word) > MAX_WORD for word in content.words):
        faults["words"] = f"常用说法最多 {MAX_WORDS} 个，每个最多 {MAX_WORD} 字"
    if any(len(word) < 2 for word in content.words):
        faults["words"] = "常用说法至少两个字，一个字会误配"
    if profile.categories and content.category not in profile.categories:
        faults["category"] = f"没有“{content.category}”这个类别，请从列表中选择"
    if content.region and content.region not in profile.all_regions:
        faults["region"] = f"没有“{content.region}”这个区域，请从列表中选择"
    faults |= _unit_faults(session, content)
    if not content.basis:
        faults["basis"] = "请写明依据，例如三定规定的条款；退单争议时以它为准"
    elif len(content.basis) > MAX_BASIS:
        faults["basis"] = f"依据最多 {MAX_BASIS} 字，现有 {len(content.basis)} 字"
    if content.valid_until and content.valid_until < content.valid_from:
        faults["valid_until"] = "截止日期早于起始日期"
    return faults


def _unit_faults(session: Session, content: Content) -> dict[str, str]:
    wanted = {content.lead_id, *content.assisting_ids}
    query = select(Unit.id).where(Unit.id.in_(wanted), Unit.is_active.is_(True))
    known = set(session.scalars(query))
    faults = {}
    if content.lead_id not in known:
        faults["lead"] = "请选择主办单位"
    if not set(content.assisting_ids) <= known:
        faults["assisting"] = "协办单位里有已停用或不存在的单位"
    elif content.lead_id in content.assisting_ids:
        faults["assisting"] = "主办单位不必再列为协办"
    return faults


def conflicting(
    session: Session, content: Content, entry_id: int | None = None
) -> CatalogueEntry | None:
    """Another row for the same matter and region whose days overlap."""
    query = (
        select(CatalogueEntry)
        .where(
            CatalogueEntry.matter == content.matter,
            CatalogueEntry.region == content.region,
            or_(
                CatalogueEntry.valid_until.is_(None),
                # A row that was retired before it began holds on no day.
                and_(
                    CatalogueEntry.valid_until >= content.valid_from,
                    CatalogueEntry.valid_until >= CatalogueEntry.valid_from,
                ),
            ),
        )
        .options(selectinload(CatalogueEntry.lead))
        .order_by(CatalogueEntry.id)
    )
    if content.valid_until is not None:
        query = query.where(CatalogueEntry.valid_from <= content.valid_until)
    if entry_id is not None:
        query = query.where(CatalogueEntry.id != entry_id)
    return session.scalars(query).first()


def add(
    session: Session,
    content: Content,
    *,
    reason: str,
    profile: Profile,
    actor: Actor,
    now: datetime,
) -> CatalogueEntry:
    """Add a row.

    :raises PermissionDenied: not a dispatcher or administrator.
    :raises InvalidInput: see :func:`check`; or no reason.
    """
    actor.require(*EDITORS)
    one_at_a_time(session, _LOCK)  # two who add the same matter: the second is told
    reason = _checked_reason(reason)
    content = check(session, content, profile)
    entry = CatalogueEntry(rev=0, lead_unit_id=content.lead_id, valid_from=content.valid_from)
    session.add(entry)
    _write(session, entry, content, reason, actor, now)
    return entry


def change(
    session: Session,
    entry: CatalogueEntry,
    content: Content,
    *,
    reason: str,
    seen_rev: int,
    profile: Profile,
    actor: Actor,
    now: datetime,
) -> CatalogueEntry:
    """Change a row.

    :raises StaleVersion: somebody changed it since ``seen_rev``; nothing was done.
    :raises PermissionDenied, InvalidInput: as :func:`add`; or nothing would change.
    """
    actor.require(*EDITORS)
    one_at_a_time(session, _LOCK)
    _require_seen(session, entry, seen_rev)
    reason = _checked_reason(reason)
    content = check(session, content, profile, entry_id=entry.id)
    if content == content_of(entry):
        raise InvalidInput("没有改动，不必保存")
    _write(session, entry, content, reason, actor, now)
    return entry


def retire(
    session: Session,
    entry: CatalogueEntry,
    *,
    reason: str,
    seen_rev: int,
    actor: Actor,
    now: datetime,
) -> CatalogueEntry:
    """停用: the row holds until the end of yesterday, or never if it had not begun.

    :raises IllegalTransition: it has ended already.
    :raises StaleVersion, PermissionDenied, InvalidInput: as :func:`change`.
    """
    actor.require(*EDITORS)
    _require_seen(session, entry, seen_rev)
    last = local_day(now) - timedelta(days=1)
    if entry.valid_until is not None and entry.valid_until <= last:
        raise IllegalTransition(f"这一条已于 {entry.valid_until.isoformat()} 停用")
    ended = replace(content_of(entry), valid_until=last)
    _write(session, entry, ended, _checked_reason(reason), actor, now)
    return entry


def _require_seen(session: Session, entry: CatalogueEntry, seen_rev: int) -> None:
    session.refresh(entry, with_for_update=True)
    if entry.rev != seen_rev:
        raise StaleVersion(
            f"“{entry.matter}”刚刚在别处改过，现在是第 {entry.rev} 版；您的改动没有保存",
            entry_id=entry.id,
        )


def _checked_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > MAX_REASON:
        sentence = f"请写一句为什么改，最多 {MAX_REASON} 字，以后查得到"
        raise InvalidInput(sentence, {"reason": sentence})
    return reason


def _write(
    session: Session,
    entry: CatalogueEntry,
    content: Content,
    reason: str,
    actor: Actor,
    now: datetime,
) -> None:
    entry.matter, entry.category, entry.region = content.matter, content.category, content.region
    entry.words, entry.basis = list(content.words), content.basis
    entry.lead_unit_id = content.lead_id
    entry.valid_from, entry.valid_until = content.valid_from, content.valid_until
    entry.rev += 1
    kept = {row.unit_id: row for row in entry.assisting}
    entry.assisting = [
        kept.get(unit_id) or CatalogueAssisting(unit_id=unit_id)
        for unit_id in content.assisting_ids
    ]
    for place, row in enumerate(entry.assisting):
        row.place = place
    session.flush()
    session.add(
        CatalogueVersion(
            entry_id=entry.id,
            number=entry.rev,
            at=now,
            by_id=actor.user_id or None,
            reason=reason,
            content=in_words(session, content),
        )
    )
    record(
        session,
        actor_id=actor.user_id or None,
        action="catalogue.change" if entry.rev > 1 else "catalogue.add",
        object_type="catalogue_entry",
        object_id=entry.id,
        detail={"version": entry.rev, "matter": content.matter, "reason": reason},
        now=now,
    )
    session.flush()


def in_words(session: Session, content: Content) -> dict[str, Any]:
    """A row with its units by name, as versions and comparisons keep it."""
    ids = [content.lead_id, *content.assisting_ids]
    names = dict(session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids))).all())
    return {
        "matter": content.matter,
        "words": list(content.words),
        "category": content.category,
        "region": content.region,
        "lead": names.get(content.lead_id, ""),
        "assisting": [names.get(unit_id, "") for unit_id in content.assisting_ids],
        "basis": content.basis,
        "valid_from": content.valid_from.isoformat(),
        "valid_until": content.valid_until.isoformat() if content.valid_until else "",
    }


FIELDS = {
    "matter": "事项",
    "words": "常用说法",
    "category": "类别",
    "region": "区域",
    "lead": "主办单位",
    "assisting": "协办单位",
    "basis": "依据",
    "valid_from": "起始日期",
    "valid_until": "截止日期",
}


@dataclass(frozen=True)
class FieldChange:
    """One field before and after, as text."""

    label: str
    before: str
    after: str


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> list[FieldChange]:
    """What differs between two versions, in the order of the form."""
    return [
        FieldChange(label, _text(before.get(name)), _text(after.get(name)))
        for name, label in FIELDS.items()
        if _text(before.get(name)) != _text(after.get(name))
    ]


def _text(value: str | Sequence[str] | None) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return "、".join(value)
