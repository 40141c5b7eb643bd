"""大家在搜: what many people asked and a public entry answered."""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.access import visible_items
from kb.models import KnowledgeItem, KnowledgeVersion, SearchRecord
from kb.queries.public import Entry, in_force
from kb.queries.shown import shown_version

SINCE = timedelta(days=30)
# A question asked once may tell who asked it.
MIN_TIMES = 2
MAX_LENGTH = 14
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Letters and digits in a question may be a name, a plate, a number; none is shown to all.
_PRIVATE = re.compile(r"[*\d@]")
_ASKING = frozenset(
    "怎么办理如何哪里在的了吗呢多少钱可以能不要什是需请问我想带去到有没申领取查询电话补交缴用"
)


def hot_queries(session: Session, now: datetime, day: date, limit: int = 6) -> list[str]:
    """Short questions asked at least twice lately whose first answer is public and holds.

    Only questions in the answer's own words are shown: a name somebody typed is in no entry.
    """
    query = (
        select(
            SearchRecord.query,
            KnowledgeVersion.title,
            KnowledgeVersion.variants,
            KnowledgeVersion.category,
            KnowledgeVersion.facts,
        )
        .join(KnowledgeItem, KnowledgeItem.id == SearchRecord.top_item_id)
        .join(KnowledgeVersion, KnowledgeVersion.id == shown_version(day))
        .where(
            SearchRecord.at >= now - SINCE,
            SearchRecord.answered.is_(True),
            visible_items(None),
            in_force(day),
        )
        .order_by(SearchRecord.id.desc())
        .limit(2000)
    )
    asked: Counter[str] = Counter()
    for text, title, variants, category, facts in session.execute(query):
        line = showable(text)
        wording = {*title, *category, *str(facts.get("conclusion", "")), *"".join(variants)}
        if line and set(line) <= wording | _ASKING:
            asked[line] += 1
    return [text for text, times in asked.most_common(limit) if times >= MIN_TIMES]


def showable(text: str) -> str:
    """The question as a link may print it; empty when it should not be printed at all."""
    line = text.strip("？?。！! ")
    fits = 2 <= len(line) <= MAX_LENGTH and _CHINESE.search(line) and not _PRIVATE.search(line)
    return line if fits else ""


def suggestions(entries: Sequence[Entry], limit: int) -> list[str]:
    """Short ways to ask for these entries, in the entries' own words."""
    found = []
    for _, version in entries:
        wordings = [line for text in (*version.variants, version.title) if (line := showable(text))]
        if wordings:
            found.append(min(wordings, key=len))
    return list(dict.fromkeys(found))[:limit]
