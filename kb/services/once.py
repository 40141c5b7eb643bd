"""One form, done once: a repeat of the same token answers the same and changes nothing.

For forms whose work is one transaction. The answer is remembered in that same transaction, so
there is never a claim without its work (a push of documents, which commits in steps, uses
``kb.services.idempotency``).
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb.errors import IllegalTransition, InvalidInput
from kb.models import IdempotencyRecord

MAX_TOKEN = 64


class AlreadyDone(IllegalTransition):
    """Raised when the token was used for another content; ``answer`` is what was done then."""

    code = "already_done"

    def __init__(self, message: str, answer: Mapping[str, Any]) -> None:
        super().__init__(message)
        self.answer = dict(answer)


def fingerprint(content: Mapping[str, Any]) -> str:
    """SHA-256 of what was sent, blind to the order of its fields."""
    canonical = json.dumps(content, ensure_ascii=True, sort_keys=True, default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def once(
    session: Session,
    name: str,
    content_hash: str,
    work: Callable[[], dict[str, Any]],
    now: datetime,
) -> dict[str, Any]:
    """Do ``work`` unless this token did it before; the caller commits.

    :param name: whose form, and its token; at most 200 characters.
    :returns: what ``work`` answered, now or the first time.
    :raises AlreadyDone: the token was used, with another content.
    """
    known = session.get(IdempotencyRecord, name)
    if known is None:
        known = _claim(session, name, content_hash, now)
        if known is None:
            answer = work()
            row = session.get_one(IdempotencyRecord, name)
            row.status, row.response = 200, answer
            session.flush()
            return answer
    if known.request_hash != content_hash:
        raise _already(known)
    return dict(known.response)


def refuse_done(session: Session, name: str) -> None:
    """Let pass a form that has not done its work yet.

    :raises AlreadyDone: it has.
    """
    known = session.get(IdempotencyRecord, name)
    if known is not None:
        raise _already(known)


def _already(known: IdempotencyRecord) -> AlreadyDone:
    done = known.response.get("message", "")
    return AlreadyDone(
        "这份登记已经提交过，以第一次的为准。"
        + (f"{done}。" if done else "")
        + "新的诉求请重新查询后再提交",
        known.response,
    )


def _claim(
    session: Session, name: str, content_hash: str, now: datetime
) -> IdempotencyRecord | None:
    """Insert the row, or wait for who inserted it a moment ago and give theirs."""
    row = IdempotencyRecord(
        key=name, request_hash=content_hash, status=0, response={}, created_at=now
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return session.get(IdempotencyRecord, name, populate_existing=True)
    return None


def check_token(token: str) -> str:
    """A form's token.

    :raises InvalidInput: it is missing, too long or not plain ASCII.
    """
    if not 8 <= len(token) <= MAX_TOKEN or not token.isascii() or not token.isprintable():
        raise InvalidInput("页面已过期，内容没有提交；请刷新页面后再提交", {"token": "请刷新页面"})
    return token
