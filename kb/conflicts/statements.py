"""Statements: every value that an entry tells, with what it is about and for whom it holds."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.conflicts.entry import Entry, Passage, Statement
from kb.conflicts.finding import Found, values_in
from kb.conflicts.layout import Clause, Sentence, level, sentences
from kb.conflicts.roles import of_free, role_of
from kb.conflicts.values import Kind, Meaning, Quantity
from kb.conflicts.words import Words

TABLE_ROW = "table_row"
# What a document says of itself is no answer to a caller.
_OF_ITSELF = re.compile(
    "(?:本|该)(?:办法|通知|规定|意见|细则|方案|标准|通告|公告|措施|规则|条例|决定|政策)[^。]{0,30}(?:施行|实施|执行|有效|印发|发布|废止|生效)"
    "|(?<![日天月时]内)(?:施行|印发|发布|公布|通过|修正|修订|修改|签发)[^，。]{0,4}$|同时废止|以[^，。]{0,12}为准"
)
# The second column of a table of two: the first one says what the value is.
_SAYS_NOTHING = re.compile("内容|说明|备注|规定|要求|具体(?:内容|规定|要求)")
_LONG = (Kind.MATERIALS, Kind.RULE)  # their words are not the value alone
_CITED = re.compile(r"《[^》]*》(?:\s?\([^)]*\))?|〔\d{4}〕\d+号")
_HOUSE = re.compile(
    "[\u4e00-\u9fff]{2,3}[区县](?=[^，,。；;]{1,8}(?:路|街|大道|巷)[^，,。；;]{0,3}\\d)"
)
_CASE = re.compile("([^，,、]{2,24})的(?:人员|家庭|单位|企业|对象)?[，,]")
_CASE_INSIDE = re.compile(
    "^([^，,、的]{2,16})的(?:人员|家庭|单位|企业|对象)?(?=每|按|给|发|补|最|一次)"
)
_OF_YEAR = re.compile(r"(20\d\d)(?:学|财政)?年度(?!起)")
_YEAR = re.compile(r"(20\d\d)(?:学|财政|自然)?年(?:度)?(?!\s?\d{1,2}\s?月)")


@dataclass
class Reader:
    """Reads the statements of entries with one set of word lists."""

    words: Words

    def statements(self, entry: Entry) -> list[Statement]:
        """Every statement of an entry in reading order."""
        found: list[Statement] = []
        for passage in entry.passages:
            found.extend(self._passage(entry.title, passage))
        return found

    def _passage(self, title: str, passage: Passage) -> Iterator[Statement]:
        text = level(passage.text)
        heading = " ".join(level(passage.heading).split(" > ")[-2:])
        blanked = _CITED.sub(lambda cited: "□" * len(cited[0]), text)
        row = text if passage.kind == TABLE_ROW else ""
        before_row: list[Quantity] = []
        for sentence in sentences(blanked, passage.kind):
            said = blanked[sentence.start : sentence.end]
            if _OF_ITSELF.search(said):
                continue
            context = _Context(level(title), heading, row, passage, blanked, sentence)
            values = list(values_in(self.words, blanked, sentence, context.label))
            yield from self._statements(context, values, before_row if row else [])
            before_row.extend(m for _, m, *_ in values if isinstance(m, Quantity))

    def _statements(
        self,
        at: "_Context",
        values: Sequence[Found],
        row_limits: Sequence[Quantity],
    ) -> Iterator[Statement]:
        sentence, text = at.sentence, at.text
        spans = [(first, last) for kind, _, first, last in values if kind not in _LONG]
        listed = [(first, last) for kind, _, first, last in values if kind == Kind.MATERIALS]
        for kind, meaning, start, end in values:
            clause = _clause_at(sentence, start)
            since = _since(sentence, clause, kind, values)
            own = _blank(text, clause.start, clause.end, spans)
            before = _blank(text, since, clause.start, spans)
            if kind == Kind.HOURS:
                own = _blank(text, sentence.value_start, sentence.end, spans)
            named = f"{at.title}\n{at.heading}\n{at.label}"
            told = _blank(before, 0, len(before), [(a - since, b - since) for a, b in listed])
            scope = f"{at.heading} {sentence.label} {at.row} {told} {own}"
            if kind in (Kind.MATERIALS, Kind.ADDRESS):
                lead = text[sentence.value_start : start]
                near_text = f"{sentence.label} {at.row_key} {lead}"
                scope = f"{at.heading} {near_text}"
            else:
                near_text = f"{sentence.label} {at.row_key} {before[-24:]} {own}"
            spoken = _spoken(text, sentence, kind, start, end)
            limits = [
                m
                for _, m, first, last in values
                if isinstance(m, Quantity) and since <= first and last <= start and _is_limit(m)
            ]
            yield Statement(
                kind=kind,
                role=of_free()
                if isinstance(meaning, Quantity) and meaning.unit == "元" and not meaning.high
                else role_of(kind, own, start - clause.start, before, named, _unit(meaning)),
                meaning=meaning,
                ordinal=at.passage.ordinal,
                start=start,
                end=end,
                clause_start=sentence.start,
                clause_end=sentence.end,
                label=sentence.label,
                near_text=near_text,
                around_text=f"{at.heading} {spoken} {at.row}",
                topics=self.words.topics,
                scope_text=scope,
                who=self._who(before, own[: max(0, start - clause.start)]),
                conditions=(*row_limits, *limits),
                years=frozenset(_YEAR.findall(text, sentence.start, sentence.end)),
                of_years=frozenset(_OF_YEAR.findall(text, sentence.start, sentence.end)),
                spoken_text=spoken,
            )

    def _who(self, before: str, own: str) -> frozenset[str]:
        cases = [*_CASE.findall(before), *_CASE_INSIDE.findall(own)]
        return frozenset(word for case in cases[-1:] for word in self.words.topics(case))


@dataclass(frozen=True)
class _Context:
    title: str
    heading: str
    row: str
    passage: Passage
    text: str
    sentence: Sentence

    @property
    def row_key(self) -> str:
        return self.row.split(";")[0].split("；")[0]

    @property
    def label(self) -> str:
        """What its colon, its table row or its heading says that the values are."""
        own = self.sentence.label
        if self.row and _SAYS_NOTHING.fullmatch(own):
            return re.split("[:：]", self.row_key)[-1].strip()
        return own or self.list_label

    @property
    def list_label(self) -> str:
        """A heading that says what the lines below it are."""
        tail = self.heading.split(" ")[-1]
        return (
            tail
            if re.search("材料|资料|证件|地点|地址|电话|时间", tail) and len(tail) <= 12
            else ""
        )


def _unit(meaning: Meaning) -> str:
    return meaning.unit if isinstance(meaning, Quantity) else ""


def _is_limit(quantity: Quantity) -> bool:
    return quantity.unit != "元" and (
        bool(quantity.bound) or quantity.low != quantity.high or quantity.unit == "周岁"
    )


def _clause_at(sentence: Sentence, at: int) -> Clause:
    for clause in sentence.clauses:
        if clause.start <= at < clause.end:
            return clause
    return sentence.clauses[-1]


def _since(
    sentence: Sentence,
    clause: Clause,
    kind: Kind,
    values: Sequence[Found],
) -> int:
    """Where the words that may belong to a value begin: after the last value of its kind."""
    ends = [
        _clause_at(sentence, first).end
        for other, meaning, first, last in values
        if other == kind
        and last <= clause.start
        and not (isinstance(meaning, Quantity) and _is_limit(meaning))
    ]
    return max(ends, default=sentence.value_start)


def _spoken(text: str, sentence: Sentence, kind: Kind, start: int, end: int) -> str:
    """The sentence without what only lists papers or says where a house stands."""
    said = text[sentence.start : sentence.end]
    if kind in (Kind.MATERIALS, Kind.ADDRESS):
        said = text[sentence.start : start] + text[end : sentence.end]
    return _HOUSE.sub(" ", said)


def _blank(text: str, start: int, end: int, spans: Sequence[tuple[int, int]]) -> str:
    piece = list(text[start:end])
    for first, last in spans:
        for at in range(max(first, start), min(last, end)):
            piece[at - start] = "□"
    return "".join(piece)
