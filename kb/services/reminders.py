"""30, 7 and 1 days ahead: tell the unit what is due, once a step; tell editors what is overdue."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session, joinedload

from kb.db import Database
from kb.models import EntryCheck, ItemEvent, KnowledgeItem, KnowledgeVersion, Notice
from kb.queries.duties import due_condition, duties_of
from kb.services.checking import ENDS
from kb.services.conflict_jobs import request_check
from kb.services.notices import DUE_NOTICES, notify, retitle
from kb.services.webhooks import announce
from kb.terms import ItemState, Role

STEPS = (1, 7, 30)
EXPIRED = "expired"
PAGE = 200
_STEP_WORDS = {1: "1 天内", 7: "7 天内", 30: "30 天内"}
_LAST_DAY = "今天"


def remind(database: Database, today: date, now: datetime) -> None:
    """Say what is due today and settle what is no longer; a repeat changes nothing.

    After days without a run the step that fits today is said, not those that were missed.
    """
    alive: set[str] = set()
    for ids in _pages(database, today):
        with database.unit_of_work() as session:
            for item in _load(session, ids):
                alive |= _remind_of(session, item, today, now)
    _settle_others(database, alive)


def _pages(database: Database, today: date) -> Iterator[list[int]]:
    last = 0
    while True:
        with database.reading() as session:
            ids = list(
                session.scalars(
                    select(KnowledgeItem.id)
                    .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
                    .where(due_condition(today), KnowledgeItem.id > last)
                    .order_by(KnowledgeItem.id)
                    .limit(PAGE)
                )
            )
        if not ids:
            return
        yield ids
        last = ids[-1]


def _load(session: Session, ids: list[int]) -> list[KnowledgeItem]:
    query = select(KnowledgeItem).where(
        KnowledgeItem.id.in_(ids), KnowledgeItem.state == ItemState.PUBLISHED.value
    )
    return list(session.scalars(query.options(joinedload(KnowledgeItem.current_version))))


def _remind_of(session: Session, item: KnowledgeItem, today: date, now: datetime) -> set[str]:
    version = item.current_version
    if version is None:
        return set()
    query = select(EntryCheck.id).where(
        EntryCheck.version_id == version.id, EntryCheck.outcome == ENDS
    )
    accepts_end = session.scalar(query.limit(1)) is not None
    said: set[str] = set()
    for kind, day in duties_of(version, today, accepts_end=accepts_end).items():
        said |= _say(session, item, version, kind, day, (day - today).days, now)
    return said


def _say(
    session: Session,
    item: KnowledgeItem,
    version: KnowledgeVersion,
    kind: str,
    day: date,
    days_left: int,
    now: datetime,
) -> set[str]:
    name = f"《{version.title[:100]}》"
    path = f"/units/entries/{item.id}"
    key = f"{kind}:{version.id}:{day}"
    if days_left >= 0:
        step = next(step for step in STEPS if days_left <= step)
        what = (
            f"到期：{name}，有效期到 {day}"
            if kind == "expiry"
            else f"要复核：{name}，应于 {day} 核验"
        )
        title = f"{_STEP_WORDS[step] if days_left else _LAST_DAY}{what}"
        is_new = notify(
            session,
            kind=f"{kind}_due",
            title=title,
            path=path,
            now=now,
            unit_id=item.unit_id,
            item_id=item.id,
            key=f"{key}:{step}",
        )
        if not is_new and not days_left:
            retitle(session, f"{key}:{step}", title)
        if is_new:
            due = {"kind": kind, "on": day.isoformat(), "within_days": step}
            announce(session, "entry.due_soon", item, now, version, {"due": due})
        return {f"{key}:{step}"}
    if kind == "expiry":
        title, code = f"已到期未处理：{name}，有效期到 {day} 为止", EXPIRED
    else:
        title, code = f"超期未核验：{name}，应于 {day} 核验", "review_overdue"
    tell = partial(notify, session, kind=code, title=title, path=path, now=now, item_id=item.id)
    tell(unit_id=item.unit_id, key=f"{key}:over")
    tell(role=Role.EDITOR, key=f"{key}:over:editor")
    return {f"{key}:over", f"{key}:over:editor"}


def _settle_others(database: Database, alive: set[str]) -> None:
    """An earlier step, and whatever was renewed, checked or withdrawn, waits for nobody."""
    with database.reading() as session:
        query = select(Notice.id, Notice.key).where(
            Notice.is_resolved.is_(False), Notice.kind.in_(DUE_NOTICES)
        )
        gone = [notice_id for notice_id, key in session.execute(query) if key not in alive]
    for start in range(0, len(gone), PAGE):
        with database.unit_of_work() as session:
            session.execute(
                update(Notice)
                .where(Notice.id.in_(gone[start : start + PAGE]))
                .values(is_resolved=True)
            )


def announce_ended(database: Database, today: date, now: datetime) -> None:
    """Tell subscribers, once, of every entry that its own last day has ended."""
    while True:
        with database.unit_of_work() as session:
            items = _ended_in_silence(session, today)
            for item, version in items:
                session.add(
                    ItemEvent(
                        item_id=item.id,
                        version_id=version.id,
                        kind=EXPIRED,
                        at=now,
                        comment=f"有效期到 {version.valid_until} 为止",
                    )
                )
                announce(session, "entry.expired", item, now, version)
                request_check(session, item.current_version, now)
        if not items:
            return


def _ended_in_silence(
    session: Session, today: date
) -> list[tuple[KnowledgeItem, KnowledgeVersion]]:
    told = (
        select(ItemEvent.id)
        .where(ItemEvent.version_id == KnowledgeVersion.id, ItemEvent.kind == EXPIRED)
        .exists()
    )
    query = (
        select(KnowledgeItem, KnowledgeVersion)
        .join(KnowledgeVersion, KnowledgeVersion.item_id == KnowledgeItem.id)
        .where(
            KnowledgeItem.state == ItemState.PUBLISHED.value,
            KnowledgeVersion.valid_until < today,
            or_(
                KnowledgeVersion.id == KnowledgeItem.current_version_id,
                # It ran out before the next one, published ahead, begins.
                KnowledgeVersion.replaced_on > today,
            ),
            ~told,
        )
        .order_by(KnowledgeItem.id)
        .limit(PAGE)
    )
    return [(item, version) for item, version in session.execute(query)]
