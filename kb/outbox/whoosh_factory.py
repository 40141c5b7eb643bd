"""The embedded engine as the outbox and search see it."""

from pathlib import Path

from indexer.lexicon import default_lexicon
from indexer.schema import SCHEMA_VERSION
from indexer.segment import Segmenter, build_segmenter
from indexer.whoosh_engine import WhooshEngine


class WhooshFactory:
    """Opens and creates Whoosh indexes that share one segmenter."""

    def __init__(self, segmenter: Segmenter | None = None) -> None:
        self.segmenter = segmenter or build_segmenter(default_lexicon().user_words)
        self.fingerprint = f"{self.segmenter.fingerprint}-{SCHEMA_VERSION}"

    def create(self, directory: Path) -> WhooshEngine:
        """A new empty index; refuses a directory that holds anything."""
        return WhooshEngine.create(directory, self.segmenter)

    def open(self, directory: Path) -> WhooshEngine:
        """An existing index."""
        return WhooshEngine.open(directory, self.segmenter)
