"""幂等: the same request sent twice under one key is done once and answered the same way.

A claim row is committed before the work starts, so that two requests at once cannot both begin;
the answer is written into it when the work is done. Until then it holds what the work has kept
so far, so that a repeat after the worker died goes on with that instead of meeting it as a
stranger.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic, sleep
from typing import Any

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb.clock import Clock
from kb.db import Database
from kb.errors import IllegalTransition, InvalidInput, KbError
from kb.models import IdempotencyRecord

MAX_KEY = 100
# Longer than any reading of a document may take.
LEASE = timedelta(minutes=2)
KEPT = timedelta(days=30)
WAIT_SECONDS = 8.0
POLL_SECONDS = 0.05
_UNDER_WAY = 0

Answer = tuple[dict[str, Any], int]


@dataclass(frozen=True)
class Begun:
    """What an earlier try of the same request has kept already, and where this one notes it.

    :ivar name: of the claim; empty for a request without a key, which notes nothing.
    """

    name: str = ""
    file_id: int | None = None
    version_id: int | None = None

    def note(self, session: Session, **ids: int) -> None:
        """Write down what was made, in the transaction that makes it."""
        if self.name:
            row = session.get_one(IdempotencyRecord, self.name)
            row.response = row.response | ids


FRESH = Begun()


class KeyInUse(IllegalTransition):
    """Raised when the first request with this key has not ended yet."""

    code = "idempotency_in_progress"


class KeyReused(InvalidInput):
    """Raised when the key was used before for another content."""

    code = "idempotency_key_reused"


def check_key(key: str) -> str:
    """A key as it may be stored.

    :raises InvalidInput: it is too long or holds other than printable ASCII.
    """
    if not 1 <= len(key) <= MAX_KEY or not key.isascii() or not key.isprintable():
        message = f"Idempotency-Key 应为 1 至 {MAX_KEY} 个可见的英文字符，建议用 UUID"
        raise InvalidInput(message, {"Idempotency-Key": message})
    return key


def answer_once(
    database: Database, name: str, request_hash: str, work: Callable[[Begun], Answer], clock: Clock
) -> tuple[dict[str, Any], int, bool]:
    """Do the work unless it was done before; returns body, status and whether it is a repeat.

    For work that commits by itself and notes it in what it is given. What is refused is not
    remembered: the sender may correct it and use the key again.

    :raises KeyReused, KeyInUse: see :func:`claim`.
    """
    known = claim(database, name, request_hash, clock)
    if known is not None:
        return (*known, True)
    with database.reading() as session:
        begun = Begun(name, **session.get_one(IdempotencyRecord, name).response)
    try:
        body, status = work(begun)
    except KbError:
        release(database, name)
        raise
    except BaseException:
        _let_lapse(database, name)
        raise
    with database.unit_of_work() as session:
        settle(session, name, body, status)
    return body, status, False


def claim(database: Database, name: str, request_hash: str, clock: Clock) -> Answer | None:
    """Claim a key for this content, or give the answer that was given under it before.

    :param name: who asks for what under which key; at most 200 characters.
    :param request_hash: SHA-256 of what was sent.
    :raises KeyReused: the key belongs to another content.
    :raises KeyInUse: the first request is still under way after some seconds.
    """
    give_up_at = monotonic() + WAIT_SECONDS
    while True:
        try:
            answered = _look(database, name, request_hash, clock())
        except IntegrityError:
            continue  # somebody else claimed it in this moment: look again
        if answered is not _WAIT:
            return answered
        if monotonic() > give_up_at:
            raise KeyInUse("相同 Idempotency-Key 的请求还在处理，请稍后用同一个键再试")
        sleep(POLL_SECONDS)


_WAIT: Answer = ({}, _UNDER_WAY)


def _look(database: Database, name: str, request_hash: str, now: datetime) -> Answer | None:
    """Claim the name (None), give the answer it already has, or say that one must wait."""
    with database.unit_of_work() as session:
        row = session.get(IdempotencyRecord, name, with_for_update=True)
        if row is None:
            session.add(
                IdempotencyRecord(
                    key=name,
                    request_hash=request_hash,
                    status=_UNDER_WAY,
                    response={},
                    created_at=now,
                )
            )
            return None
        if row.request_hash != request_hash:
            message = "这个 Idempotency-Key 已用于另一份内容，没有处理；请换一个新的键"
            raise KeyReused(message, {"Idempotency-Key": message})
        if row.status != _UNDER_WAY:
            return row.response, row.status
        if now - row.created_at > LEASE:
            row.created_at = now
            return None
        return _WAIT


def settle(session: Session, name: str, body: dict[str, Any], status: int) -> None:
    """Write the answer into the claim, best in the transaction that does the work."""
    row = session.get_one(IdempotencyRecord, name)
    row.status, row.response = status, body


def release(database: Database, name: str) -> None:
    """Give up a claim whose work did not succeed."""
    with database.unit_of_work() as session:
        row = session.get(IdempotencyRecord, name)
        if row is not None and row.status == _UNDER_WAY:
            session.delete(row)


def forget_old(database: Database, now: datetime) -> None:
    """Forget answers given longer ago than anybody sends a request again."""
    with database.unit_of_work() as session:
        session.execute(delete(IdempotencyRecord).where(IdempotencyRecord.created_at < now - KEPT))


def _let_lapse(database: Database, name: str) -> None:
    """Let a repeat go on at once with what the work has kept before it broke off."""
    with database.unit_of_work() as session:
        row = session.get_one(IdempotencyRecord, name)
        if row.response:
            row.created_at -= 2 * LEASE
        else:
            session.delete(row)
