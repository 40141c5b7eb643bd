"""Pages of questions and answers (常见问题, 问答) as entries of their own, as a table of them is.

Only a page that is nothing else is taken apart: most of its text is pairs, and it says that it
holds questions, by its title or by 问：答： before most of them. A 政策解读 whose headings ask
stays whole, since its questions mean nothing apart from it; so does a document with a 文号.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from docs_import.dates import first_date
from docs_import.document import Block, Record
from docs_import.head_lines import answer_after, is_said, organ_names, question_words
from docs_import.hints import LABELS, labelled
from docs_import.kinds import names_questions
from docs_import.limits import Limits
from docs_import.markdown_body import write
from docs_import.markdown_read import Placed
from docs_import.metadata_fields import Metadata
from docs_import.page_subject import subject_of, with_subject
from docs_import.sections import Section, sections
from docs_import.sheet_headers import meaning_of
from docs_import.sheet_records import MAX_VARIANTS, record_of
from docs_import.sheet_rows import Row

_FEWEST = 3
_MOST = 0.75  # of the characters
_SAID = 0.8  # of the pairs
_DAY = re.compile(r"(?:发布|更新)?(?:日期|时间)?[：:]?\s*(?:19|20)\d{2}[年./-].*$")
_NUMBER = re.compile(r"^\d{1,3}\s*[.．](?=(?:19|20)\d{2}年)")
_ASKS_FOR_IT = re.compile("电话|号码|联系|咨询|热线|找谁|地址|地点|在哪|哪里|哪儿|怎么走|什么地方")
_REACHED = re.compile(
    r"[^：:。；？?]{0,14}(?:电话|热线|联系方式|地址|网址|邮箱|工作时间|办公时间|服务时间)[：:][^。？?]{3,80}。?$"
)
_EXPLAINS = re.compile(r"解读")
_LABELLED = re.compile(r"(?P<label>[^：:。？?]{1,12})[：:]\s*(?P<value>\S.*)$", re.DOTALL)
# Lines of an answer that say something about the pair; others stay in its text.
_KEPT_APART = frozenset({"similar", "audience"})
_COMMON = ("issuing_authority", "issued_on", "valid_from", "valid_until")


@dataclass
class _Pair:
    question: str
    is_said: bool
    answer: list[Block] = field(default_factory=list)
    apart: dict[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        return (
            len(self.question) + sum(map(_size, self.answer)) + sum(map(len, self.apart.values()))
        )


@dataclass(frozen=True)
class Taken:
    """The records of a page of questions or of forms, none for other documents.

    :ivar left_out: what the page says that belongs to none of them, such as its introduction.
    """

    records: tuple[Record, ...] = ()
    left_out: tuple[str, ...] = ()


def question_records(
    blocks: Sequence[Block], title: str, name: str, metadata: Metadata, limits: Limits
) -> Taken:
    """Return one record a pair; none when the document is no page of questions.

    :param blocks: with headings marked.
    :param name: of the file, without its suffix; it may say 常见问题 where the title does not.
    :param metadata: of the document: its authority and days hold for every pair.
    """
    if metadata.document_number is not None:
        return Taken()
    page = _Page()
    for section in sections([Placed(block, 0, 0) for block in blocks], title):
        page.take(section)
    pairs = page.pairs
    inside, said = sum(pair.size for pair in pairs), sum(pair.is_said for pair in pairs)
    if (
        len(pairs) < _FEWEST
        or inside < _MOST * (inside + sum(map(_size, page.beside)))
        or not (_announced(title, name) or said >= _SAID * len(pairs))
        or any(not pair.answer for pair in pairs)
    ):
        return Taken()
    source = f"来源：《{title}》{page.closing()}"
    common, subject = _common(page.head, metadata), subject_of(title)
    records = (
        _record(pair, at, (subject, source), common, limits)
        for at, pair in enumerate(pairs, start=1)
    )
    return Taken(tuple(records), left_out(page.beside))


def left_out(beside: Sequence[Block]) -> tuple[str, ...]:
    """The texts of blocks that are taken into no record; headings say nothing by themselves."""
    told = (block for block in beside if block.kind != "heading")
    texts = (block.text or " ".join(cell for row in block.rows for cell in row) for block in told)
    return tuple(text for text in texts if text.strip())


def _announced(title: str, name: str) -> bool:
    said = f"{title} {name}"
    return names_questions(said) and not _EXPLAINS.search(said)


class _Page:
    """The sections of a page: its pairs, the lines above them, and what belongs to none."""

    def __init__(self) -> None:
        self.pairs: list[_Pair] = []
        self.head: list[Block] = []
        self.beside: list[Block] = []

    def take(self, section: Section) -> None:
        blocks = [placed.block for placed in section.placed]
        if section.kind == "qa":
            # Headings of a group of questions stand before the first of them.
            at = next(i for i, b in enumerate(blocks) if question_words(b.text) == section.question)
            self.beside += blocks[:at]
            self.pairs.append(_pair(section.question, blocks[at:]))
        elif section.kind in ("head", "signature") or not self.pairs:
            self.head += blocks
            if section.kind not in ("head", "signature"):
                self.beside += [block for block in blocks if not _names_source(block)]
        elif blocks[0].kind != "heading":
            self.pairs[-1].answer += blocks  # a table, and what is said below it
        else:
            self.beside += blocks

    def closing(self) -> str:
        """Take the lines below the last answer that are the page's own (咨询电话：…), as words
        in brackets. Where other answers end with such a line, or the last question asks for it
        (怎么联系？), it is the answer's.
        """
        *before, last = self.pairs
        if _ASKS_FOR_IT.search(last.question) or any(
            _reaches(block) for pair in before for block in pair.answer
        ):
            return ""
        at = len(last.answer)
        while at > 1 and _reaches(last.answer[at - 1]):
            at -= 1
        said = "；".join(block.text.rstrip("。；") for block in last.answer[at:])
        last.answer = last.answer[:at]
        return f"（{said}）" if said else ""


def _reaches(block: Block) -> bool:
    """咨询电话：0999-8241266, a line that says how the office is reached and nothing else."""
    return block.kind == "paragraph" and bool(_REACHED.match(block.text))


def _names_source(block: Block) -> bool:
    """来源：云汀市公安局 2026年3月1日, which becomes a value of every pair."""
    label, value = labelled(block.text) or ("", "")
    meaning = LABELS.get(label, "")
    return bool(value) and meaning in ("source", "publisher", "authority", "published_on")


def _common(head: Sequence[Block], metadata: Metadata) -> dict[str, str]:
    """What the page says of all its pairs: in its metadata, else in the lines above them."""
    common = {each: found.value for each in _COMMON if (found := getattr(metadata, each))}
    for block in head:
        if not _names_source(block):
            continue
        value = (labelled(block.text) or ("", ""))[1]
        day = first_date(value)
        if day:
            common.setdefault("issued_on", day)
        organs = organ_names(_DAY.sub("", value))
        if organs:
            common.setdefault("issuing_authority", "、".join(organs))
    if metadata.audience is not None and metadata.audience.value == "internal":
        common["audience"] = "internal"
    return common


def _pair(question: str, blocks: Sequence[Block]) -> _Pair:
    pair = _Pair(question, is_said(blocks[0].text))
    on_its_line = answer_after(blocks[0].text)
    said = [Block("paragraph", on_its_line)] if on_its_line else []
    if len(blocks) > 1 and blocks[1].kind == "paragraph" and not said:
        first = replace(blocks[1], text=answer_after(blocks[1].text) or blocks[1].text)
        pair.is_said = pair.is_said or first != blocks[1]
        said, blocks = [first], blocks[1:]
    for block in _listed([*said, *blocks[1:]]):
        meaning, value = _apart(block)
        if meaning:
            joined = filter(None, (pair.apart.get(meaning), value))
            pair.apart[meaning] = "\n".join(joined)
        else:
            pair.answer.append(block)
    return pair


def _listed(blocks: Sequence[Block]) -> Iterator[Block]:
    """Blocks, in which 相似问： and the list below it have become one."""
    label: Block | None = None
    for block in blocks:
        if label is not None and block.kind == "list":
            yield replace(block, text=label.text + block.text, kind="paragraph")
            label = None
            continue
        if label is not None:
            yield label
            label = None
        if block.kind == "paragraph" and meaning_of("qa", block.text) == "similar":
            label = block
        else:
            yield block
    if label is not None:
        yield label


def _apart(block: Block) -> tuple[str, str]:
    """What a line such as 相似问：… says of the pair, ("", "") for a line of the answer."""
    labelled = _LABELLED.match(block.text) if block.kind == "paragraph" else None
    meaning = meaning_of("qa", labelled["label"]) if labelled else ""
    return (meaning, labelled["value"]) if labelled and meaning in _KEPT_APART else ("", "")


def _record(
    pair: _Pair, number: int, page: tuple[str, str], common: dict[str, str], limits: Limits
) -> Record:
    """Return a pair as an entry.

    :param page: what the page is about, which a question may leave out, and the line naming it.
    """
    subject, source = page
    # 1.2025年度… is no decimal.
    question = _NUMBER.sub("", pair.question)
    cells = {"question": question, "answer": "…", **common, **pair.apart}
    record = record_of("qa", Row(number, cells, {}), limits)
    full = with_subject(question, subject)
    variants = record.variants
    if full and full not in variants and len(variants) < MAX_VARIANTS:
        variants = (*variants, full)
    body = write([*pair.answer, Block("paragraph", source)])
    return replace(record, body=body, row=number, variants=variants)


def _size(block: Block) -> int:
    return len(block.text) + sum(len(cell) for row in block.rows for cell in row)
