"""错别字: known confusions, doubled words, and slips that the counts of words show."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from importlib import resources

from kb.replies.draft import Draft
from kb.replies.finding import Finding, Kind, Severity
from kb.replies.slips import Slips

_DOUBLED = re.compile(
    r"的的(?![士哥话确])|(?<!为)了了(?!解|结|之|案|然)|在在(?!校|建|线|职)|(?<![一])和和(?!气)|与与(?!会)|对对(?!方)|将将(?!军)|已已|并并|于于|是是(?!非)|及及|我局我局|您您|我我|(进行|处理|办理|要求|已经|情况|工作人员|相关|部门)\1"
)
# Written so by many and understood by all; dictionaries give another form.
_VARIANTS = ("截止", "部份", "份量", "帐", "做出", "座落", "撤消", "签定", "渡假", "以至", "启示")


class Typos:
    """Finds wrong characters with one set of word lists."""

    def __init__(self, slips: Slips, misspellings: dict[str, str]) -> None:
        self._slips = slips
        self._known = _pattern(tuple(sorted(misspellings.items())))
        self._right = misspellings

    def check(self, draft: Draft, known: Collection[str]) -> Iterator[Finding]:
        """Wrong characters in order, each place once.

        :param known: names and the request's own words: what it writes the same is no slip.
        """
        taken: list[tuple[int, int]] = []
        for start, end, right in self._found(draft.text, known):
            if any(a < end and start < b for a, b in taken):
                continue
            taken.append((start, end))
            quote = draft.raw[start:end]
            is_variant = any(variant in quote for variant in _VARIANTS)
            yield Finding(
                Kind.TYPO,
                Severity.HINT if is_variant else Severity.SERIOUS,
                f"“{quote}”规范写法是“{right}”" if is_variant else f"“{quote}”疑为“{right}”之误",
                quote,
                start,
                end,
                f"改为“{right}”",
            )

    def _found(self, text: str, known: Collection[str]) -> Iterator[tuple[int, int, str]]:
        for start, end, right in self._listed(text):
            if not _is_known(text, start, end, known) and self._slips.stands_apart(
                text, start, end
            ):
                yield start, end, right
        for start, end in self._slips.doubled(text):
            yield start, end, text[start]
        for slip in self._slips.find(text, known):
            if not _is_known(text, slip.start, slip.end, known):
                yield slip.start, slip.end, slip.right

    def _listed(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where a listed confusion, a listed misspelling or a doubled word may stand."""
        for core, pattern, right in confusions():
            if core in text:
                yield from ((*found.span(), right) for found in pattern.finditer(text))
        for found in self._known.finditer(text):
            yield *found.span(), self._right[found[0]]
        for found in _DOUBLED.finditer(text):
            yield *found.span(), found[0][: len(found[0]) // 2]


def _is_known(text: str, start: int, end: int, known: Collection[str]) -> bool:
    return any(text[start:end] in word for word in known)


@lru_cache(maxsize=1)
def confusions() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """The confusions shipped with the check: plain words that must stand in a text for the pattern
    to fit at all, the pattern, the right form."""
    lines = resources.files("kb.replies").joinpath("data/confusions.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in lines.splitlines() if line and not line.startswith("#"))
    return tuple((_core(wrong), re.compile(wrong), right) for wrong, right in rows)


def _core(pattern: str) -> str:
    """The plain characters of a pattern after what must stand before them."""
    begin = 0
    while pattern.startswith(("(?<", "(?:(?<"), begin):
        depth, at = 0, begin
        while True:
            depth += {"(": 1, ")": -1}.get(pattern[at], 0)
            at += 1
            if depth == 0:
                break
        begin = at
    found = re.match("[\u4e00-\u9fff]*", pattern[begin:])
    return found[0] if found else ""


@lru_cache(maxsize=4)
def _pattern(pairs: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    words = sorted((wrong for wrong, _ in pairs), key=lambda word: (-len(word), word))
    return re.compile("|".join(map(re.escape, words)) or "(?!)")
