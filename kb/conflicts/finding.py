"""Every value of one sentence, of whatever kind, with its place."""

import re
from collections.abc import Iterator

from kb.conflicts.contacts import opening_hours, phones, read_address
from kb.conflicts.days import days_in
from kb.conflicts.layout import Sentence
from kb.conflicts.papers import read_papers
from kb.conflicts.quantities import quantities
from kb.conflicts.rules import rules
from kb.conflicts.values import Kind, Meaning
from kb.conflicts.words import Words

Found = tuple[Kind, Meaning, int, int]

_ADDRESS_LABEL = re.compile("地址|地点|位置|场所|网点|窗口(?!电话)|在哪")
_ADDRESS_SAID = re.compile(
    "(?:地址(?:为|是|在)?|位于|设在|迁至|搬(?:迁)?(?:到|至)|(?:前往|"
    "到|在|去)(?=[^，。]{0,16}(?:路|街|大道|巷)[^，。]{0,3}\\d))[:]?"
)
_FORMERLY = re.compile("(?:由|从|原|不设|不受|不再|取消|曾)[^，,。]{0,8}$")
_NO_LONGER = re.compile("(?:原|不设|不受|不再|取消|曾)[^，,。]{0,8}$")
_OF_OLD = re.compile("20\\d\\d年(?:度|底)?(?:以前|之前)的[^。]*$")
# 降低50% says by how much, not what it is.
_CHANGED_BY = re.compile("(?:提高|提升|上浮|上调|增加|降低|下调|下浮|下降|减少)了?约?$")
_RAISED = re.compile(
    "[^，,。]{0,6}(?:提高|提升|上调|下调|调整|调|增加?|延长|缩短|压缩|降低?|改|变更?)[^，,。]{0,3}(?:到|至|为|成)"
)


def values_in(words: Words, text: str, sentence: Sentence, label: str) -> Iterator[Found]:
    """The values of a sentence of a levelled passage: kind, meaning, start, end.

    :param label: what its colon, row or heading says that the values are (所需材料), or "".
    """
    start, end = sentence.value_start, sentence.end
    papers = read_papers(text, start, end, label)
    if papers is not None:
        yield Kind.MATERIALS, *papers
    hours = opening_hours(text, start, end)
    if hours is not None:
        yield Kind.HOURS, *hours
    for phone in phones(text, start, end, label):
        yield Kind.PHONE, *phone
    yield from _addresses(text, sentence, label)
    busy = [hours[1:]] if hours is not None else []
    if papers is not None:
        busy.append(papers[1:])
    for days, first, last in days_in(text[start:end]):
        busy.append((start + first, start + last))  # 10日 in a day is no length of time
        if not _is_signature(text, start + first, start + last, sentence):
            yield Kind.DATE, days, start + first, start + last
    for reading in quantities(text[start:end]):
        first, last = start + reading.start, start + reading.end
        if _is_past(text, first, last) or (
            reading.kind in (Kind.MONEY, Kind.SHARE) and _CHANGED_BY.search(text, start, first)
        ):
            continue
        if all(last <= a or b <= first for a, b in busy):
            yield reading.kind, reading.meaning, first, last
    for clause in sentence.clauses:
        for rule in rules(words, text, clause.start, clause.end):
            yield Kind.RULE, *rule


def _addresses(text: str, sentence: Sentence, label: str) -> Iterator[Found]:
    start, end = sentence.value_start, sentence.end
    if not _ADDRESS_LABEL.search(label):
        said = _ADDRESS_SAID.search(text, start, end)
        if said is None:
            return
        start = said.end()
        comma = re.compile("[，,]").search(text, start, end)
        end = comma.start() if comma else end
    address = read_address(text[start:end])
    if address.road or address.building or address.window:
        yield Kind.ADDRESS, address, start, end


def _is_signature(text: str, start: int, end: int, sentence: Sentence) -> bool:
    return not text[sentence.start : start].strip() and not text[end : sentence.end].strip()


def _is_past(text: str, start: int, end: int) -> bool:
    """由800元提高到1000元, 原为800元, 不设六十日的限制: what does not hold any more."""
    return bool(_OF_OLD.search(text, max(0, start - 40), start)) or bool(
        _FORMERLY.search(text, max(0, start - 10), start)
        and (_RAISED.match(text, end) or _NO_LONGER.search(text, max(0, start - 10), start))
    )
