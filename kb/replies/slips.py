"""错别字 by counts of words: a text reads much likelier with one character changed.

No model: the counts of general words and the city's own words, characters that sound or look
alike, and the likeliest way to cut a run into words. A slip is told only when the right word is
far likelier than what is written, and what is written is no word, name or place that is known.
"""

import math
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib import resources

from indexer.lexicon import Lexicon
from indexer.segment import Segmenter
from kb.replies.confusable import Confusable

LONGEST = 4
# Natural logarithms, fitted on misspelt words set into official replies against what the same
# replies write themselves (`python -m bench.slips`). A change has to be worth so much in all.
SURE = 20.2
# The commoner the meant word in general text, the more often it is mistyped.
PER_COUNT = 0.68
# Sounding the same is how it is typed; a shape is as often mistaken, a sound only alike (zh/z)
# or a part in common is rarer.
BOTH, SAME_SOUND, SHAPE, SAME_PART, ALIKE_SOUND = 4.7, 2.4, 2.6, 2.0, -2.5
OF_TRADE = 2.8
# Signs that the characters belong to their neighbours or to a name.
STRADDLES, LONE_NEIGHBOUR, NEVER = -2.2, -2.5, -100.0
ALONE, OF_PLACES, BESIDE_ALONE = -2.5, -2.6, -1.6
LONGER = -0.5
# Every character of the window stands alone in the likeliest cut.
ALL_APART = 4.6
# What is written is a word of the large dictionary that general text hardly has.
RARE_WORD = -4.5
# The meant word is written elsewhere in the request or the reply.
SAID = 2.0
# A word of general Chinese counts as known to every writer from so many occurrences on.
_COMMON_FROM = 50
_TOTAL = 60_000_000.0
# A word of the trade counts in a reply as if general text had it at least so often.
_OWN_COUNT = 8_000
_UNKNOWN_CHAR = 20.0
_RARE = math.log(_UNKNOWN_CHAR / _TOTAL)
_LONGEST_WORD, _LONGEST_NAME = 6, 6
# Less likelier than this is not looked at any closer; sums that differ by less are the same.
_LEAST, _EQUAL = 3.0, 1e-9
_RUN = re.compile("[\u4e00-\u9fff]+")
# Names of places and persons are made of what sounds like other words.
_PLACE_AFTER = re.compile(
    "[省市区县镇乡村组路街道巷苑园庭府城湾桥河湖山庄里弄号栋店厂楼阁居台坪塘岭寨湖站]|小区|花园|公司|学校|医院|幼儿园|中学|小学|大道|酒店|广场|公寓|大厦|超市|集团|物业|项目|社区|派出所|家园"
)
_PLACE_END = re.compile("[省市区县镇乡村组路街巷苑桥河湖山里弄塘岭湾坪]")
_NUMBER_AFTER = re.compile(r"[〔\[【(（]\d{4}[〕\]】)）]")
_NAME_AFTER = re.compile("先生|女士|同志|某")


# Characters that are words of their own in a reply, so that one beside another word is no sign.
_STANDING_ALONE = frozenset(
    "市系经由已将于在对该所可与和及或为被把从向按需须应未不无各每本我您其此并也又再后前中内外上下时日月年处名户条个元"
    "人区县镇乡村路街局委办站所队组款费票证等者里间点级类项张份次台辆家院校车房水电气楼层门店厂员长股科室部会党政"
    "第至到起止约超满限共总含以之的地得了着过是有要能会请让使令给同且而但若如因故则即便均仍还都就才只最很更较非"
    "一二三四五六七八九十百千万亿两半多几新老大小高低东西南北走好完掉住够每先知正乱围"
)


# Characters of grammar, which stand beside any word.
_BESIDE_ANY = frozenset(
    "的了在和与及或等对将已为由于是有被把并也均还都就从向到至按以经但而使让请可会能要应须不无未各每本该此其您我因若如即则再又才只仅给同跟所之者"
)
_FAMILY_NAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范廖贾夏韦付邹孟熊秦邱尹薛闫段雷侯龙史陶贺顾毛郝龚邵钱严覃武戴莫孔汤柳骆欧易樊"
)


_COUNTING = frozenset("一二三四五六七八九十百千万亿零〇个年月日天次")
# Those that join names of places and offices (市质监站, 县疾控中心).
_OF_PLACES = frozenset("省市县区镇乡村局委办站处院校在与及该本于和暂故现归方")


@dataclass(frozen=True)
class Slip:
    """``run[start:end]`` should read ``right``; ``gain`` is how much likelier that is."""

    start: int
    end: int
    right: str
    gain: float


class Slips:
    """Finds slips with one set of word lists."""

    def __init__(self, lexicon: Lexicon, segmenter: Segmenter) -> None:
        self._lexicon = lexicon
        self._inside, self._cut = segmenter.inside, segmenter.cut
        self._confusable = Confusable(lexicon)

    def find(self, text: str, known: Collection[str] = ()) -> Iterator[Slip]:
        """The slips of a text in order, none overlapping.

        :param known: words and names that are right whatever the counts say.
        """
        around = "\n".join((text, *known))
        for run in _RUN.finditer(text):
            found = [
                slip
                for slip in self._in_run(run[0], known)
                if slip.gain >= (SURE - SAID if slip.right in around else SURE)
            ]
            best = sorted(found, key=lambda slip: -slip.gain)
            kept: list[Slip] = []
            for slip in best:
                if all(slip.end <= a.start or a.end <= slip.start for a in kept):
                    kept.append(slip)
            after_figure = run.start() > 0 and text[run.start() - 1].isdigit()
            if _NUMBER_AFTER.match(text, run.end()):
                # 云教通〔2026〕64号: the end of the run names who numbered a document.
                kept = [slip for slip in kept if slip.end < len(run[0])]
            if len(run[0]) <= _LONGEST_NAME and _is_enclosed(text, *run.span()):
                continue  # “云行一卡通”: a name, or how somebody calls himself
            for slip in sorted(kept, key=lambda slip: slip.start):
                if slip.start == 0 and after_figure:
                    continue  # 61户系代签: what is counted, not a word
                if text.count(run[0][slip.start : slip.end]) > 1:
                    continue  # written the same twice it is a name rather than a slip
                yield Slip(run.start() + slip.start, run.start() + slip.end, slip.right, slip.gain)

    def doubled(self, text: str) -> Iterator[tuple[int, int]]:
        """Where a character of a word stands once more beside it (验证证), no word of its own."""
        for run in _RUN.finditer(text):
            chars = run[0]
            twice = [at for at in range(len(chars) - 1) if chars[at] == chars[at + 1]]
            if not twice:
                continue
            alone = self._doubtful(chars, self._front(chars))
            for at in twice:
                one = at if alone[at] else at + 1
                is_last = one == len(chars) - 1
                if (
                    alone[at] != alone[at + 1]
                    and (is_last or (one > at and not alone[one + 1]))
                    and not self.is_word(chars[at] * 2)
                    and chars[at] not in _COUNTING
                ):
                    yield run.start() + at, run.start() + at + 2

    def stands_apart(self, text: str, start: int, end: int) -> bool:
        """Whether a place begins and ends where words do: 扰民问题 does not hold 民问."""
        left, right = start, end
        while left > 0 and _RUN.match(text[left - 1]) and start - left < 12:
            left -= 1
        while right < len(text) and _RUN.match(text[right]) and right - end < 12:
            right += 1
        at = left
        for word in self._cut(text[left:right]):
            reaches_out = at < start < at + len(word) or at < end < at + len(word)
            if reaches_out and self.is_word(word):
                return False
            at += len(word)
        return True

    def _in_run(self, run: str, known: Collection[str]) -> Iterator[Slip]:
        size = len(run)
        if size < 2:
            return
        front = self._front(run)
        doubtful = self._doubtful(run, front)
        if size < LONGEST and not any(doubtful):
            return
        back, whole = self._back(run), front[size]
        for start in range(size - 1):
            for end in range(start + 2, min(size, start + LONGEST) + 1):
                alone = doubtful[start:end]
                # A set phrase of four with a slip in it may still cut into two words (行政居留).
                is_apart = all(alone) if end - start == 2 else any(alone)
                if not is_apart and end - start < LONGEST:
                    continue
                worth = ALL_APART if all(alone) else 0.0
                if self.is_word(run[start:end]):
                    if run[start:end] in self._counts:
                        continue
                    worth += RARE_WORD
                yield from self._changed(run, start, end, front, back, whole, known, worth)

    def _changed(
        self,
        run: str,
        start: int,
        end: int,
        front: list[float],
        back: list[float],
        whole: float,
        known: Collection[str],
        worth: float,
    ) -> Iterator[Slip]:
        typed = run[start:end]
        for at in range(end - start):
            meant = self._holes.get(f"{typed[:at]}_{typed[at + 1 :]}")
            if not meant:
                continue
            for char in self._confusable.of(typed[at]) & meant:
                right = typed[:at] + char + typed[at + 1 :]
                gain = front[start] + self._weights[right] + back[end] - whole
                if gain < _LEAST or self._is_name(run, start, end, start + at, known):
                    continue
                change = worth + self._worth(typed[at], char, right)
                alone = typed[:at] + typed[at + 1 :]
                change += BESIDE_ALONE if _STANDING_ALONE.issuperset(alone) else 0.0
                score = gain + change + self._surroundings(run, start, end, front, back)
                if score >= SURE - SAID and not self._is_inside_word(run, start, end):
                    yield Slip(start, end, right, score)

    def _worth(self, typed: str, meant: str, right: str) -> float:
        """How far the two characters and the meant word speak for a slip."""
        looks = self._confusable.looks_like(typed, meant)
        if self._confusable.same_sound(typed, meant):
            likeness = BOTH if looks else SAME_SOUND
        elif looks:
            likeness = SHAPE
        else:
            is_near = self._confusable.shares_part(typed, meant)
            likeness = SAME_PART if is_near else ALIKE_SOUND
        return (
            likeness
            + PER_COUNT * math.log(self._counts[right])
            + (OF_TRADE if right in self._trade else 0.0)
            + (LONGER if len(right) > 2 else 0.0)
            + (ALONE if typed in _STANDING_ALONE else 0.0)
            + (OF_PLACES if typed in _OF_PLACES else 0.0)
        )

    def _surroundings(
        self, run: str, start: int, end: int, front: list[float], back: list[float]
    ) -> float:
        """How far the characters beside a window speak against a slip in it."""
        worth = 0.0
        before, after = run[start - 1 : start], run[end : end + 1]
        if before and self.is_word(before + run[start]):
            worth += STRADDLES
        if after and self.is_word(run[end - 1] + after):
            worth += STRADDLES
        if before and self._word_before(run, start, front) == 1 and before not in _BESIDE_ANY:
            is_name = before in _FAMILY_NAMES and end - start == 2
            worth += NEVER if is_name else LONE_NEIGHBOUR
        if after and self._word_after(run, end, back) == 1 and after not in _BESIDE_ANY:
            worth += LONE_NEIGHBOUR
        return worth

    def _word_before(self, run: str, end: int, front: list[float]) -> int:
        """The length of the last word in the likeliest cut of what stands before a place."""
        for start in range(max(0, end - _LONGEST_WORD), end - 1):
            weight = self._weights.get(run[start:end])
            if weight is not None and abs(front[start] + weight - front[end]) < _EQUAL:
                return end - start
        return 1

    def _word_after(self, run: str, start: int, back: list[float]) -> int:
        for end in range(min(len(run), start + _LONGEST_WORD), start + 1, -1):
            weight = self._weights.get(run[start:end])
            if weight is not None and abs(back[end] + weight - back[start]) < _EQUAL:
                return end - start
        return 1

    def _is_inside_word(self, run: str, start: int, end: int) -> bool:
        """Whether a known word holds the window, or a new one part of it: 安监局, 官网."""
        for a in range(max(0, start - 3), end):
            for b in range(max(a + 2, start + 1), min(len(run), a + _LONGEST_WORD) + 1):
                holds = a <= start and end <= b
                if holds and b - a > end - start and self.is_word(run[a:b]):
                    return True
                if run[a:b] in known_words():
                    return True
        return False

    def is_mistaken_for(self, typed: str, meant: str) -> bool:
        """Whether a character sounds or looks like the one that was meant."""
        return meant in self._confusable.of(typed) or typed in self._confusable.of(meant)

    def is_word(self, typed: str) -> bool:
        """Whether general Chinese has the word, however rare."""
        # `inside` tells the shorter words of a word; one more character makes this one shorter.
        return typed in self._counts or typed in self._inside(f"{typed}〇")

    def _is_name(self, run: str, start: int, end: int, at: int, known: Collection[str]) -> bool:
        """Whether the window may be part of a name: a place, a person, a known word."""
        if _NAME_AFTER.match(run, end) or _PLACE_AFTER.match(run, end):
            return True
        if _PLACE_END.match(run[end - 1]):
            return True
        around = run[max(0, start - 6) : end + 6]
        return any(
            word in around and run.find(word) <= at < run.find(word) + len(word) for word in known
        )

    def _doubtful(self, run: str, best: list[float]) -> list[bool]:
        """Which characters the likeliest cut leaves alone: a slip breaks its word in pieces."""
        doubtful = [False] * len(run)
        at = len(run)
        while at:
            for start in range(max(0, at - _LONGEST_WORD), at):
                weight = self._weights.get(run[start:at])
                if weight is not None and abs(best[start] + weight - best[at]) < _EQUAL:
                    break
            else:
                start = at - 1
            doubtful[start] = at - start == 1
            at = start
        return doubtful

    def _front(self, run: str) -> list[float]:
        """Logarithm of the likeliest cut of what stands before each place."""
        weights, best = self._weights, [0.0]
        for end in range(1, len(run) + 1):
            top = best[end - 1] + weights.get(run[end - 1], _RARE)
            for start in range(max(0, end - _LONGEST_WORD), end - 1):
                weight = weights.get(run[start:end])
                if weight is not None and best[start] + weight > top:
                    top = best[start] + weight
            best.append(top)
        return best

    def _back(self, run: str) -> list[float]:
        """The same of what stands after each place."""
        weights, size = self._weights, len(run)
        best = [0.0] * (size + 1)
        for start in range(size - 1, -1, -1):
            top = best[start + 1] + weights.get(run[start], _RARE)
            for end in range(start + 2, min(size, start + _LONGEST_WORD) + 1):
                weight = weights.get(run[start:end])
                if weight is not None and best[end] + weight > top:
                    top = best[end] + weight
            best[start] = top
        return best

    @cached_property
    def _weights(self) -> dict[str, float]:
        """Word -> logarithm of its share of general text."""
        return {word: math.log(count / _TOTAL) for word, count in self._counts.items()}

    @cached_property
    def _counts(self) -> dict[str, float]:
        counts = {word: float(count) for word, count in self._lexicon.language.items()}
        for word in {*reply_words(), *own_words(self._lexicon)}:
            counts[word] = max(counts.get(word, 0.0), _OWN_COUNT)
        for char in {char for word in counts for char in word}:
            counts[char] = max(counts.get(char, 0.0), _UNKNOWN_CHAR)
        return counts

    @cached_property
    def _trade(self) -> frozenset[str]:
        """What replies are written with. Short words of callers are too like names."""
        return reply_words() | {word for word in own_words(self._lexicon) if len(word) > 2}

    @cached_property
    def _holes(self) -> dict[str, frozenset[str]]:
        """A word with one character left out -> the characters that make it a word."""
        table: dict[str, set[str]] = {}
        language = self._lexicon.language.items()
        common = (w for w, n in language if n >= _COMMON_FROM and len(w) > 1 and _RUN.fullmatch(w))
        for word in {*self._trade, *common}:
            if len(word) <= LONGEST:
                for at, char in enumerate(word):
                    table.setdefault(f"{word[:at]}_{word[at + 1 :]}", set()).add(char)
        return {hole: frozenset(chars) for hole, chars in table.items()}


def _is_enclosed(text: str, start: int, end: int) -> bool:
    return text[start - 1 : start] + text[end : end + 1] in ("“”", "()", "（）", '""', "《》")


def own_words(lexicon: Lexicon) -> Iterable[str]:
    """The words of the trade: what is cut whole, what callers say, what that leads to."""
    targets = (synonym.target for synonym in lexicon.synonyms)
    words = {*lexicon.user_words, *lexicon.by_asked, *targets}
    return (word for word in words if 2 <= len(word) <= 6 and _RUN.fullmatch(word))


@lru_cache(maxsize=1)
def known_words() -> frozenset[str]:
    """Words too new for the list of general Chinese."""
    return _words("known_words.txt")


@lru_cache(maxsize=1)
def reply_words() -> frozenset[str]:
    """Words that replies are written with: what a slip may be meant for, beside `own_words`."""
    return _words("reply_words.txt")


def _words(name: str) -> frozenset[str]:
    text = resources.files("kb.replies").joinpath(f"data/{name}").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return frozenset(word for line in lines for word in line.split())
