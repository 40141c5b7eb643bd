"""答案卡片: every word of a card comes from the entry; nothing is worded here."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from indexer.answer import Answer, PassageText, best_answer, mark
from indexer.query import Understood
from kb.facts import GRID, LABELS, fact_text
from kb.models import Correction, KnowledgeVersion, PassageRow
from kb.presenters.asked_facts import asked_facts
from kb.presenters.card_day import day_json
from kb.presenters.correction import corrections_json
from kb.presenters.reasons import reasons
from kb.presenters.spoken import script_of, speakable
from kb.services.found_items import FoundItem
from kb.services.questions import Answers
from kb.source_lines import without_source
from kb.terms import Audience, KnowledgeKind

CHARACTERS_PER_SECOND = 4.5


def cards(
    answers: Answers, today: date, corrections: Mapping[int, Sequence[Correction]] | None = None
) -> list[dict[str, Any]]:
    """The cards of a result, best first, as plain JSON values.

    :param corrections: what is reported and not settled, by entry; staff only, never the public.
    """
    told = corrections or {}
    return [
        card(
            found,
            answers.understood,
            today,
            told.get(found.item.id, ()),
            as_of=answers.question.as_of,
        )
        for found in answers.found
    ]


def card(
    found: FoundItem,
    understood: Understood | None,
    today: date,
    corrections: Sequence[Correction] = (),
    *,
    as_of: date | None = None,
) -> dict[str, Any]:
    """One card: standing, conclusion, 口播, facts, the clause with its marks, source and why.

    :param as_of: the day asked about; today where it is left out.
    """
    version, item = found.version, found.item
    asked = asked_facts(version.facts, understood)
    clause = clause_of(found, understood)
    if asked and clause["kind"] == "facts":
        clause |= _line_of(asked[0], version.facts, clause["text"])
    conclusion = fact_text(version.facts.get("conclusion", "")) or _own(clause["answer"])
    script = script_of(version.facts, asked, clause)
    return {
        "item_id": item.id,
        "version": version.number,
        "version_id": version.id,
        "title": version.title,
        "kind": version.kind,
        "kind_label": KnowledgeKind(version.kind).label,
        "unit": item.unit.name,
        "category": version.category,
        "audience": version.audience,
        "audience_label": Audience(version.audience).label,
        **day_json(item, version, as_of or today, today),
        "conclusion": conclusion,
        "script": script,
        "script_characters": len(script),
        "script_seconds": max(1, round(len(script) / CHARACTERS_PER_SECOND)) if script else 0,
        "ask_first": list(version.facts.get("ask_first", [])),
        "facts": _grid(version.facts, asked),
        "clause": clause,
        "source": {
            "issuing_authority": version.issuing_authority or item.unit.name,
            "document_number": version.document_number,
            "issued_on": _iso(version.issued_on),
            "file_id": version.file_id,
        },
        "corrections": corrections_json(corrections),
        "why": why(found),
        "reasons": reasons(found),
        "score": round(found.hit.score, 4) if found.hit else 0.0,
        "coverage": round(found.hit.coverage, 3) if found.hit else 0.0,
    }


def _grid(facts: Mapping[str, Any], asked: Sequence[str]) -> list[dict[str, Any]]:
    """The fields beside the answer, what was asked for before the others."""
    names = sorted((name for name in GRID if facts.get(name)), key=lambda name: name not in asked)
    return [
        {
            "name": name,
            "label": LABELS[name],
            "value": fact_text(facts[name]),
            "is_asked": name in asked,
        }
        for name in names
    ]


def _line_of(name: str, facts: Mapping[str, Any], text: str) -> dict[str, Any]:
    """Where a fact stands in the passage of all facts: that line is what answers."""
    line = f"{LABELS[name]}：{fact_text(facts[name])}"
    start = text.find(line)
    return {"answer": line, "start": start, "end": start + len(line)} if start >= 0 else {}


def clause_of(found: FoundItem, understood: Understood | None) -> dict[str, Any]:
    """The passage that answers, the sentences to show, and where the asked words stand in it."""
    passage, answer = _answer(found, understood)
    return {
        "ordinal": passage.ordinal,
        "heading_path": passage.heading_path,
        "kind": passage.kind,
        "text": passage.text,
        "answer": answer.text,
        "start": answer.start,
        "end": answer.end,
        "marks": [list(mark) for mark in answer.marks],
        "page": passage.page,
    }


def words_in(version: KnowledgeVersion, ordinal: int, understood: Understood) -> tuple[str, ...]:
    """The asked words a passage holds, as they stand in it, each once."""
    text = next((row.text for row in version.passages if row.ordinal == ordinal), "")
    return tuple(dict.fromkeys(text[start:end] for start, end in mark(understood, text)))


def _answer(found: FoundItem, understood: Understood | None) -> tuple[PassageRow, Answer]:
    """The best sentences among the entry's best passages; the same choice evaluation measures."""
    rows = {row.ordinal: row for row in found.version.passages}
    asked = (found.ordinal, *(found.hit.more if found.hit else ()))
    candidates = [rows[ordinal] for ordinal in asked if ordinal in rows]
    if not candidates:
        nothing = PassageRow(ordinal=0, heading_path="", text="", page=None, kind="text")
        return nothing, Answer("", 0, 0, ())
    if understood is None:
        text = speakable(candidates[0].text)
        return candidates[0], Answer(text, 0, len(text), ())
    texts = [PassageText(row.ordinal, row.heading_path, row.text) for row in candidates]
    ordinal, answer = best_answer(understood, texts, title=found.version.title)
    return rows[ordinal], answer


def _own(answer: str) -> str:
    """An answer without the line that names where it was taken from; such a line alone stays."""
    return without_source(answer).strip() or answer


def why(found: FoundItem) -> list[dict[str, str]]:
    """The words that led here, each with how: exact, synonym, pinyin or typo."""
    if found.hit is None:
        return []
    seen: set[tuple[str, str]] = set()
    reasons = []
    for match in found.hit.matched:
        if (match.term, match.original) in seen:
            continue
        seen.add((match.term, match.original))
        reasons.append(
            {
                "term": match.term,
                "field": match.field,
                "via": match.via,
                "original": match.original,
            }
        )
    return reasons[:12]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
