"""Looks up what Python says: labels, errors, and sentences with values in them.

Python writes its sentences in Chinese, with values by f-strings, and knows no language. A page of
another language finds the sentence again: whole, or by the words around its values, which is
``提交了 {0} 条`` for ``提交了 3 条``. What is not found stays Chinese.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from webapp.language.messages import HANZI, PLACE, is_chinese, pieces

# Longer texts are knowledge or letters, never ours.
MAX_LENGTH = 400
# Below this many characters of its own a sentence is no sign: its values must not be Chinese.
_TELLING = 4
_MAX_DEPTH = 3
# What Python joins its labels with; each part is looked up by itself.
_JOINTS = (" · ", "；", "、", "，", " ")


@dataclass(frozen=True)
class _Pattern:
    literals: tuple[str, ...]  # before, between and after the values
    places: tuple[str, ...]
    translation: str
    weight: int  # Chinese characters of its own

    def values(self, text: str) -> dict[str, str] | None:
        """The values of a text said by this sentence; ``None`` when it is another.

        Every word is taken where it first comes, so that no text takes long to read.
        """
        first, *rest = self.literals
        last = rest.pop()
        end = len(text) - len(last)
        if not text.startswith(first) or not text.endswith(last) or end < len(first):
            return None
        found, at = [], len(first)
        for literal in rest:
            next_at = text.find(literal, at, end)
            if next_at < 0:
                return None
            found.append(text[at:next_at])
            at = next_at + len(literal)
        return dict(zip(self.places, [*found, text[at:end]], strict=True))


class Sentences:
    """The sentences of one language."""

    def __init__(self, catalogue: Mapping[str, str]) -> None:
        self._whole = {text: said for text, said in catalogue.items() if not PLACE.search(text)}
        self._by_start: dict[str, list[_Pattern]] = {}
        self._by_end: dict[str, list[_Pattern]] = {}
        patterns = [_pattern(text, said) for text, said in catalogue.items() if PLACE.search(text)]
        for pattern in sorted(patterns, key=lambda each: -each.weight):
            if start := pattern.literals[0][:1]:
                self._by_start.setdefault(start, []).append(pattern)
            elif end := pattern.literals[-1][-1:]:
                self._by_end.setdefault(end, []).append(pattern)

    def said(self, value: Any) -> Any:
        """The value in this language. Only plain text changes; markup is what it was."""
        if type(value) is not str or not 0 < len(value) <= MAX_LENGTH or not is_chinese(value):
            return value
        return self._said(value, _MAX_DEPTH) or value

    def _said(self, text: str, depth: int) -> str:
        """The text in this language, empty when nothing of it is known."""
        found = self._whole.get(text)
        if found is not None:
            return found
        if depth == 0:
            return ""
        candidates = (*self._by_start.get(text[0], ()), *self._by_end.get(text[-1], ()))
        for pattern in candidates:
            values = pattern.values(text)
            if values is None:
                continue
            said = {place: self._value(value, depth) for place, value in values.items()}
            if pattern.weight >= _TELLING or not any(map(HANZI.search, said.values())):
                return "".join(said.get(place, part) for place, part in _parts(pattern))
        return self._joined(text, depth)

    def _value(self, value: str, depth: int) -> str:
        return (self._said(value, depth - 1) if is_chinese(value) else "") or value

    def _joined(self, text: str, depth: int) -> str:
        """Labels in a row; a row is known when each of its Chinese parts is."""
        for joint in _JOINTS:
            if joint not in text:
                continue
            parts = text.split(joint)
            said = [self._said(part, depth - 1) if is_chinese(part) else part for part in parts]
            if joint == _JOINTS[0] and any(said):
                return joint.join(new or old for new, old in zip(said, parts, strict=True))
            if all(new or not old for new, old in zip(said, parts, strict=True)):
                return self._whole.get(joint, joint).join(said)
        return ""


def _pattern(text: str, translation: str) -> _Pattern:
    literals, places = [""], []
    for place, literal in pieces(text):
        if place:
            places.append(place)
            literals.append("")
        else:
            literals[-1] += literal
    weight = sum(len(HANZI.findall(literal)) for literal in literals)
    return _Pattern(tuple(literals), tuple(places), translation, weight)


def _parts(pattern: _Pattern) -> list[tuple[str, str]]:
    return list(pieces(pattern.translation))
