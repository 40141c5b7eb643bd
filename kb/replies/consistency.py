"""前后矛盾: what an earlier reply on the same order, or an entry in force, says differently."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kb.conflicts.brief import Brief
from kb.conflicts.compare import compare
from kb.conflicts.contacts import phones, same_phone
from kb.conflicts.days import days_in, same_days
from kb.conflicts.entry import Entry, Passage
from kb.conflicts.numerals import parse_number
from kb.conflicts.quantities import quantities
from kb.conflicts.same import same_quantity
from kb.conflicts.statements import Reader
from kb.conflicts.values import Days, Phone, Quantity
from kb.conflicts.values import Kind as ValueKind
from kb.conflicts.words import Words
from kb.replies.draft import Draft, Piece
from kb.replies.entry_facts import in_words, is_about, may_share_phone
from kb.replies.finding import Finding, Kind, Severity
from kb.replies.polarity import Stand, denied_clauses, opposed, stands
from kb.replies.told_changes import ToldChanges, pairs

# A number with whatever it counts (3车, 14处, 17时), and one that measures (浊度2.1).
_COUNTED = re.compile(
    r"(?<![\d.\-/〔\[第A-Za-z])(\d{1,9}(?:\.\d+)?)(?![\d.\-/〕\]A-Za-z])([\u4e00-\u9fff]?)"
    r"|(?<![第一二两三四五六七八九十])(?P<said>[一二两三四五六七八九十]{1,3})"
    r"(?P<of>[根处户起名辆台盏家件盒车条座栋棵间箱针张把块袋桶])"
)
# Share of the words around two values that must be the same before they are about one thing.
ALIKE, VERY_ALIKE, ENTRY_ALIKE = 0.34, 0.75, 0.6
_AGAIN = re.compile(
    "再次|再度|第二次|第三次|复查|又|后续|进一步|回访|重新|更新|更正|变更|调整为|延期|延长至|改为|上次|此前|原(?:答复|定|计划)|前期"
)


@dataclass(frozen=True)
class Earlier:
    """An earlier reply on the same order: when it was given, as people read it, and its words."""

    said_on: str
    text: str


@dataclass(frozen=True)
class InForce:
    """An entry in force on the matter: as it is called, and what the comparison knows of it."""

    name: str
    entry: Entry


class Consistency:
    """Compares replies with one set of word lists."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._reader = Reader(words)

    def with_earlier(self, draft: Draft, earlier: Sequence[Earlier]) -> Iterator[Finding]:
        """Values and statements that an earlier reply gives otherwise, the newest first."""
        seen: set[tuple[int, int]] = set()
        for reply in earlier:
            for finding in self._against(draft, Draft(reply.text), reply.said_on):
                if (finding.start, finding.end) not in seen:
                    seen.add((finding.start, finding.end))
                    yield finding

    def _against(self, draft: Draft, other: Draft, said_on: str) -> Iterator[Finding]:
        where = f"{said_on}的答复" if said_on else "以前的答复"
        told = ToldChanges(draft)
        for mine, theirs in self._unlike_values(draft, other):
            if told.cover(mine.start, mine.clause):
                continue
            yield Finding(
                Kind.EARLIER,
                Severity.SERIOUS,
                f"这里是“{_quote(draft, mine)}”，{where}里是“{_quote(other, theirs)}”",
                _quote(draft, mine),
                mine.start,
                mine.end,
                "核对后改成一致；情况有变化的，写明变化和原因",
                f"{where}：{_around(other, theirs)}",
            )
        for stand, before in self._opposed(draft, other):
            if told.cover(stand.start, stand.sentence):
                continue
            yield Finding(
                Kind.EARLIER,
                Severity.SERIOUS,
                f"这里说“{stand.said}”，{where}里说“{before.said}”",
                draft.raw[stand.start : stand.end],
                stand.start,
                stand.end,
                "核对后改成一致；情况有变化的，写明变化和原因",
                f"{where}：{before.sentence}",
            )

    def _still_stands(self, mine: Sequence["_Value"], old: "_Value", least: float) -> bool:
        """Whether the reply says the earlier value of a matter as much alike, too: then it adds
        another (停水 on the 29th as was said, 送检 on the 30th) and takes nothing back."""
        return any(
            _is_comparable(value, old) and _same(value, old) and self._alike(value, old) >= least
            for value in mine
        )

    def _opposed(self, draft: Draft, other: Draft) -> Iterator[tuple[Stand, Stand]]:
        before = list(stands(other, self._words))
        for stand in stands(draft, self._words):
            for old in before:
                if opposed(stand, old, self._words):
                    yield stand, old
                    break
        yield from denied_clauses(draft, other)

    def _unlike_values(
        self, draft: Draft, other: Draft, least: float = 0.0
    ) -> Iterator[tuple["_Value", "_Value"]]:
        mine, theirs = list(self._values(draft)), list(self._values(other))
        for value in mine:
            rivals = [old for old in theirs if _is_comparable(value, old)]
            scored = sorted(
                ((self._alike(value, old), _same(value, old), old) for old in rivals),
                key=lambda row: (-row[0], not row[1], row[2].start),
            )
            if not least:
                scored = [
                    row for row in scored if row[1] or not self._still_stands(mine, row[2], row[0])
                ]
            if not scored or scored[0][1] or _AGAIN.search(value.clause):
                continue
            score, _, old = scored[0]
            # Said again elsewhere in either reply, it must be the very same sentence that differs.
            is_elsewhere = any(same for _, same, _ in scored) or any(
                _is_comparable(new, old) and _same(new, old) for new in mine
            )
            if least and not is_elsewhere and _stands_after_the_same(value, old):
                score = 1.0
            if score >= max(least, VERY_ALIKE if is_elsewhere else ALIKE):
                yield value, old

    def _values(self, draft: Draft) -> Iterator["_Value"]:
        for sentence in draft.sentences:
            found: list[tuple[ValueKind, Quantity | Days | Phone, int, int]] = [
                *((r.kind, r.meaning, r.start, r.end) for r in quantities(sentence.text)),
                *((ValueKind.DATE, days, a, b) for days, a, b in days_in(sentence.text)),
                *(
                    (ValueKind.PHONE, phone, a, b)
                    for phone, a, b in phones(sentence.text, 0, len(sentence.text), "电话")
                ),
            ]
            dates = [(a, b) for kind, _, a, b in found if kind is ValueKind.DATE]
            busy = [(a, b) for _, _, a, b in found]
            for number in _COUNTED.finditer(sentence.text):
                if all(number.end() <= a or b <= number.start() for a, b in busy):
                    value = Decimal(number[1]) if number[1] else parse_number(number["said"])
                    counted = Quantity(value, value, f"[{number[2] or number['of'] or ''}]")
                    found.append((ValueKind.COUNT, counted, *number.span()))
            for kind, meaning, start, end in found:
                if kind is not ValueKind.DATE and any(a < end and start < b for a, b in dates):
                    continue
                clause = _clause(sentence, start, end)
                if _is_signature(draft, sentence, clause):
                    continue
                yield _Value(
                    kind,
                    meaning,
                    sentence.start + start,
                    sentence.start + end,
                    clause,
                    self._words.topics(clause),
                    pairs(clause),
                )

    def _alike(self, one: "_Value", other: "_Value") -> float:
        by_pairs = len(one.pairs & other.pairs) / max(1, min(len(one.pairs), len(other.pairs)))
        total = min(self._words.total(one.topics), self._words.total(other.topics))
        by_words = self._words.met(one.topics, other.topics) / total if total else 0.0
        if one.kind is ValueKind.PHONE:
            return 1.0 if _is_office_phone(one) and _is_office_phone(other) else by_words
        return max(by_pairs, min(1.0, by_words))

    def with_entries(
        self, title: str, draft: Draft, entries: Sequence[InForce]
    ) -> Iterator[Finding]:
        """Values that an entry in force gives otherwise."""
        if not entries:
            return
        seen: set[tuple[int, int]] = set()
        for in_force in entries:
            if not is_about(self._words, in_force.entry.title, f"{title}\n{draft.text}"):
                continue
            text = Draft("\n".join(passage.text for passage in in_force.entry.passages))
            whole = f"{in_force.entry.title}\n{text.text}"
            for start, end, said in in_words(draft.text, text.text):
                seen.add((start, end))
                yield _entry_finding(draft, start, end, in_force.name, said, said)
            for value, theirs in self._unlike_values(draft, text, least=ENTRY_ALIKE):
                if value.kind is ValueKind.PHONE and not may_share_phone(value.clause, whole):
                    continue
                is_named = _stands_after_the_same(value, theirs)
                if is_named or (
                    len(value.pairs & theirs.pairs) > 2 and _stands_alike(value, theirs)
                ):
                    seen.add((value.start, value.end))
                    yield _against_entry(draft, value, in_force.name, text, theirs)
            told = list(self._values(text))
            mine_said = {(v.start, v.end): v for v in self._values(draft)}
            brief = Brief(in_force.entry, self._reader)
            for name in dict.fromkeys((title, in_force.entry.title)):
                mine = Brief(Entry(name, [Passage(0, "", draft.raw)]), self._reader)
                for found in compare(mine, brief):
                    start, end = found.left.start, found.left.end
                    own = mine_said.get((start, end))
                    is_phone = own is not None and own.kind is ValueKind.PHONE
                    if is_phone and not may_share_phone(own.clause if own else "", whole):
                        continue
                    if any(a < end and start < b for a, b in seen) or (
                        own and any(_is_comparable(own, v) and _same(own, v) for v in told)
                    ):
                        continue
                    seen.add((start, end))
                    passage = next(
                        p for p in in_force.entry.passages if p.ordinal == found.right.ordinal
                    )
                    printed = passage.text[found.right.start : found.right.end]
                    said = passage.text[found.right.clause_start : found.right.clause_end]
                    yield _entry_finding(
                        draft, start, end, in_force.name, printed, said.strip(), found.attribute
                    )


def _against_entry(
    draft: Draft, value: "_Value", name: str, text: Draft, theirs: "_Value"
) -> Finding:
    return _entry_finding(
        draft, value.start, value.end, name, _quote(text, theirs), _around(text, theirs)
    )


def _entry_finding(
    draft: Draft, start: int, end: int, name: str, printed: str, said: str, attribute: str = ""
) -> Finding:
    mine = draft.raw[start:end]
    return Finding(
        Kind.ENTRY,
        Severity.SERIOUS,
        f"{attribute}这里是“{mine}”，现行条目《{name}》是“{printed}”",
        mine,
        start,
        end,
        "以现行条目为准改正；条目已过时的，请提出纠错",
        f"《{name}》：{said}",
    )


@dataclass(frozen=True)
class _Value:
    kind: ValueKind
    meaning: Quantity | Days | Phone
    start: int
    end: int
    clause: str
    topics: frozenset[str]
    pairs: frozenset[str]


def _stands_alike(one: "_Value", other: "_Value") -> bool:
    """Whether the characters right beside both values share one: 毕业5年内 is not 满一年."""
    return any(
        set(_beside(one.clause, before)) & set(_beside(other.clause, before))
        for before in (True, False)
    )


def _stands_after_the_same(one: "_Value", other: "_Value") -> bool:
    """Whether the same three characters stand right before both: 工本费15元."""
    mine = _beside(one.clause, before=True)
    return len(mine) == 3 and mine == _beside(other.clause, before=True)


def _beside(clause: str, before: bool) -> str:
    left, _, right = clause.partition("□")
    side = re.sub("[^\u4e00-\u9fff]", "", left if before else right)
    return side[-3:] if before else side[:3]


def _clause(sentence: Piece, start: int, end: int) -> str:
    """The clause of a value and the one before it, without the value."""
    text = sentence.text
    left = max((text.rfind(mark, 0, start) for mark in "，,：:"), default=-1) + 1
    rights = [at for mark in "，," if (at := text.find(mark, end)) >= 0]
    right = min(rights, default=len(text))
    if right - left - (end - start) < 8:
        left = max((text.rfind(mark, 0, max(left - 1, 0)) for mark in "，,：:"), default=-1) + 1
    return f"{text[left:start]}□{text[end:right]}"


def _is_signature(draft: Draft, sentence: Piece, clause: str) -> bool:
    is_last = sentence.end >= len(draft.text.rstrip()) - 1
    return (
        is_last
        and len(re.sub("[^\u4e00-\u9fff]", "", clause)) <= 16
        and sentence.text[-1] not in "。！!"
    )


def _is_comparable(one: _Value, other: _Value) -> bool:
    if one.kind is not other.kind:
        return False
    if isinstance(one.meaning, Quantity) and isinstance(other.meaning, Quantity):
        units = {one.meaning.unit, other.meaning.unit}
        return len(units) == 1 or units == {"工作日", "分钟"}
    return True


def _same(one: _Value, other: _Value) -> bool:
    match one.meaning, other.meaning:
        case Quantity(), Quantity():
            return same_quantity(one.meaning, other.meaning)
        case Days(), Days():
            return same_days(one.meaning, other.meaning)
        case Phone(), Phone():
            return same_phone(one.meaning, other.meaning)
    return False


def _is_office_phone(value: _Value) -> bool:
    return bool(re.search("咨询|联系|电话|致电|拨打|服务|热线", value.clause))


def _quote(draft: Draft, value: _Value) -> str:
    return draft.raw[value.start : value.end]


def _around(draft: Draft, value: _Value) -> str:
    for sentence in draft.sentences:
        if sentence.start <= value.start < sentence.end:
            return sentence.text[:120]
    return _quote(draft, value)
