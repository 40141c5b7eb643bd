"""What a card has said already: 结论, 口播 and the clause stand on it once each."""

import re
from collections.abc import Mapping
from typing import Any

from kb.presenters.spoken import said_row, unnumbered

_NO_WORD = re.compile(r"[\W_]+")
_SENTENCE = re.compile(r"[。！？；!?;]+")


def is_conclusion_spoken(card: Mapping[str, Any]) -> bool:
    """Tell whether the 口播 says the whole conclusion, so that it needs no line of its own."""
    conclusion = str(card["conclusion"])
    is_row = card["clause"]["kind"] == "table_row"
    return _is_in(said_row(conclusion) if is_row else conclusion, card["script"])


def is_clause_said(card: Mapping[str, Any]) -> bool:
    """Tell whether everything in the clause stands in the card above it."""
    facts = (f"{fact['label']}{fact['value']}" for fact in card["facts"])
    conclusion = "" if card["kind"] == "contact" else card["conclusion"]  # a number stands there
    above = (card["title"], conclusion, card["script"], *facts)
    return _is_in(card["clause"]["text"], "".join(above))


def _is_in(text: str, said: str) -> bool:
    known = _bare(said)
    lines = map(unnumbered, text.splitlines())
    return all(_bare(part) in known for line in lines for part in _SENTENCE.split(line))


def _bare(text: str) -> str:
    return _NO_WORD.sub("", text)
