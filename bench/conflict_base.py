"""A base of its own in which the conflict radar is measured."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.conflicts_data.text import Text
from kb.actor import Actor
from kb.clock import local_day
from kb.conflicts.brief import Brief
from kb.conflicts.statements import Reader
from kb.conflicts.words import Words
from kb.db import Base, Database
from kb.models import KnowledgeVersion, Unit
from kb.outbox.enqueue import STAFF
from kb.outbox.indexes import Indexes
from kb.outbox.whoosh_factory import WhooshFactory
from kb.services import conflict_candidates as candidates
from kb.services.entries import Content, PlannedLink, create_entry
from kb.services.publishing import publish
from kb.terms import KnowledgeKind, LinkKind, Role

NOW = datetime(2026, 5, 7, 2, 0, tzinfo=UTC)
EDITOR = Actor(0, "测量", None, frozenset({Role.EDITOR, Role.ADMIN}))


class City:
    """A database and an index of its own for the measurement."""

    def __init__(self, folder: Path) -> None:
        self.database = Database(f"sqlite:///{folder / 'kb.db'}")
        Base.metadata.create_all(self.database.engine)
        self.indexes = Indexes(folder / "indexes", WhooshFactory())
        self._units: dict[str, int] = {}

    def add(self, texts: list[Text], *, is_published: bool, older: int | None = None) -> list[int]:
        """Versions of the texts, in order; ``older`` is the entry that they replace."""
        made = []
        with self.database.unit_of_work() as session:
            for text in texts:
                unit = self._unit(session, text.unit or "市政府")
                links = (PlannedLink(LinkKind.SUPERSEDES, older),) if older is not None else ()
                content = Content(
                    kind=KnowledgeKind(text.kind),
                    title=text.title,
                    body=text.body,
                    facts=text.facts,
                    regions=text.regions,
                    valid_from=text.valid_from,
                    valid_until=text.valid_until,
                    links=links,
                )
                version = create_entry(session, unit=unit, content=content, actor=EDITOR, now=NOW)
                if is_published:
                    publish(session, version, actor=EDITOR, now=NOW)
                made.append(version.id)
        return made

    def compared(self, version_id: int) -> set[int]:
        """The entries that a check of the version compares it with."""
        today = local_day(NOW)
        with self.database.reading() as session:
            held = candidates.hold(session.get_one(KnowledgeVersion, version_id), today)
            engine = self.indexes.engine(session, STAFF)
            lists = self.indexes.dictionary.current(session)
        brief = Brief(held.entry, Reader(Words(lists.segmenter, lists.lexicon)))
        return set(candidates.find(engine, brief, today))

    def _unit(self, session: Any, name: str) -> Unit:
        if name not in self._units:
            unit = Unit(name=name)
            session.add(unit)
            session.flush()
            self._units[name] = unit.id
        return session.get_one(Unit, self._units[name])

    def item_of(self, version_id: int) -> int:
        with self.database.reading() as session:
            return session.get_one(KnowledgeVersion, version_id).item_id
