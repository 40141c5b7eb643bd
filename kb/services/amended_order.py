"""An entry that changed a part of another, in the order of the answers.

The amended entry stays in force with its old words, and matches them as well as before. Where the
clause that answers is one that was changed, the change is what holds; the ranking itself knows
nothing of links between entries.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from indexer.answer import Answer, PassageText, best_answer
from indexer.query import Understood
from kb.models import ItemLink, PassageRow
from kb.services.found_items import FoundItem
from kb.terms import LinkKind

_CLAUSE = re.compile("第[零〇一二三四五六七八九十百千\\d]+条(?:之[一二三四五六七八九十])?")
# What an amendment says in turn: quotes around the new words, the document it changes, clauses.
# A law that it rests on (根据《…》第二条) is none it changes.
_BASIS = re.compile(f"(?:根据|依据|依照|按照)《[^》]*》(?:{_CLAUSE.pattern})?")
_SAID = re.compile(f"“|”|《(?P<title>[^》]*)》|(?P<clause>{_CLAUSE.pattern})")
# How much better an amendment must answer that names another clause, on the scale of answers.
_CLEARLY = 1.0
_NUMBERED = 12  # characters at the beginning of a passage in which its number stands


@dataclass(frozen=True)
class Change:
    """``newer`` changed the clause of the item ``older_id`` that answers; it tells the change."""

    newer: FoundItem
    older_id: int

    @property
    def pair(self) -> tuple[int, int]:
        """Item ids, the one that holds first."""
        return self.newer.item.id, self.older_id


def changes_in(
    session: Session, found: Sequence[FoundItem], understood: Understood, day: date
) -> list[Change]:
    """Which of the entries changed what others of them answer.

    :param found: what holds on ``day`` and may be shown; links to anything else do not matter.
    """
    by_id = {one.item.id: one for one in found if one.hit is not None}
    if len(by_id) < 2:
        return []
    query = select(ItemLink.newer_id, ItemLink.older_id).where(
        ItemLink.newer_id.in_(by_id),
        ItemLink.older_id.in_(by_id),
        ItemLink.kind == LinkKind.AMENDS.value,
        ItemLink.effective_on <= day,
    )
    pairs = session.execute(query.order_by(ItemLink.effective_on, ItemLink.id)).all()
    return [
        Change(told, older_id)
        for newer_id, older_id in pairs
        for told in _telling(by_id[newer_id], by_id[older_id], understood)
    ]


def _telling(newer: FoundItem, older: FoundItem, understood: Understood) -> list[FoundItem]:
    """The newer entry with the passages that tell the change; none where it changed nothing asked.

    What it adds names another clause or none: then it must hold more of the question, and answer
    it clearly better than a clause of the older one does.
    """
    if not _passages(newer) or not _passages(older):
        return []  # hits in texts that changed a moment ago
    asked, old = _best(older, understood)
    told, new = _best(newer, understood)
    clauses = _CLAUSE.findall(f"{asked.heading_path}\n{asked.text[:_NUMBERED]}")
    changed = _changed(newer, older.version.title)
    changing = [row for row in _passages(newer) if clauses and clauses[-1] in changed[row.ordinal]]
    if changing:
        is_told = told in changing or new.score > old.score
        return [newer if is_told else _narrowed(newer, changing)]
    adds = bool(clauses) and _coverage(newer) > _coverage(older)
    return [newer] if adds and new.score > old.score + _CLEARLY else []


def _changed(newer: FoundItem, older_title: str) -> dict[int, set[str]]:
    """By passage, the clauses of the older document that an amendment changes.

    Those in the new words are others, also where these go on from one passage to the next; so
    are those of another document named last. Where none is named, the older one is meant.
    """
    changed: dict[int, set[str]] = {}
    named, is_quoted = "", False
    for row in sorted(newer.version.passages, key=lambda row: row.ordinal):
        clauses = changed.setdefault(row.ordinal, set())
        for said in _SAID.finditer(_BASIS.sub("", row.text)):
            if said.group() in "“”":
                is_quoted = said.group() == "“"
            elif not is_quoted and said["title"]:
                named = said["title"]
            elif not is_quoted and said["clause"] and _is_title(named, older_title):
                clauses.add(said["clause"])
    return changed


def _is_title(named: str, title: str) -> bool:
    return not named or named.endswith(title) or title.endswith(named)


def _narrowed(one: FoundItem, rows: Sequence[PassageRow]) -> FoundItem:
    first, *more = (row.ordinal for row in rows)
    return replace(one, hit=one.hit and replace(one.hit, ordinal=first, more=tuple(more)))


def _coverage(one: FoundItem) -> float:
    return one.hit.coverage if one.hit else 0.0


def _passages(one: FoundItem) -> list[PassageRow]:
    rows = {row.ordinal: row for row in one.version.passages}
    ordinals = (one.ordinal, *(one.hit.more if one.hit else ()))
    return [rows[ordinal] for ordinal in ordinals if ordinal in rows]


def _best(one: FoundItem, understood: Understood) -> tuple[PassageRow, Answer]:
    """The passage that answers best and its answer, as a card chooses them."""
    rows = {row.ordinal: row for row in _passages(one)}
    texts = [PassageText(row.ordinal, row.heading_path, row.text) for row in rows.values()]
    ordinal, answer = best_answer(understood, texts, title=one.version.title)
    return rows[ordinal], answer
