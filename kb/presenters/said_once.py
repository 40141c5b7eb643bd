"""What a card has said already: 结论, 口播 and the clause stand on it once each."""

import re
from collections.abc import Mapping
from typing import Any

from kb.presenters.spoken import said_row, unnumbered

# A point between digits is part of the number: 2.86 does not say 86.
_NO_WORD = re.compile(r"(?:(?!(?<=\d)\.(?=\d))[\W_])+")
_NUMERALS = "[\\d.零〇一二三四五六七八九十百千万]"
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
    return all(_says(known, _bare(part)) for line in lines for part in _SENTENCE.split(line))


def _says(known: str, part: str) -> bool:
    """Whether the words stand there and nothing at their ends makes them say something else.

    不可以办理 does not say 可以办理, nor 2.86元 86元.
    """
    before = f"(?<!{_NUMERALS})" if re.match(_NUMERALS, part) else "(?<![不未非无没勿])"
    after = r"(?![\d.])" if part[-1:].isdigit() else ""
    return re.search(f"{before}{re.escape(part)}{after}", known) is not None or not part


def _bare(text: str) -> str:
    return _NO_WORD.sub("", text)
