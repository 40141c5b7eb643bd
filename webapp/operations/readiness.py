"""What must serve before traffic may come."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from kb.models import WorkerBeat
from kb.worker import NAME
from webapp.context import Services

# The worker beats every few seconds; a minute of silence is a stopped worker.
SILENCE = timedelta(seconds=60)


@dataclass(frozen=True)
class Check:
    """One thing that must serve, and a sentence about it."""

    name: str
    is_ready: bool
    message: str


def check_all(known: Services) -> list[Check]:
    """Ask the database, the worker, and every dependency that can say so."""
    checks = [_database(known)]
    if checks[0].is_ready:
        checks.append(_worker(known))
    if known.search is None:
        checks.append(Check("index", False, "检索还没有接上"))
    for dependency in (known.search, known.files):
        if hasattr(dependency, "readiness"):
            checks += [Check(*found) for found in dependency.readiness()]
    return checks


def _database(known: Services) -> Check:
    try:
        with known.database.reading() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        return Check("database", False, f"数据库没有响应（{type(error).__name__}）")
    return Check("database", True, "数据库正常")


def _worker(known: Services) -> Check:
    try:
        with known.database.reading() as session:
            seen = session.scalar(select(WorkerBeat.seen_at).where(WorkerBeat.name == NAME))
    except SQLAlchemyError as error:
        return Check("worker", False, f"数据库还没有建表或无法读取（{type(error).__name__}）")
    if seen is None or known.clock() - seen > SILENCE:
        return Check("worker", False, "后台进程没有心跳，请启动 kb worker")
    return Check("worker", True, "后台进程正常")
