"""Server-side log-in sessions. The browser holds a secret; only its SHA-256 is stored."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from kb.errors import PermissionDenied
from kb.models import LoginSession, User

ABSOLUTE = timedelta(hours=8)
TOUCH_EVERY = timedelta(minutes=1)


class SessionEnded(PermissionDenied):
    """Raised when a cookie belongs to no live session."""

    code = "session_ended"


@dataclass(frozen=True)
class LiveSession:
    """A session that still holds; ``needs_touch`` when its last use was over a minute ago."""

    id: str
    user: User
    needs_touch: bool


def fingerprint(secret: str) -> str:
    """The stored name of a secret: SHA-256, 64 hex digits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def open_session(session: Session, user_id: int, *, now: datetime) -> str:
    """Begin a session and return its secret (256 bits) for the cookie; it is not kept here."""
    secret = secrets.token_urlsafe(32)
    session.add(
        LoginSession(id=fingerprint(secret), user_id=user_id, created_at=now, last_seen_at=now)
    )
    return secret


def resume(session: Session, secret: str, *, now: datetime, idle: timedelta) -> LiveSession:
    """Find the live session of a cookie.

    :raises SessionEnded: unknown, ended, idle too long, older than eight hours, or the person
        has been disabled.
    """
    row = session.scalar(
        select(LoginSession)
        .where(LoginSession.id == fingerprint(secret))
        .options(joinedload(LoginSession.user))
    )
    if row is None or row.ended_at is not None or not row.user.is_active:
        raise SessionEnded("登录已失效，请重新登录")
    if now - row.last_seen_at >= idle or now - row.created_at >= ABSOLUTE:
        raise SessionEnded("登录已过期，请重新登录")
    return LiveSession(row.id, row.user, now - row.last_seen_at >= TOUCH_EVERY)


def touch(session: Session, session_id: str, *, now: datetime) -> None:
    """Note that the session was used just now."""
    session.execute(
        update(LoginSession).where(LoginSession.id == session_id).values(last_seen_at=now)
    )


def end(session: Session, secret: str, *, now: datetime) -> None:
    """End the session of a cookie; nothing happens when it has ended already."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.id == fingerprint(secret), LoginSession.ended_at.is_(None))
        .values(ended_at=now)
    )


def end_all(session: Session, user_id: int, *, now: datetime) -> None:
    """End every session of a person: password changed, rights changed, or disabled."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.user_id == user_id, LoginSession.ended_at.is_(None))
        .values(ended_at=now)
    )
