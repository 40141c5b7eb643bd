"""The model of categories in use: loaded once a process, learned by the worker, made anew.

The newest ``learned_model`` row is the model of every process. It is a whole number of lessons
further than the one before; damaged bytes, other lists of categories, or a tenth more lessons
since, and it is made anew from all of them. Until there is one, the names of the categories and
the words of the catalogue stand in for it.
"""

import hashlib
import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from kb.clock import Clock
from kb.db import Database
from kb.models import CatalogueEntry, CategoryLesson, CitizenRequest, Job, LearnedModel
from kb.profile import Profile
from kb.services import lessons  # noqa: F401 - its listener notes what settles
from kb.services.jobs import add_job
from kb.suggesting.features import Told
from kb.suggesting.model import CategoryModel, Lesson
from kb.suggesting.packing import PackDamaged, digest, pack, unpack

LEARN_JOB = "learn_categories"
AT_ONCE = 300  # lessons learned one by one in a round
PER_CATEGORY, IN_ALL = 600, 12_000  # lessons of a whole training: the newest
GROWTH, AT_LEAST = 1.1, 20
_KEPT_MODELS = 4


class _Loaded:
    """Models by the digest of what they were made of; safe for several threads."""

    def __init__(self) -> None:
        self._models: dict[str, CategoryModel] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> CategoryModel | None:
        return self._models.get(key)

    def put(self, key: str, model: CategoryModel) -> CategoryModel:
        with self._lock:
            self._models[key] = model
            while len(self._models) > _KEPT_MODELS:
                del self._models[next(iter(self._models))]
        return model


_loaded = _Loaded()


@dataclass(frozen=True)
class Basis:
    """What a model begins with: the categories, and the words the lists give each."""

    categories: tuple[str, ...]
    words: tuple[tuple[str, str], ...]  # (category, text)

    @property
    def key(self) -> str:
        """Changes when the lists do."""
        content = json.dumps([self.categories, self.words], ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()

    def lessons(self) -> list[Lesson]:
        """The lists as lessons, numbered downwards from -1."""
        return [
            Lesson(-at, Told(text, text), category)
            for at, (category, text) in enumerate(self.words, 1)
        ]


def basis_of(session: Session, profile: Profile) -> Basis:
    """The lists as they are now; a city without categories has those that have been used."""
    rows = session.execute(
        select(CatalogueEntry.category, CatalogueEntry.matter, CatalogueEntry.words).order_by(
            CatalogueEntry.id
        )
    ).all()
    categories = profile.categories or _used_categories(session)
    known = set(categories)
    names = [(category, category.replace("/", " ")) for category in categories]
    matters = [
        (category, " ".join((matter, *words)))
        for category, matter, words in rows
        if category in known
    ]
    return Basis(tuple(categories), tuple(dict.fromkeys([*names, *matters])))


def _used_categories(session: Session) -> tuple[str, ...]:
    query = select(CategoryLesson.category).distinct().order_by(CategoryLesson.category)
    return tuple(session.scalars(query))


def current_model(session: Session, profile: Profile) -> CategoryModel:
    """The model to suggest with."""
    newest = _newest(session)
    if newest is not None:
        try:
            return _load(session, newest)
        except PackDamaged:
            pass  # the worker makes it anew; the lists stand in until then
    basis = basis_of(session, profile)
    held = _loaded.get(basis.key)
    return held or _loaded.put(basis.key, _trained(basis, []))


def _newest(session: Session) -> LearnedModel | None:
    return session.scalars(
        select(LearnedModel).order_by(LearnedModel.version.desc()).limit(1)
    ).first()


def _load(session: Session, row: LearnedModel) -> CategoryModel:
    """:raises PackDamaged: the stored bytes cannot be used."""
    held = _loaded.get(row.sha256)
    if held is not None:
        return held
    packed = session.scalars(
        select(LearnedModel.packed).where(LearnedModel.version == row.version)
    ).one()
    return _loaded.put(row.sha256, unpack(packed, row.sha256))


def _trained(basis: Basis, taught: Sequence[Lesson]) -> CategoryModel:
    model = CategoryModel(basis.categories)
    model.train([*basis.lessons(), *taught])
    return model


def plan_learning(session: Session, profile: Profile, now: datetime) -> None:
    """See to it that what waits is learned, and that a damaged or outdated model is made anew."""
    pending = select(Job.id).where(Job.kind == LEARN_JOB, Job.state.in_(["waiting", "running"]))
    if session.scalar(pending.limit(1)) is None and _wants_learning(session, profile):
        add_job(session, LEARN_JOB, {}, now)


def _wants_learning(session: Session, profile: Profile) -> bool:
    waiting = select(CategoryLesson.id).where(CategoryLesson.learned_in.is_(None)).limit(1)
    if session.scalar(waiting) is not None:
        return True
    newest = _newest(session)
    if newest is None:
        return False
    try:
        _load(session, newest)
    except PackDamaged:
        return True
    return newest.basis != basis_of(session, profile).key


@dataclass(frozen=True)
class _Round:
    """What one round of learning made."""

    version: int
    basis: str
    lessons: int
    whole_at: int
    packed: bytes
    learned_ids: tuple[int, ...] | None  # None: all that waited up to ``last_id``
    last_id: int


def learn(database: Database, profile: Profile, clock: Clock) -> None:
    """Learn what waits: one by one, or everything anew; reads first, one short write at the end."""
    with database.reading() as session:
        made = _learn(session, profile)
    with database.unit_of_work() as session:
        _store(session, made, clock())
        waiting = select(CategoryLesson.id).where(CategoryLesson.learned_in.is_(None)).limit(1)
        if session.scalar(waiting) is not None:
            add_job(session, LEARN_JOB, {}, clock())


def _learn(session: Session, profile: Profile) -> _Round:
    basis, newest = basis_of(session, profile), _newest(session)
    version = newest.version + 1 if newest is not None else 1
    last_id = session.scalar(select(func.max(CategoryLesson.id))) or 0
    known = session.scalar(select(func.count()).where(CategoryLesson.learned_in.is_not(None))) or 0
    waiting = session.scalar(select(func.count()).where(CategoryLesson.learned_in.is_(None))) or 0
    model = _to_go_on_with(session, newest, basis, known + waiting)
    if model is None or newest is None:
        packed = pack(_trained(basis, _all_lessons(session)))
        whole_at = known + waiting
        return _Round(version, basis.key, whole_at, whole_at, packed, None, last_id)
    rows = _waiting(session)
    for _, lesson in rows:
        model.learn(lesson)
    ids = tuple(lesson_id for lesson_id, _ in rows)
    return _Round(version, basis.key, known + len(ids), newest.whole_at, pack(model), ids, last_id)


def _to_go_on_with(
    session: Session, newest: LearnedModel | None, basis: Basis, count: int
) -> CategoryModel | None:
    """A model of its own to teach; None when it must be made anew."""
    if newest is None or newest.basis != basis.key:
        return None
    if count > newest.whole_at * GROWTH + AT_LEAST:
        return None
    packed = session.scalars(
        select(LearnedModel.packed).where(LearnedModel.version == newest.version)
    ).one()
    try:
        return unpack(packed, newest.sha256)
    except PackDamaged:
        return None


def _waiting(session: Session) -> list[tuple[int, Lesson]]:
    query = (
        select(
            CategoryLesson.id,
            CitizenRequest.id,
            CitizenRequest.title,
            CitizenRequest.content,
            CategoryLesson.category,
        )
        .join(CitizenRequest, CitizenRequest.id == CategoryLesson.request_id)
        .where(CategoryLesson.learned_in.is_(None))
        .order_by(CategoryLesson.id)
        .limit(AT_ONCE)
    )
    return [
        (row[0], Lesson(row[1], Told(row[2], row[3]), row[4])) for row in session.execute(query)
    ]


def _all_lessons(session: Session) -> list[Lesson]:
    """The newest of each category, oldest first."""
    place = func.row_number().over(
        partition_by=CategoryLesson.category, order_by=CategoryLesson.id.desc()
    )
    ranked = select(CategoryLesson.id, place.label("place")).subquery()
    chosen = (
        select(ranked.c.id)
        .where(ranked.c.place <= PER_CATEGORY)
        .order_by(ranked.c.id.desc())
        .limit(IN_ALL)
    )
    query = (
        select(
            CitizenRequest.id, CitizenRequest.title, CitizenRequest.content, CategoryLesson.category
        )
        .join(CitizenRequest, CitizenRequest.id == CategoryLesson.request_id)
        .where(CategoryLesson.id.in_(chosen))
        .order_by(CategoryLesson.id)
    )
    return [Lesson(row[0], Told(row[1], row[2]), row[3]) for row in session.execute(query)]


def _store(session: Session, made: _Round, now: datetime) -> None:
    session.add(
        LearnedModel(
            version=made.version,
            made_at=now,
            basis=made.basis,
            lessons=made.lessons,
            whole_at=made.whole_at,
            sha256=digest(made.packed),
            packed=made.packed,
        )
    )
    session.flush()
    # A process may be about to load the version before; older ones nobody needs.
    session.execute(delete(LearnedModel).where(LearnedModel.version < made.version - 1))
    learned = update(CategoryLesson).where(CategoryLesson.learned_in.is_(None))
    if made.learned_ids is None:
        learned = learned.where(CategoryLesson.id <= made.last_id)
    else:
        learned = learned.where(CategoryLesson.id.in_(made.learned_ids))
    session.execute(learned.values(learned_in=made.version))
