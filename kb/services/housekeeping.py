"""What an administrator has done from the health page: work for a process of its own.

A chore is a job, done by ``kb.housekeeper``. What it found is kept as one fact per chore, also
when the same command was given in a terminal.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.db import one_at_a_time
from kb.errors import NotFound
from kb.models import Job, Setting
from kb.services.audit import record
from kb.services.jobs import add_job

CHECK_INDEX, REBUILD_INDEX = "check_index", "rebuild_index"
BACKUP, CHECK_DATABASE, TIDY = "make_backup", "check_database", "tidy_up"
CHORES: Mapping[str, str] = {
    CHECK_INDEX: "核对索引",
    REBUILD_INDEX: "重建索引",
    CHECK_DATABASE: "核对数据库",
    BACKUP: "立即备份",
    TIDY: "清理磁盘",
}
_LOCK = 5_012_346
_PREFIX = "health:"


@dataclass(frozen=True)
class Found:
    """What a chore found when it was last done: one sentence, and whether all is well."""

    at: datetime
    is_well: bool
    sentence: str


def ask(session: Session, kind: str, actor: Actor, now: datetime) -> bool:
    """Have a chore done; False when the very same waits or is being done already.

    The caller commits.

    :raises NotFound: no such chore.
    """
    if kind not in CHORES:
        raise NotFound("没有这项处理", kind=kind)
    one_at_a_time(session, _LOCK)
    open_ones = select(Job.id).where(Job.kind == kind, Job.state.in_(("waiting", "running")))
    if session.scalar(open_ones.limit(1)) is not None:
        return False
    job = add_job(session, kind, {"user_id": actor.user_id}, now)
    session.flush()
    record(session, actor.user_id or None, f"health.{kind}", "job", job.id, {}, now)
    return True


def note(session: Session, kind: str, *, is_well: bool, sentence: str, now: datetime) -> None:
    """Keep what a chore found, over what it found before."""
    name = f"{_PREFIX}{kind}"
    row = session.get(Setting, name) or Setting(name=name)
    found: dict[str, Any] = {"at": now.isoformat(), "is_well": is_well, "sentence": sentence}
    row.value = json.dumps(found, ensure_ascii=False)
    session.add(row)


def found_by(session: Session, kind: str) -> Found | None:
    """What a chore found when it was last done; ``None`` before the first time."""
    row = session.get(Setting, f"{_PREFIX}{kind}")
    if row is None:
        return None
    kept = json.loads(row.value)
    return Found(datetime.fromisoformat(kept["at"]), kept["is_well"], kept["sentence"])
