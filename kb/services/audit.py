"""审计: what was done, by whom, when; each row sealed over the one before it.

Altering, removing or reordering a row breaks the chain at that place. Cutting rows off the end
does not: keep the head hash that :func:`verify_chain` prints in a second place.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.db import one_at_a_time
from kb.models import AuditRecord

GENESIS = "0" * 64
# Any constant will do; it only has to be the same in every process.
_LOCK_KEY = 5_012_345


@dataclass(frozen=True)
class ChainReport:
    """What a check of the whole chain found."""

    checked: int
    broken_id: int | None
    head_hash: str

    @property
    def is_whole(self) -> bool:
        """Tell whether no row was altered, removed or moved."""
        return self.broken_id is None


def record(
    session: Session,
    actor_id: int | None,
    action: str,
    object_type: str,
    object_id: object,
    detail: Mapping[str, Any],
    now: datetime,
) -> AuditRecord:
    """Append one act. ``detail`` is plain JSON and holds no phone, name or question of a caller.

    The caller commits; if this fails the act itself must fail.
    """
    one_at_a_time(session, _LOCK_KEY)  # else two could follow the same row
    row = AuditRecord(
        at=now.astimezone(UTC),
        actor_id=actor_id,
        action=action,
        object_type=object_type,
        object_id=str(object_id),
        detail=dict(detail),
        previous_hash=_head(session),
        hash="",
    )
    row.hash = seal(row)
    session.add(row)
    session.flush()
    return row


def _head(session: Session) -> str:
    last = session.scalar(select(AuditRecord.hash).order_by(AuditRecord.id.desc()).limit(1))
    return last or GENESIS


def seal(row: AuditRecord) -> str:
    """SHA-256 over the previous hash and the row's content as canonical JSON."""
    content = {
        "at": row.at.astimezone(UTC).isoformat(),
        "actor_id": row.actor_id,
        "action": row.action,
        "object_type": row.object_type,
        "object_id": row.object_id,
        "detail": row.detail,
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256((row.previous_hash + canonical).encode()).hexdigest()


def verify_chain(session: Session) -> ChainReport:
    """Recompute every seal from the first row on and name the first that does not fit."""
    previous, checked = GENESIS, 0
    rows = session.scalars(
        select(AuditRecord).order_by(AuditRecord.id).execution_options(yield_per=1000)
    )
    for row in rows:
        if row.previous_hash != previous or row.hash != seal(row):
            return ChainReport(checked, row.id, previous)
        previous, checked = row.hash, checked + 1
    return ChainReport(checked, None, previous)
