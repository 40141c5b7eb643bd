"""What a question is about: the things said in it, without filler and without how it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from indexer.errors import InvalidQuery
from indexer.lexicon import Lexicon
from indexer.query import understand
from indexer.segment import Segmenter, is_chinese
from indexer.understood import Concept

# A synonym from this factor on is the same thing under another name; below it only related.
SAME_FROM = 0.8
# A thing said of this weight tells matters apart; lighter ones (领, 断, 一下) do not.
TELLING = 0.5
SINGLE = 0.45
# Which part of a matter is asked for: one entry answers them all, so they part no matters.
_ASPECTS = """
办理 办 申请 申领 申报 领取 领 办事 手续 材料 资料 证件 流程 程序 步骤 条件 要求 资格 规定 政策 标准
电话 号码 联系 联系方式 联系电话 咨询电话 地址 地点 位置 窗口 受理 受理点 服务点 时间 时限 期限 日期
费用 收费 收费标准 价格 多少钱 钱 公布 发布 需要 提交 所需 影响 事项 业务 咨询 服务 怎么走 上班 工作
"""
ASPECTS = frozenset(_ASPECTS.split())


@dataclass(frozen=True)
class Said:
    """One thing said: its words, how much it says (0 to 1), and the ways it is also called.

    :param ways: word groups; each names the thing when all its words are said.
    """

    text: str
    weight: float
    ways: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Matter:
    """What a question asks for. Empty when nothing but the form of a question is left."""

    said: tuple[Said, ...]

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of every way."""
        return frozenset(word for one in self.said for way in one.ways for word in way)

    @cached_property
    def weight(self) -> float:
        """All that is said, together."""
        return sum(one.weight for one in self.said)

    @property
    def is_telling(self) -> bool:
        """Tell whether anything said tells matters apart."""
        return any(one.weight >= TELLING for one in self.said)

    @property
    def names(self) -> tuple[str, ...]:
        """The things said, as they were said."""
        return tuple(one.text for one in self.said)


class _Everything:
    """A vocabulary that holds every word: a gap is about what the library does not say."""

    def frequency(self, word: str) -> int:
        return 1

    def sounding(self, kind: str, key: str) -> list[tuple[str, int]]:
        return []


class Reader:
    """Reads questions by one version of the city's word lists."""

    def __init__(self, segmenter: Segmenter, lexicon: Lexicon) -> None:
        self._segmenter, self._lexicon = segmenter, lexicon
        self._vocabulary = _Everything()

    def matter(self, question: str) -> Matter:
        """What a question is about; an empty matter when nothing can be told."""
        try:
            read = understand(question, self._segmenter, self._lexicon, self._vocabulary)
        except InvalidQuery:
            return Matter(())
        said = (self._said(concept) for concept in read.concepts)
        return Matter(tuple(one for one in said if one is not None))

    def _said(self, concept: Concept) -> Said | None:
        text = self._bare(concept.text)
        if not self._telling(self._segmenter.cut(text) if is_chinese(text) else [text]):
            return None  # 在哪里办, 要什么材料: only how it is asked
        ways = [self._telling(self._parts(text))]
        for way in concept.alternatives:
            if way.via == "exact" or way.factor >= SAME_FROM:
                terms = way.terms if way.via != "exact" else self._parts(text)
                ways.append(self._telling(self._apart(terms)))
        kept = tuple(dict.fromkeys(way for way in ways if way))
        if not text or not kept or not ways[0]:
            return None
        # A single character that the cutting left over (证, 交) names nothing by itself.
        heaviest = SINGLE if len(text) == 1 else 1.0
        return Said(text, round(min(concept.weight, heaviest), 3), kept)

    def _bare(self, text: str) -> str:
        """A word that no list knows, without the function words that the cutting left on it."""
        if text in self._lexicon.language or text in self._lexicon.by_asked:
            return text
        while len(text) > 1 and text[-1] in self._lexicon.function_words:
            text = text[:-1]
        while len(text) > 1 and text[0] in self._lexicon.function_words:
            text = text[1:]
        return text

    def _parts(self, text: str) -> tuple[str, ...]:
        return self._apart((text,))

    def _apart(self, words: Iterable[str]) -> tuple[str, ...]:
        """Long words as the shorter ones they are made of (养犬登记 is 养犬 and 登记)."""
        found: dict[str, None] = {}
        for word in words:
            inside = [part for part in self._segmenter.inside(word) if part != word]
            whole = "".join(inside) == word
            found.update(dict.fromkeys(inside if whole else [word]))
        return tuple(found)

    def _telling(self, words: Iterable[str]) -> tuple[str, ...]:
        """Without words of the question's form; nothing is left of 在哪里办 or 多少钱."""
        function = self._lexicon.function_words
        return tuple(word for word in words if word not in ASPECTS and word not in function)


def is_said(matter: Matter, wording: str) -> bool:
    """Tell whether a text says any telling thing of a matter."""
    return any(_stands_in(wording, one) for one in matter.said if one.weight >= TELLING)


def said_share(matter: Matter, wording: str) -> float:
    """How much of all that a matter says stands in a text, by weight, from 0 to 1."""
    said = sum(one.weight for one in matter.said if _stands_in(wording, one))
    return said / matter.weight if matter.weight else 0.0


def unsaid(matter: Matter, wording: str) -> tuple[str, ...]:
    """The telling things of a matter that a text does not say under any of their names."""
    return tuple(
        one.text for one in matter.said if one.weight >= TELLING and not _stands_in(wording, one)
    )


def _stands_in(wording: str, one: Said) -> bool:
    """Tell whether a text says a thing under any of its names."""
    return any(all(word in wording for word in way) for way in one.ways)


def as_json(matter: Matter) -> list[dict[str, Any]]:
    """A matter as plain values, to be kept; read back by :func:`from_json`."""
    return [
        {"text": one.text, "weight": one.weight, "ways": [list(way) for way in one.ways]}
        for one in matter.said
    ]


def from_json(kept: Iterable[Mapping[str, Any]]) -> Matter:
    """A matter from :func:`as_json`."""
    return Matter(
        tuple(
            Said(one["text"], one["weight"], tuple(tuple(way) for way in one["ways"]))
            for one in kept
        )
    )
