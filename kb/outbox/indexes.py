"""The index directories: which one each target uses now, opened once per process and kept."""

import shutil
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import Session

from indexer.engine import Engine
from indexer.segment import Segmenter
from kb.errors import SearchUnavailable
from kb.models import SearchTarget
from kb.outbox.words import Dictionary, WordLists


class EngineFactory(Protocol):
    """Makes engines over a directory; production passes Whoosh, a cluster its own.

    ``segmenter`` cuts by the shipped user words, and ``fingerprint`` covers those alone: the
    city's own words never make an index stale, see kb.outbox.recut.
    """

    fingerprint: str
    segmenter: Segmenter

    def create(self, directory: Path) -> Engine:
        """A new empty index; refuses a directory that holds one."""

    def open(self, directory: Path) -> Engine:
        """An existing index."""


@dataclass
class _Open:
    """An engine, where it lives, and the dictionary version it searches with."""

    directory: str
    engine: Engine
    version: int = 0

    def follow(self, words: WordLists) -> None:
        if words.version > self.version:
            self.engine.adopt(words.segmenter, words.lexicon)
            self.version = words.version


class Indexes:
    """Engines by target name, following the database's word on directory and dictionary.

    Thread-safe. Nothing here ever creates an index over an existing one: only a rebuild makes
    a directory, and always a new one.
    """

    def __init__(self, folder: Path, factory: EngineFactory) -> None:
        self.folder = folder
        self.factory = factory
        self.dictionary = Dictionary(factory.segmenter)
        self._open: dict[str, _Open] = {}
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def engine(self, session: Session, target: str) -> Engine:
        """The engine of a target, with the newest word lists.

        :raises SearchUnavailable: the index has never been built.
        """
        row = session.get(SearchTarget, target)
        if row is None:
            raise SearchUnavailable("检索索引还没有建立，请管理员运行 kb rebuild-index")
        words = self.dictionary.current(session)
        with self._lock:
            opened = self._open.get(target)
            if opened is None or opened.directory != row.directory:
                # The engine of before is not closed: a question may still be running on it. It
                # gives its files back when the last one has ended.
                opened = _Open(row.directory, self.factory.open(self.folder / row.directory))
                self._open[target] = opened
            opened.follow(words)
        return opened.engine

    def build(
        self, fill: Callable[[Engine], int], target: str, words: WordLists
    ) -> tuple[str, int]:
        """Make a new index beside the live one; the caller switches the name afterwards.

        :param fill: writes everything and returns the marker it wrote.
        :param words: the lists to cut by.
        :returns: the directory's name and the marker.
        """
        name = f"{target}-{uuid.uuid4().hex[:12]}"
        engine = self.factory.create(self.folder / name)
        _Open(name, engine).follow(words)
        try:
            marker = fill(engine)
        except BaseException:
            engine.close()
            shutil.rmtree(self.folder / name, ignore_errors=True)
            raise
        engine.close()
        return name, marker

    def switch(
        self,
        session: Session,
        target: str,
        directory: str,
        marker: int,
        now: datetime,
        dictionary_version: int = 0,
    ) -> None:
        """Point a target at a directory; readers follow at their next query.

        :param dictionary_version: whose user words the index was cut by.
        """
        row = session.get(SearchTarget, target) or SearchTarget(name=target)
        row.directory, row.marker = directory, marker
        row.fingerprint, row.built_at = self.factory.fingerprint, now
        row.dictionary_version = dictionary_version
        session.add(row)

    def sweep(self, session: Session, keep_newer_than: float) -> list[str]:
        """Delete directories no target uses, last changed before the given time stamp."""
        used = {row.directory for row in session.query(SearchTarget)}
        gone = []
        for path in self.folder.iterdir():
            if path.name not in used and path.stat().st_mtime < keep_newer_than:
                shutil.rmtree(path, ignore_errors=True)
                gone.append(path.name)
        return gone

    def close(self) -> None:
        """Close every open engine."""
        with self._lock:
            for opened in self._open.values():
                opened.engine.close()
            self._open.clear()
