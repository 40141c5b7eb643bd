"""A passage cut into what can be shown: sentences, and runs of neighbouring ones."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from .normalise import fold

_SENTENCE = re.compile(r"[^。！？；!?;\n]*(?:[。！？；!?;]+[”’」』）)]*|\n|$)")
_CLAUSE = re.compile(r"[^，,、：:]*(?:[，,、：:]|$)")
# 为规范…，制定本办法 and 近日，记者获悉…: why and how a document came about, never what it says.
_PURPOSE = re.compile(
    "为(?:了|进一步|全面|深入|切实|认真|更好|有效)?(?:贯彻|落实|规范|加强|做好|保障|完善|推动|促进|维护)"
    "|(?:根据|依据|按照).{2,120}(?:制定本|规定如下|精神|部署)|现印发给|请认真贯彻|制定本"
)
_ANNOUNCED = re.compile(
    "近日|日前|记者|获悉|了解到|联合(?:下发|发文|印发)|召开|现将|(?:通知|公告|通告)如下"
)
# 现就有关事项通知如下: says nothing itself.
_ANNOUNCES = re.compile("(?:通知|通告|公告|公示|公布|通报|答复|规定|说明)如下:$")
# 本办法自…起施行，有效期5年，由…负责解释: what holds for the document, not for the caller.
_ITSELF = re.compile(
    "本(?:办法|细则|规定|通知|意见|方案|规则|条例|公告|通告|标准|决定|文件).{0,60}"
    "(?:施行|实施|执行|有效期|解释)|同时废止|自行废止"
)
_CHAPTER = re.compile(r"第[一二三四五六七八九十百\d]{1,4}[编章节]\s*[^。;:,]{0,40}")
# What forbids, allows or sets a condition holds for all that follows and must be said with it.
_RULES = re.compile(
    "禁止|不得|不予|不可|不能|严禁|应当|必须|可以|下列|以下|情形|情况|条件|如果|[者的]:$"
)
_CACHED_TEXTS = 4_096  # about 4 kB each


@dataclass(frozen=True)
class Unit:
    """A sentence, a table cell, or a clause of a sentence that is too long to show whole.

    :param start, end: where it stands in the passage. `text` is its normalised words.
    :param weak: it tells why or how the document was made, or asks and does not answer.
    :param itself: it tells since when and until when the document itself holds.
    """

    start: int
    end: int
    text: str
    weak: bool
    itself: bool = False

    @property
    def is_preamble(self) -> bool:
        """It only announces what follows: 现就有关事项通知如下：, never 有下列情形的不予受理：

        A chapter's line above its first 条 is one, too.
        """
        if _CHAPTER.fullmatch(self.text):
            return True
        return bool(_ANNOUNCES.search(self.text)) and not _RULES.search(self.text)


@dataclass(frozen=True)
class Cut:
    """The units of a passage and the runs of them that can be shown.

    :param runs: (first, last) unit of each run. A run begins at any sentence and takes the
        sentences that follow as long as all are whole and fit; one that only repeats the end
        of an earlier run is left out.
    """

    units: tuple[Unit, ...]
    runs: tuple[tuple[int, int], ...]


@lru_cache(maxsize=_CACHED_TEXTS)
def cut(text: str, limit: int) -> Cut:
    """Cut a passage; nothing in a run is longer than `limit` characters."""
    folded = fold(text)
    units = []
    for start, end in _spans(text, limit):
        left, right = bisect_left(folded.origins, start), bisect_left(folded.origins, end)
        said = folded.text[left:right].strip()
        units.append(Unit(start, end, said, _is_weak(said), bool(_ITSELF.search(said))))
    return Cut(tuple(units), tuple(_runs(units, limit)))


def _is_weak(said: str) -> bool:
    return said.endswith("?") or bool(_PURPOSE.search(said) or _ANNOUNCED.search(said))


def _runs(units: list[Unit], limit: int) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    last = -1
    for first, unit in enumerate(units):
        end = max(last, first)
        while end + 1 < len(units) and units[end + 1].end - unit.start <= limit:
            end += 1
        if end > last:
            runs.append((first, end))
            last = end
    return runs


def _spans(text: str, limit: int) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for found in _SENTENCE.finditer(text):
        start, end = found.span()
        if not text[start:end].strip():
            continue
        if end - start <= limit:
            spans.append((start, end))
        else:
            spans.extend(_clauses(text, start, end, limit))
    return spans


def _clauses(text: str, left: int, right: int, limit: int) -> list[tuple[int, int]]:
    """Parts of a sentence too long to show: at its commas, else every `limit` characters."""
    parts: list[tuple[int, int]] = []
    for found in _CLAUSE.finditer(text, left, right):
        start, end = found.span()
        while end > start:
            parts.append((start, min(end, start + limit)))
            start += limit
    return parts
