"""评测记录: asking a whole set under some settings, kept so that progress can be seen."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session, defer

from indexer.errors import IndexerError
from indexer.features import Weights
from kb.actor import Actor
from kb.clock import Clock, local_day
from kb.db import Database
from kb.errors import InvalidInput, NotFound, SearchUnavailable
from kb.models import JudgingRun
from kb.outbox.enqueue import STAFF
from kb.outbox.indexes import Indexes
from kb.queries.dictionary import current_version
from kb.services import audit
from kb.services.accounts import unit_scope
from kb.services.jobs import add_job
from kb.services.judged_queries import judges_for_all, owner_for
from kb.services.judging import CaseResult, RunResult, active_cases, run_set
from kb.services.search_lab import words_at

RUN_JOB = "judge_set"
# Up to here a set is asked while the person waits; a longer one goes to the worker.
ASKED_AT_ONCE = 80
MAX_LABEL = 80
# Progress is written this often, so that a run makes few transactions.
_PROGRESS_EVERY = 20


@dataclass(frozen=True)
class Settings:
    """What a set is asked under.

    :param weights: None is the engine's own.
    :param dictionary_version: None is the one in use; 0 the shipped lists.
    """

    label: str = ""
    weights: Weights | None = None
    dictionary_version: int | None = None


def visible_runs(actor: Actor) -> ColumnElement[bool]:
    """The condition that this person may see a run: their unit's, or all."""
    return true() if judges_for_all(actor) else JudgingRun.unit_id.in_(actor.unit_scope)


def get_run(session: Session, run_id: int, actor: Actor) -> JudgingRun:
    """:raises NotFound: it does not exist, or not for this person."""
    query = select(JudgingRun).where(JudgingRun.id == run_id, visible_runs(actor))
    run = session.scalars(query).one_or_none()
    if run is None:
        raise NotFound("没有这次评测，或者它不在您可查看的范围内", run_id=run_id)
    return run


def list_runs(
    session: Session, actor: Actor, *, page: int = 1, page_size: int = 30
) -> tuple[Sequence[JudgingRun], int]:
    """One page of runs, newest first, and how many there are."""
    conditions = visible_runs(actor)
    total = session.scalar(select(func.count()).select_from(JudgingRun).where(conditions)) or 0
    rows = session.scalars(
        select(JudgingRun)
        .where(conditions)
        .order_by(JudgingRun.id.desc())
        .limit(page_size)
        .offset((page - 1) * page_size)
        .options(defer(JudgingRun.results))
    )
    return rows.all(), total


def result_of(run: JudgingRun) -> RunResult:
    """The stored results as they were scored."""
    return RunResult(tuple(CaseResult.from_json(stored) for stored in run.results))


def run_before(session: Session, run: JudgingRun, actor: Actor) -> JudgingRun | None:
    """The last finished run of the same set before this one, to compare with."""
    query = (
        select(JudgingRun)
        .where(
            JudgingRun.id < run.id,
            JudgingRun.state == "done",
            JudgingRun.unit_id.is_not_distinct_from(run.unit_id),
            visible_runs(actor),
        )
        .order_by(JudgingRun.id.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def start_run(
    session: Session,
    settings: Settings,
    *,
    unit_id: int | None,
    actor: Actor,
    now: datetime,
    at_once: bool = False,
) -> JudgingRun:
    """Write a run down as waiting; a long set is left to the worker (``is_left_to_worker``).

    :param unit_id: only this unit's questions; None is everybody's, for the centre's people.
    :param at_once: the caller executes it now, however long.
    :raises InvalidInput: there is no judged question to ask.
    :raises PermissionDenied: another unit's.
    """
    owner = owner_for(session, unit_id, actor)
    cases = active_cases(session, _scope(session, owner))
    if not cases:
        raise InvalidInput("还没有评测问题，请先保存几个再评测")
    run = JudgingRun(
        at=now,
        started_by=actor.user_id or None,
        unit_id=owner,
        label=settings.label.strip()[:MAX_LABEL] or "当前设置",
        dictionary_version=_version(session, settings.dictionary_version),
        weights=asdict(settings.weights) if settings.weights is not None else {},
        total=len(cases),
    )
    session.add(run)
    session.flush()
    detail: dict[str, Any] = {"unit_id": owner, "questions": len(cases), "weights": run.weights}
    audit.record(session, run.started_by, "judging.run", "judging_run", run.id, detail, now)
    if is_left_to_worker(run) and not at_once:
        add_job(session, RUN_JOB, {"run_id": run.id}, now)
    return run


def _version(session: Session, wanted: int | None) -> int:
    newest = current_version(session)
    if wanted is not None and not 0 <= wanted <= newest:
        sentence = "词典没有这一版，请重新选择"
        raise InvalidInput(sentence, {"dictionary": sentence})
    return newest if wanted is None else wanted


def _scope(session: Session, unit_id: int | None) -> list[int] | None:
    return None if unit_id is None else list(unit_scope(session, unit_id))


def is_left_to_worker(run: JudgingRun) -> bool:
    """Whether the set is too long to be asked while somebody waits."""
    return run.total > ASKED_AT_ONCE


def execute_run(
    database: Database,
    indexes: Indexes,
    run_id: int,
    *,
    clock: Clock,
) -> None:
    """Ask the set of a waiting run and store how it came out; a run already done stays.

    The questions are read and asked in a session that only reads, so that nobody waits for it.
    """
    with database.unit_of_work() as session:
        run = session.get_one(JudgingRun, run_id)
        if run.state == "done":
            return
        run.state, run.done, run.error = "running", 0, ""
    try:
        result, marker = _asked(database, indexes, run, clock)
    except (IndexerError, NotFound, SearchUnavailable, OSError) as error:
        with database.unit_of_work() as session:
            failed = session.get_one(JudgingRun, run_id)
            failed.state, failed.error = "failed", str(error)[:500]
            failed.finished_at = clock()
        return
    with database.unit_of_work() as session:
        done = session.get_one(JudgingRun, run_id)
        done.state, done.finished_at, done.index_marker = "done", clock(), marker
        done.total = done.done = len(result.results)
        done.results = [one.as_json() for one in result.results]
        for name, value in result.means().items():
            setattr(done, name, value)


def _asked(
    database: Database, indexes: Indexes, run: JudgingRun, clock: Clock
) -> tuple[RunResult, int]:
    def progress(done: int, total: int) -> None:
        if done % _PROGRESS_EVERY == 0 and done < total:
            with database.unit_of_work() as session:
                stored = session.get_one(JudgingRun, run.id)
                stored.done, stored.total = done, total

    with database.reading() as session:
        engine = indexes.engine(session, STAFF)
        cases = active_cases(session, _scope(session, run.unit_id))
        words = words_at(session, indexes, run.dictionary_version)
        # SQLite: a reading transaction held here would keep the progress from being written.
        session.rollback()
        marker = engine.marker()
        result = run_set(
            session,
            engine,
            today=local_day(clock()),
            cases=cases,
            lexicon=words.lexicon if words else None,
            segmenter=words.segmenter if words else None,
            weights=Weights(**run.weights) if run.weights else None,
            progress=progress,
        )
    return result, marker
