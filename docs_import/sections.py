"""Blocks into sections: runs of blocks under one heading path, head, signature, question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from docs_import import headings
from docs_import.document import Block
from docs_import.head_lines import (
    head_length,
    is_example,
    is_question,
    question_words,
    signature_length,
    wonders,
)
from docs_import.heading_path import Heading, ends, label_of
from docs_import.markdown_read import Placed
from docs_import.numbering import Marker, Rank, marker

HEAD = "文件头"
SIGNATURE = "落款"
# （一）自愿申请。申请时… and （一）在校学生：…; a longer phrase before 。 is a sentence.
_RUN_IN = re.compile(r"(?:([^。：:；;，,！？?]{2,16})。|([^。：:；;，,！？?]{2,24})[：:])(?=\S)")
_QUESTIONS = re.compile(r"问答|常见问题|答疑|解答|\d+问")
_ATTACHMENT = re.compile(r"附\s*[件表录图]\s*[0-9一二三四五六七八九十]*\s*[：:]?$")


@dataclass
class Section:
    """Blocks that stand together.

    :ivar path: heading labels from the outside in.
    :ivar kind: text, article (one 条), qa, table, head or signature.
    :ivar question: for qa, the question's words; its block is the first of `placed`.
    """

    path: tuple[str, ...]
    kind: str
    placed: list[Placed] = field(default_factory=list)
    question: str = ""


def sections(placed: Sequence[Placed], title: str = "") -> list[Section]:
    """Return the sections of a document in order; every block is in exactly one."""
    marked = headings.mark_headings([p.block for p in placed], title)
    stream = [replace(p, block=block) for p, block in zip(placed, marked, strict=True)]
    return _Sectioner(stream, title).run()


class _Sectioner:
    def __init__(self, stream: list[Placed], title: str) -> None:
        self.stream = stream
        self.title = title
        self.done: list[Section] = []
        self.stack: list[Heading] = []
        self.article = ""  # label of the open 条
        self.question: Heading | None = None
        # Headings waiting for the text they stand over.
        self.pending: list[Placed] = []

    def run(self) -> list[Section]:
        blocks = [p.block for p in self.stream]
        at = head_length(blocks, self.title)
        if at:
            self._emit(Section((HEAD,), "head", self.stream[:at]))
        while at < len(self.stream):
            count = signature_length(blocks, at)
            if count:
                self._flush_pending()
                self._emit(Section((SIGNATURE,), "signature", self.stream[at : at + count]))
                self.question = None
                at += count
                continue
            self._take(self.stream[at], blocks[at + 1] if at + 1 < len(blocks) else None)
            at += 1
        self._flush_pending()
        return self.done

    def _take(self, placed: Placed, follower: Block | None) -> None:
        block = placed.block
        if block.kind == "table":
            self._add_table(placed)
            return
        number = marker(block.text)
        asks = is_question(block, follower) or self._asks(block, number, follower)
        if asks and not self._illustrates(block):
            self._open_question(placed, number)
        elif block.kind == "heading" and not self._inside_answer(block, number):
            self._open_heading(placed, number)
        elif _ATTACHMENT.match(block.text):
            self._open_heading(placed, None)
        elif number and number.rank == Rank.ARTICLE:
            self._open_article(placed, number)
        elif number and number.rank > Rank.ARTICLE and self._closes(number):
            self._run_in(placed, number)
        else:
            self._continue(placed)

    def _asks(self, block: Block, number: Marker | None, follower: Block | None) -> bool:
        """一、补办要多久 on a page of questions (常见问题) is one, though without its sign."""
        return bool(
            block.kind == "heading"
            and number is not None
            and follower is not None
            and follower.kind != "heading"
            and _QUESTIONS.search(self.title)
            and wonders(block.text)
        )

    def _illustrates(self, block: Block) -> bool:
        """案例2：…是否符合？ in an answer is an example of it, unless the question is one, too."""
        if self.question is None or block.kind != "paragraph":
            return False
        return is_example(block.text) and not is_example(self.question.label)

    def _inside_answer(self, block: Block, number: Marker | None) -> bool:
        """A heading below an open question belongs to its answer."""
        if self.question is None:
            return False
        if self.question.rank is not None and number is not None:
            return number.rank > self.question.rank
        if number is not None:
            return number.rank > Rank.CHINESE_COMMA
        return self.question.level is not None and block.level > self.question.level

    def _closes(self, number: Marker) -> bool:
        """Tell whether a numbered paragraph starts something new where we stand."""
        if self.article:
            return number.rank == Rank.CHINESE_COMMA
        if self.question is not None:
            limit = self.question.rank or Rank.CHINESE_PAREN
            return number.rank <= limit and number.rank <= Rank.CHINESE_COMMA
        open_ranks = [heading.rank for heading in self.stack if heading.rank is not None]
        return number.rank <= max([Rank.CHINESE_PAREN, *open_ranks])

    def _open_heading(self, placed: Placed, number: Marker | None) -> None:
        block = placed.block
        if number and number.rank == Rank.ARTICLE:
            self._open_article(placed, number)
            return
        self.article, self.question = "", None
        level = block.level if block.kind == "heading" else 2
        rank = number.rank if number else None
        self._pop(rank, level)
        if level > 1 or not self._is_title(block.text):
            self.stack.append(Heading(label_of(block.text), rank, level))
        self.pending.append(placed)

    def _is_title(self, text: str) -> bool:
        """The document's own title is no part of the path: every passage would repeat it."""
        if not self.done and not self.pending:
            return True
        line, title = headings.squeeze(text), headings.squeeze(self.title)
        return bool(title) and (line in title or title in line)

    def _pop(self, rank: Rank | None, level: int | None) -> None:
        while self.stack and ends(self.stack[-1], rank, level):
            self.stack.pop()

    def _open_article(self, placed: Placed, number: Marker) -> None:
        self.question = None
        self._pop(number.rank, None)
        self.article = number.label
        self._start("article", placed, (*self._path(), label_of(number.label)))

    def _run_in(self, placed: Placed, number: Marker) -> None:
        self.article, self.question = "", None
        depth = len(self.stack)
        self._pop(number.rank, None)
        phrase = _RUN_IN.match(number.rest)
        # 3.循环支持：… names a part only where 2.呼吸支持 was a heading.
        if phrase and (number.rank <= Rank.CHINESE_PAREN or len(self.stack) < depth):
            label = label_of(f"{number.label}{phrase[1] or phrase[2]}")
            self.stack.append(Heading(label, number.rank, None))
        self._start("text", placed, self._path())

    def _open_question(self, placed: Placed, number: Marker | None) -> None:
        self.article = ""
        block = placed.block
        level = block.level if block.kind == "heading" else None
        rank = number.rank if number else None
        if rank is not None or level is not None:
            self._pop(rank, level)
        self.question = Heading(block.text, rank, level)
        words = question_words(block.text)
        section = Section((*self._path(), label_of(words, 80)), "qa", [placed], words)
        self._emit(self._with_pending(section))

    def _start(self, kind: str, placed: Placed, path: tuple[str, ...]) -> None:
        self._emit(self._with_pending(Section(path, kind, [placed])))

    def _with_pending(self, section: Section) -> Section:
        section.placed[:0] = self.pending
        self.pending = []
        return section

    def _add_table(self, placed: Placed) -> None:
        path = self._path()
        if self.article:
            path = (*path, self.article)
        elif self.question is not None:
            path = (*path, label_of(question_words(self.question.label), 80))
        self._flush_pending()
        self._emit(Section(path, "table", [placed]))

    def _continue(self, placed: Placed) -> None:
        last = self.done[-1] if self.done else None
        if last is not None and not self.pending and self._is_open(last):
            last.placed.append(placed)
            return
        kind, path = "text", self._path()
        if self.article:
            kind, path = "article", (*path, self.article)
        self._start(kind, placed, path)

    def _is_open(self, section: Section) -> bool:
        """Tell whether a paragraph without a number goes on with this section."""
        if section.kind == "text":
            return section.path == self._path()
        return section.kind in ("article", "qa")

    def _flush_pending(self) -> None:
        """Headings with no text under them still are text of the document."""
        if self.pending:
            self._emit(Section(self._path(), "text", self.pending))
            self.pending = []

    def _emit(self, section: Section) -> None:
        self.done.append(section)

    def _path(self) -> tuple[str, ...]:
        return tuple(heading.label for heading in self.stack)
