"""Autocomplete (联想) and near questions (您是不是要问) over a list of weighted phrases, in memory.

All phrases lie end to end in three strings of equal length: characters, initials and sounds (one
private character per syllable). A lookup is a plain substring search in one of them, so that it
costs the same for characters, initials, full pinyin and any mixture. Phrases lie in the order of
their weight: the first hits are the best ones, and the search may stop early.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .normalise import CJK, normalise
from .segment import Segmenter, is_chinese, pieces
from .sounds import syllables

MAX_PHRASES = 50_000
MAX_PHRASE = 80  # characters that are searched in a phrase
MAX_ASKED = 40
_END = "\n"
_MAX_VISITS = 600  # places looked at per lookup: bounds its time
_MAX_PATHS = 6  # readings tried of one run of letters
_KEPT_STARTS = 60  # phrases remembered per first character or syllable
_FIRST_SOUND = 0xE000
_RUNS = re.compile("[a-z]+|[^a-z]")
_SOUND_SHARE = 0.7  # what a pair that only sounds alike counts
_NEAR_ENOUGH = 0.3


@dataclass(frozen=True)
class Phrase:
    """Something that may be suggested.

    :param kind: `title`, `question` (相似问) or `asked`; the order among equal weights.
    :param weight: how often it was adopted or asked.
    :param item_id: the entry it belongs to, so that the caller can refuse it.
    """

    text: str
    kind: str
    weight: int
    item_id: str


@dataclass(frozen=True)
class _Unit:
    """One character to be matched: itself, or letters its sound begins with."""

    char: str = ""
    letters: str = ""


class _Spelt(NamedTuple):
    """A phrase in four strings of equal length; `starts` has a mark where a word begins."""

    chars: str
    initials: str
    sounds: str
    starts: str


_WORD = "|"
_KINDS = ("title", "question", "asked")


class Suggester:
    """Built once from its phrases and never changed; safe to share between threads.

    :param earlier: one built before with the same segmenter; what it has spelt is taken over.
    """

    def __init__(
        self,
        phrases: Iterable[Phrase],
        segmenter: Segmenter,
        earlier: Suggester | None = None,
    ) -> None:
        self.phrases = _ranked(phrases)
        self._segmenter = segmenter
        if earlier is None or earlier._segmenter is not segmenter:
            earlier = None
        self._sounds: list[str] = list(earlier._sounds) if earlier else []
        self._sound_ids = {sound: number for number, sound in enumerate(self._sounds)}
        self._numbers = {phrase.text: number for number, phrase in enumerate(self.phrases)}
        self._spoken: dict[str, tuple[str, str]] = {}
        self._begins: list[int] = []
        self._by_first: defaultdict[str, list[int]] = defaultdict(list)
        self._lay_out(earlier)
        self._spoken = {}  # needed while building only
        self._sorted_sounds = sorted(self._sound_ids)

    def _lay_out(self, earlier: Suggester | None) -> None:
        parts: list[_Spelt] = []
        at = 0
        for phrase in self.phrases:
            spelt = (earlier and earlier._spelt(phrase.text)) or self._spell(phrase.text)
            self._begins.append(at)
            for start, mark in enumerate(spelt.starts):
                if mark == _WORD:
                    for key in (spelt.chars[start], spelt.sounds[start]):
                        if len(self._by_first[key]) < _KEPT_STARTS:
                            self._by_first[key].append(at + start)
            parts.append(spelt)
            at += len(spelt.chars) + 1
        self._text = _END.join((*(part.chars for part in parts), ""))
        self._initials = _END.join((*(part.initials for part in parts), ""))
        self._sounded = _END.join((*(part.sounds for part in parts), ""))
        self._starts = _END.join((*(part.starts for part in parts), ""))

    def _spelt(self, text: str) -> _Spelt | None:
        number = self._numbers.get(text)
        if number is None:
            return None
        start = self._begins[number]
        end = self._text.index(_END, start)
        blobs = (self._text, self._initials, self._sounded, self._starts)
        return _Spelt(*(blob[start:end] for blob in blobs))

    def _spell(self, text: str) -> _Spelt:
        words = [
            word
            for piece in pieces(normalise(text)[:MAX_PHRASE])
            for word in (self._segmenter.cut(piece) if is_chinese(piece) else [piece])
        ]
        spoken = [self._say(word) for word in words]
        return _Spelt(
            "".join(words),
            "".join(initials for initials, _ in spoken),
            "".join(sounds for _, sounds in spoken),
            "".join(_WORD + " " * (len(word) - 1) for word in words),
        )

    def _say(self, word: str) -> tuple[str, str]:
        """Initials and sounds of a word, one character each per character."""
        known = self._spoken.get(word)
        if known is None:
            heard = syllables(word) if is_chinese(word) else tuple(word)
            if len(heard) != len(word):
                heard = tuple(word)
            numbers = [self._sound_id(one) for one in heard]
            sounds = "".join(chr(_FIRST_SOUND + number) for number in numbers)
            known = self._spoken[word] = ("".join(one[:1] for one in heard), sounds)
        return known

    def _sound_id(self, sound: str) -> int:
        number = self._sound_ids.setdefault(sound, len(self._sounds))
        if number == len(self._sounds):
            self._sounds.append(sound)
        return number

    def suggest(self, typed: str, limit: int = 8) -> list[Phrase]:
        """The best phrases for what is typed so far; word beginnings before what stands inside.

        Never raises; nothing searchable gives nothing.
        """
        asked = "".join(pieces(normalise(typed[: 4 * MAX_ASKED])))[:MAX_ASKED]
        best: dict[int, bool] = {}  # phrase -> whether a word of it begins so
        visits, full = 0, 0
        for path in _paths(asked, self._sorted_sounds) if asked else ():
            if full >= limit or visits > _MAX_VISITS:
                break
            for place in self._places(path):
                visits += 1
                if full >= limit or visits > _MAX_VISITS:
                    break
                if place < 0:
                    continue
                number = bisect_right(self._begins, place) - 1
                at_word = self._starts[place] == _WORD
                full += at_word and not best.get(number, False)
                best[number] = at_word or best.get(number, False)
        order = sorted(best, key=lambda number: (not best[number], number))
        return [self.phrases[number] for number in order[:limit]]

    def _places(self, path: Sequence[_Unit]) -> Iterator[int]:
        """Where a path stands in the laid out phrases, best phrases first; -1 for a near miss."""
        if len(path) == 1:
            yield from self._starting(path[0])
            return
        offset, anchor, blob = self._anchor(path)
        at = blob.find(anchor)
        while at >= 0:
            yield at - offset if at >= offset and self._fits(path, at - offset) else -1
            at = blob.find(anchor, at + 1)

    def _anchor(self, path: Sequence[_Unit]) -> tuple[int, str, str]:
        """The rarest thing to look for: characters, else whole syllables, else all initials."""
        start, run = _longest([unit.char for unit in path])
        if run:
            return start, run, self._text
        # The last syllable may still be growing.
        whole = [self._whole_sound(unit) for unit in path[:-1]]
        start, run = _longest([*whole, ""])
        if len(run) > 1 or (len(path) == 2 and run):
            return start, run, self._sounded
        return 0, "".join(unit.letters[0] for unit in path), self._initials

    def _whole_sound(self, unit: _Unit) -> str:
        number = self._sound_ids.get(unit.letters, -1) if len(unit.letters) > 1 else -1
        return chr(_FIRST_SOUND + number) if number >= 0 else ""

    def _fits(self, path: Sequence[_Unit], start: int) -> bool:
        for at, unit in enumerate(path, start):
            if at >= len(self._text) or self._text[at] == _END:
                return False
            if unit.char:
                if self._text[at] != unit.char:
                    return False
            elif not self._sound_at(at).startswith(unit.letters):
                return False
        return True

    def _sound_at(self, at: int) -> str:
        return self._sounds[ord(self._sounded[at]) - _FIRST_SOUND]

    def _starting(self, unit: _Unit) -> list[int]:
        """Words that begin with one character or syllable; then, of characters, inside."""
        if unit.char:
            places = list(self._by_first.get(unit.char, ()))
            at = -1
            while len(places) < _KEPT_STARTS and (at := self._text.find(unit.char, at + 1)) >= 0:
                places.append(at)
            return places
        found: list[int] = []
        first = bisect_right(self._sorted_sounds, unit.letters)
        first -= self._sorted_sounds[first - 1 : first] == [unit.letters]
        for sound in self._sorted_sounds[first:]:
            if not sound.startswith(unit.letters):
                break
            found += self._by_first.get(chr(_FIRST_SOUND + self._sound_ids[sound]), ())
        return sorted(found)

    def near(self, asked: Iterable[str], limit: int = 5) -> list[Phrase]:
        """Phrases that share most with a question, by character pairs or by how they sound.

        :param asked: the question and other ways to read it (mended, without filler).
        """
        scores: dict[int, float] = {}
        for text in dict.fromkeys(asked):
            for number, score in self._shared(text).items():
                scores[number] = max(score, scores.get(number, 0.0))
        good = [number for number, score in scores.items() if score >= _NEAR_ENOUGH]
        good.sort(key=lambda one: (-round(scores[one], 2), one))
        return [self.phrases[number] for number in good[:limit]]

    def _shared(self, text: str) -> dict[int, float]:
        """Phrase -> how alike it is, 0 to 1: the share of the question's pairs that it holds, rare
        ones counting more, and the share of its own pairs that are asked, in geometric mean."""
        heard: list[tuple[str, str]] = []
        for run in re.findall(f"[{CJK}]+", normalise(text[: 4 * MAX_ASKED])):
            spoken = "".join(
                chr(_FIRST_SOUND + self._sound_ids[one]) if one in self._sound_ids else "\0"
                for one in syllables(run)
            )
            if len(spoken) == len(run):
                heard += [(run[at : at + 2], spoken[at : at + 2]) for at in range(len(run) - 1)]
        heard = list(dict.fromkeys(heard))[:MAX_ASKED]
        shared: defaultdict[int, float] = defaultdict(float)
        pairs: defaultdict[int, float] = defaultdict(float)
        whole = 0.0
        for pair, sound in heard:
            held = self._holding(pair, sound)
            rarity = math.log(2 + len(self.phrases) / (1 + len(held)))
            whole += rarity
            for number, share in held.items():
                shared[number] += share * rarity
                pairs[number] += share
        return {
            number: math.sqrt(value / whole * min(1.0, pairs[number] / self._pairs_of(number)))
            for number, value in shared.items()
        }

    def _pairs_of(self, number: int) -> int:
        ends = self._begins[number + 1] if number + 1 < len(self._begins) else len(self._text)
        return max(1, ends - self._begins[number] - 2)

    def _holding(self, pair: str, sound: str) -> dict[int, float]:
        """Phrase -> 1 if it holds the pair, less if only one that sounds alike."""
        found: dict[int, float] = {}
        at = self._sounded.find(sound)
        while at >= 0 and len(found) < _MAX_VISITS:
            number = bisect_right(self._begins, at) - 1
            share = 1.0 if self._text[at : at + 2] == pair else _SOUND_SHARE
            found[number] = max(share, found.get(number, 0.0))
            at = self._sounded.find(sound, at + 1)
        return found


def _longest(marks: Sequence[str]) -> tuple[int, str]:
    """The longest run of non-empty marks: where it begins, and the run."""
    best, start, run = (0, ""), 0, ""
    for at, mark in enumerate(marks):
        start, run = (start, run + mark) if mark and run else (at, mark)
        if len(run) > len(best[1]):
            best = (start, run)
    return best


def _ranked(phrases: Iterable[Phrase]) -> tuple[Phrase, ...]:
    """Heaviest first, each text once."""
    order = sorted(
        phrases,
        key=lambda one: (-one.weight, _KINDS.index(one.kind), len(one.text), one.text),
    )
    once: dict[str, Phrase] = {}
    for phrase in order:
        key = "".join(pieces(normalise(phrase.text)[:MAX_PHRASE]))
        if key:
            once.setdefault(key, phrase)
        if len(once) >= MAX_PHRASES:
            break
    return tuple(once.values())


def _paths(asked: str, sounds: Sequence[str]) -> list[list[_Unit]]:
    """The ways to read what is typed: letters are initials, syllables, or a mixture."""
    paths: list[list[_Unit]] = [[]]
    for run in _RUNS.findall(asked):
        if run[0] < "a" or run[0] > "z":
            ways = [[_Unit(char=run)]]
        else:
            ways = [[_Unit(letters=part) for part in way] for way in _read(run, sounds)]
        paths = [path + way for path in paths for way in ways][:_MAX_PATHS]
    return paths


def _read(letters: str, sounds: Sequence[str]) -> list[list[str]]:
    """Cut letters into syllables and initials, few long parts first; the last may be unfinished."""
    ways: list[list[str]] = []

    def go(at: int, way: list[str]) -> None:
        if at == len(letters):
            ways.append(way)
            return
        for end in range(min(len(letters), at + 6), at, -1):
            if len(ways) >= _MAX_PATHS:
                return
            part = letters[at:end]
            if _is_part(part, end == len(letters), sounds):
                go(end, [*way, part])

    go(0, [])
    single = list(letters)
    if single not in ways and all(_is_part(one, False, sounds) for one in single):
        ways.append(single)
    return ways


def _is_part(part: str, is_last: bool, sounds: Sequence[str]) -> bool:
    at = bisect_right(sounds, part)
    if sounds[at - 1 : at] == [part]:
        return True
    begins = at < len(sounds) and sounds[at].startswith(part)
    return begins and (is_last or len(part) == 1 or part in ("zh", "ch", "sh"))
