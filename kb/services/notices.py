"""提醒: something people should see to, said once, until it is done. Callers commit."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kb.models import Notice, NoticeReader, User
from kb.terms import Role

# As long as their columns: PostgreSQL refuses more.
MAX_KEY, MAX_TITLE, MAX_PATH = 200, 300, 300
REVIEW_NOTICES = ("review_due", "review_overdue")
EXPIRY_NOTICES = ("expiry_due", "expired")
DUE_NOTICES = (*REVIEW_NOTICES, *EXPIRY_NOTICES)
ANSWER_KIND = "correction_answer"
RETURNED_KIND, HANDED_OVER_KIND = "returned", "handed_over"
# What waits for a draft's unit until it is handed in, published or thrown away.
DRAFT_NOTICES = (RETURNED_KIND, HANDED_OVER_KIND)
PARTED_KIND = "order_parted"
# What only tells something is settled when the one person it is for has seen it, or the first of
# the very unit it is for.
NEWS = (ANSWER_KIND, PARTED_KIND)


def notify(
    session: Session,
    *,
    kind: str,
    title: str,
    path: str,
    now: datetime,
    unit_id: int | None = None,
    role: Role | None = None,
    user_id: int | None = None,
    item_id: int | None = None,
    key: str,
) -> bool:
    """Tell a unit, a role or one person; a key that was used before changes nothing.

    A person is meant when everything named fits them; a unit alone means those who write and
    review for it. The same matter coming up again needs a key of its own (e.g. with its day).

    :param kind: what it is about, a short word; the page of the notices has its label.
    :param title: one Chinese sentence; it goes into mails, so it names no caller.
    :param path: the page where it is seen to, from the site's root.
    :returns: whether it was said now, and not before.
    :raises ValueError: nobody is named, or the key is too long.
    """
    if unit_id is None and role is None and user_id is None:
        raise ValueError("a notice needs somebody to tell")
    if not 0 < len(key) <= MAX_KEY or len(path) > MAX_PATH:
        raise ValueError("a notice's key or path is too long")
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    # Two that say the same at once: the second waits for the first and then changes nothing.
    said = session.execute(
        dialect.insert(Notice)
        .values(
            key=key,
            kind=kind,
            title=title[:MAX_TITLE],
            path=path,
            unit_id=unit_id,
            role=role.value if role is not None else None,
            user_id=user_id,
            item_id=item_id,
            created_at=now,
            is_resolved=False,
        )
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Notice.id)
    )
    return said.first() is not None


def retitle(session: Session, key: str, title: str) -> None:
    """Let a notice that was said before say it as it is now; nobody is told again."""
    query = update(Notice).where(Notice.key == key, Notice.title != title[:MAX_TITLE])
    session.execute(query.values(title=title[:MAX_TITLE]))


def resolve(session: Session, key: str) -> None:
    """The matter is settled: the notice leaves everybody's list. An unknown key is no error."""
    session.execute(update(Notice).where(Notice.key == key).values(is_resolved=True))


def resolve_at(session: Session, kind: str, path: str) -> None:
    """Settle every notice of this kind that is seen to on this page."""
    session.execute(
        update(Notice)
        .where(Notice.kind == kind, Notice.path == path, Notice.is_resolved.is_(False))
        .values(is_resolved=True)
    )


def resolve_for_item(session: Session, item_id: int, kinds: Iterable[str]) -> None:
    """Settle every notice of these kinds about one entry."""
    session.execute(
        update(Notice)
        .where(
            Notice.item_id == item_id,
            Notice.kind.in_(list(kinds)),
            Notice.is_resolved.is_(False),
        )
        .values(is_resolved=True)
    )


def mark_seen(session: Session, notice_ids: Iterable[int], user_id: int, now: datetime) -> None:
    """Note that a person saw these notices; the first time counts. News end with it."""
    wanted = set(notice_ids)
    own_unit = select(User.unit_id).where(User.id == user_id).scalar_subquery()
    is_theirs = or_(
        Notice.user_id == user_id, and_(Notice.user_id.is_(None), Notice.unit_id == own_unit)
    )
    session.execute(
        update(Notice)
        .where(Notice.id.in_(wanted), Notice.kind.in_(NEWS), is_theirs)
        .values(is_resolved=True)
    )
    known = {
        row.notice_id: row
        for row in session.scalars(
            select(NoticeReader).where(
                NoticeReader.user_id == user_id, NoticeReader.notice_id.in_(wanted)
            )
        )
    }
    for notice_id in sorted(wanted):
        row = known.get(notice_id)
        if row is None:
            session.add(NoticeReader(notice_id=notice_id, user_id=user_id, seen_at=now))
        elif row.seen_at is None:
            row.seen_at = now
