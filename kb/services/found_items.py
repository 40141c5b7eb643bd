"""An entry that a search found and that may be shown."""

from dataclasses import dataclass

from indexer.answer import telling
from indexer.engine import Hit
from kb.models import KnowledgeItem, KnowledgeVersion


@dataclass(frozen=True)
class FoundItem:
    """An entry that may be shown, with why it was found; ``hit`` is None in degraded search.

    ``learned`` are the callers' ways of asking that belong to it (来电常用说法).
    """

    item: KnowledgeItem
    version: KnowledgeVersion
    hit: Hit | None
    learned: tuple[str, ...] = ()

    @property
    def ordinal(self) -> int:
        """The passage that answers best."""
        if self.hit is not None:
            return self.hit.ordinal
        return first_telling(self.version)


def first_telling(version: KnowledgeVersion) -> int:
    """The ordinal of the first passage that says something: not the title, 文号 and salutation."""
    return next((row.ordinal for row in telling(version.passages)), 0)
