"""内容相近: texts of a unit that are nearly the same, for a person to tell apart."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.minhash import similarities, stack
from kb.models import KnowledgeVersion
from kb.services.entries import Content, text_signature
from kb.services.sameness import live_of

# Share of common 3-grams from which two texts are shown to a person as perhaps the same. Estimates
# of 64 bins err by 0.03 on average; random pairs of official texts stay below 0.2.
NEAR = 0.8
# So alike that even unlike titles do not matter.
ALMOST_EQUAL = 0.95
TITLE_LIKENESS = 0.6
# A single changed figure may move none of the 64 bins; what is equal was found by its hash.
MOST = 0.99
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class Known:
    """A text that is there already: a version of the library, or an entry of the same batch."""

    title: str
    document_number: str
    signature: bytes
    version_id: int | None = None
    entry_id: int | None = None


@dataclass(frozen=True)
class Near:
    """The known text that is most like another one, and how much: 0.0 to 1.0."""

    known: Known
    similarity: float


class KnownTexts:
    """The live texts of a unit in memory, to find what is nearly the same."""

    def __init__(self, known: list[Known]) -> None:
        self._known = known
        self._rows = stack([text.signature for text in known])

    def add(self, text: Known) -> None:
        """One more text, e.g. of the same batch."""
        self._known.append(text)
        self._rows = np.vstack([self._rows, stack([text.signature])])

    def nearest(self, content: Content) -> Near | None:
        """The most similar text that a person should compare, if there is one."""
        mine = text_signature(content.title, content.body, content.facts)
        alike = similarities(mine, self._rows)
        order = alike.argsort(kind="stable")[::-1]
        for index in order:
            likeness = float(alike[index])
            if likeness < NEAR:
                return None
            if _belongs_together(content, self._known[index], likeness):
                return Near(self._known[index], min(likeness, MOST))
        return None


def _belongs_together(content: Content, known: Known, likeness: float) -> bool:
    """Forms filled in alike are not the same matter: the titles must agree, too."""
    if likeness >= ALMOST_EQUAL or (
        content.document_number and content.document_number == known.document_number
    ):
        return True
    one, other = _bare(content.title), _bare(known.title)
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= TITLE_LIKENESS


def _bare(title: str) -> str:
    return _SPACE.sub("", title)


def known_texts(session: Session, unit_id: int, *, but_item: int | None = None) -> KnownTexts:
    """The live versions of a unit's entries: published or on their way."""
    query = select(
        KnowledgeVersion.title,
        KnowledgeVersion.document_number,
        KnowledgeVersion.signature,
        KnowledgeVersion.id,
    ).where(live_of(unit_id))
    if but_item is not None:
        query = query.where(KnowledgeVersion.item_id != but_item)
    return KnownTexts(
        [
            Known(title, number, signature, version_id)
            for title, number, signature, version_id in session.execute(query)
            if signature is not None
        ]
    )
