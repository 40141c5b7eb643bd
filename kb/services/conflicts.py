"""冲突雷达: compare a version with what is in force, and keep what was found up to date."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kb.clock import local_day
from kb.conflicts.brief import Brief
from kb.conflicts.compare import Difference, compare
from kb.conflicts.entry import Statement
from kb.db import Database
from kb.models import Conflict, KnowledgeVersion
from kb.outbox.enqueue import STAFF
from kb.outbox.indexes import Indexes
from kb.services import conflict_candidates as candidates
from kb.services.conflict_candidates import Held
from kb.services.conflict_keeping import keep
from kb.services.conflict_shelf import Shelf
from kb.terms import OPEN_CONFLICTS, ConflictState, VersionState

MAX_CLAUSE, MAX_VALUE = 600, 300
# As many between two entries are enough at once; the rest shows when these are mended.
MAX_FOUND = 20
_WAITING = (
    VersionState.DRAFT,
    VersionState.RETURNED,
    VersionState.UNIT_REVIEW,
    VersionState.CENTRE_REVIEW,
    VersionState.SCHEDULED,
)


@dataclass(frozen=True)
class Clause:
    """One side of a contradiction: the clause as printed and where the value stands in it."""

    item_id: int
    version_id: int
    ordinal: int
    text: str
    value: str
    start: int


@dataclass(frozen=True)
class Found:
    """A contradiction between the checked version (``mine``) and an entry in force."""

    attribute: str
    mine: Clause
    theirs: Clause
    memory_key: str


def check(
    database: Database,
    indexes: Indexes,
    version_id: int,
    now: datetime,
    shelf: Shelf | None = None,
) -> list[Found]:
    """Compare a version with the entries in force on its matter, and keep the result.

    A draft gets hints for its author; a published version opens confirmations between the units,
    and closes those that no longer hold. Reading and comparing hold no lock; if the version
    changed meanwhile nothing is kept, for its change asked for a check of its own.

    :param shelf: what earlier checks read; their neighbours are often this one's.

    :raises SearchUnavailable, IndexerError: the index cannot be asked; the job tries again.
    """
    today = local_day(now)
    with database.reading() as session:
        version = session.get(KnowledgeVersion, version_id)
        if version is None:
            return []
        checked = candidates.hold(version, today)
        # What was published ahead warns as a draft does, until the day it begins.
        is_waiting = version.state in _WAITING or checked.is_ahead
        engine = indexes.engine(session, STAFF)
        lists = indexes.dictionary.current(session)
        known = _counterparts(session, checked.item_id)
        apart = candidates.linked(session, version)
    found: list[Found] = []
    if checked.is_live or is_waiting:
        shelf = shelf or Shelf()
        brief = shelf.brief(checked, lists)
        near = candidates.find(engine, brief, today)
        with database.reading() as session:
            left_out = apart | {checked.item_id}
            wanted = dict.fromkeys([*sorted(known), *near])
            others = candidates.load(session, [one for one in wanted if one not in left_out], today)
        found = [
            one
            for other in others
            for one in _compare(checked, brief, other, shelf.brief(other, lists))
        ]
    with database.unit_of_work() as session:
        version = session.get(KnowledgeVersion, version_id)
        if version is not None and version.rev == checked.rev:
            keep(session, version, found, is_live=checked.is_live, is_waiting=is_waiting, now=now)
    return found


def _counterparts(session: Session, item_id: int) -> set[int]:
    """Entries with which this one has an open conflict or a hint: compared whatever is found."""
    query = select(Conflict.left_item_id, Conflict.right_item_id).where(
        or_(Conflict.left_item_id == item_id, Conflict.right_item_id == item_id),
        Conflict.state.in_([*OPEN_CONFLICTS, ConflictState.HINT]),
    )
    return {one for pair in session.execute(query) for one in pair} - {item_id}


def _compare(checked: Held, mine: Brief, other: Held, theirs: Brief) -> list[Found]:
    differences = sorted(compare(mine, theirs), key=lambda difference: -difference.score)
    return [_found(checked, other, difference) for difference in differences[:MAX_FOUND]]


def _found(checked: Held, other: Held, difference: Difference) -> Found:
    mine, theirs = _clause(checked, difference.left), _clause(other, difference.right)
    texts = sorted(
        _passage(held, statement)
        for held, statement in ((checked, difference.left), (other, difference.right))
    )
    key = "\n".join((*texts, difference.attribute))
    return Found(difference.attribute, mine, theirs, hashlib.sha256(key.encode()).hexdigest())


def _passage(held: Held, statement: Statement) -> str:
    passages = held.entry.passages
    text = next(p.text for p in passages if p.ordinal == statement.ordinal)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _clause(held: Held, statement: Statement) -> Clause:
    text = next(p.text for p in held.entry.passages if p.ordinal == statement.ordinal)
    begin, end = statement.clause_start, statement.clause_end
    if end - begin > MAX_CLAUSE:
        begin = max(begin, statement.start - 100)
        end = min(end, begin + MAX_CLAUSE)
    clause = text[begin:end].rstrip()
    cut = len(clause) - len(clause.lstrip())
    value = text[statement.start : min(statement.end, end)].rstrip()[:MAX_VALUE]
    whole = Clause(
        held.item_id, held.version_id, statement.ordinal, clause, value, statement.start - begin
    )
    return replace(whole, text=clause.lstrip(), start=whole.start - cut)
