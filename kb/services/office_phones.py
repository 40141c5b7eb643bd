"""The numbers that units publish, which are nobody's secret: kept until the index has moved on."""

import re
import threading
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session

from kb.access import visible_items
from kb.models import KnowledgeItem, KnowledgeVersion, SearchTarget
from kb.outbox.enqueue import PUBLIC
from kb.terms import KnowledgeKind

_PHONE = re.compile(r"\d[\d\- ]{5,}\d")
# What the public index had drained when the numbers were read.
_Mark = tuple[str, int]


class _Kept:
    """The numbers of each database, read anew when its public index has taken a change."""

    def __init__(self) -> None:
        self._of: WeakKeyDictionary[Engine | Connection, tuple[_Mark, frozenset[str]]] = (
            WeakKeyDictionary()
        )
        self._lock = threading.Lock()

    def of(self, session: Session) -> frozenset[str]:
        mark = session.execute(
            select(SearchTarget.directory, SearchTarget.marker).where(SearchTarget.name == PUBLIC)
        ).one_or_none()
        if mark is None:
            return _read(session)
        bind = session.get_bind()
        with self._lock:
            kept = self._of.get(bind)
        if kept is not None and kept[0] == tuple(mark):
            return kept[1]
        phones = _read(session)
        with self._lock:
            self._of[bind] = (mark.directory, mark.marker), phones
        return phones


def _read(session: Session) -> frozenset[str]:
    query = (
        select(KnowledgeVersion.kind, KnowledgeVersion.facts)
        .join(KnowledgeItem, KnowledgeItem.current_version_id == KnowledgeVersion.id)
        .where(visible_items(None))
    )
    return frozenset(
        phone
        for kind, facts in session.execute(query)
        for phone in _PHONE.findall(
            str(facts if kind == KnowledgeKind.CONTACT.value else facts.get("phone", ""))
        )
    )


_KEPT = _Kept()


def office_phones(session: Session) -> frozenset[str]:
    """The phones of public entries and everything that reads as one in public contacts (联系方式).

    A publication counts as soon as the public index has it, or at once where there is no index.
    """
    return _KEPT.of(session)
