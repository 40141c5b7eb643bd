"""What changed between two versions: fields, facts, and the text line by line."""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from docs_import.markdown_read import read
from docs_import.table_words import row_text
from kb.facts import LABELS, fact_text
from kb.models import KnowledgeVersion
from kb.terms import Audience, KnowledgeKind

Segments = tuple[tuple[str, str], ...]  # ("same" | "del" | "ins", text)

# Above these products comparing character by character or line by line takes seconds.
MAX_INLINE = 1_000_000
MAX_LINES = 4_000_000
MAX_ROWS = 400
_ESCAPED = re.compile(r"\\([\\`*_\[\]#|.)+-])")
_WHOLE = re.compile(r"\d+(?:[.,]\d+)*|.", re.DOTALL)
_MARKS = re.compile(r"^(?:#{1,6} |- )|<!-- page: \d+ -->")


@dataclass(frozen=True)
class Change:
    """One field that differs."""

    label: str
    segments: Segments


@dataclass(frozen=True)
class Row:
    """One line of the text: same (context), change, or gap (unchanged lines left out)."""

    kind: str
    segments: Segments = ()
    left_out: int = 0


@dataclass(frozen=True)
class Comparison:
    """Everything that differs; ``is_cut`` when there is more than the page shows."""

    changes: tuple[Change, ...]
    rows: tuple[Row, ...]
    is_cut: bool = False

    @property
    def is_same(self) -> bool:
        """Tell whether nothing differs."""
        return not self.changes and not self.rows


def compare(old: KnowledgeVersion, new: KnowledgeVersion) -> Comparison:
    """What a reader of ``old`` would find different in ``new``."""
    before, after = shown_fields(old), shown_fields(new)
    changes = tuple(
        Change(label, inline(before.get(label, ""), after.get(label, "")))
        for label in dict.fromkeys((*before, *after))
        if before.get(label, "") != after.get(label, "")
    )
    rows = list(_rows(_text_lines(old.body), _text_lines(new.body)))
    return Comparison(changes, tuple(rows[:MAX_ROWS]), len(rows) > MAX_ROWS)


def shown_fields(version: KnowledgeVersion) -> dict[str, str]:
    """Label → text of every field but the body."""
    days = {
        "成文日期": version.issued_on,
        "施行日期": version.valid_from,
        "有效期至": version.valid_until,
        "核验日": version.review_on,
    }
    return {
        "标题": version.title,
        "种类": KnowledgeKind(version.kind).label,
        "文号": version.document_number,
        "发文机关": version.issuing_authority,
        **{label: day.isoformat() if day else "" for label, day in days.items()},
        "公开属性": Audience(version.audience).label,
        "类别": version.category,
        "适用区域": "、".join(version.regions),
        "相似问": "；".join(version.variants),
        **{LABELS[name]: fact_text(version.facts.get(name, "")) for name in LABELS},
    }


def plain(line: str) -> str:
    """A line of the body as a reader sees it, without Markdown's signs."""
    return html.unescape(_ESCAPED.sub(r"\1", _MARKS.sub("", line)))


def _text_lines(body: str) -> list[str]:
    """The lines of a body; a row of a table says its columns' names, as the passages do."""
    lines: list[str] = []
    for placed in read(body):
        if placed.block.rows:
            header, *rows = placed.block.rows
            # Rows need not say every name: one that repeats a single value says none.
            lines.append("；".join(name for name in header if name.strip()))
            lines += [row_text(header, row) for row in rows]
        else:
            lines += map(plain, body[placed.start : placed.end].splitlines())
    return [text for line in lines if (text := line.strip())]


def inline(old: str, new: str) -> Segments:
    """The difference of two texts by characters; a number differs as a whole, 20 → 25."""
    if not old or not new or len(old) * len(new) > MAX_INLINE:
        return tuple((kind, text) for kind, text in (("del", old), ("ins", new)) if text)
    parts: list[tuple[str, str]] = []
    a, b = _WHOLE.findall(old), _WHOLE.findall(new)
    for op, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if op == "equal":
            parts.append(("same", "".join(a[i1:i2])))
            continue
        if i1 < i2:
            parts.append(("del", "".join(a[i1:i2])))
        if j1 < j2:
            parts.append(("ins", "".join(b[j1:j2])))
    return tuple(parts)


def _rows(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    if list(old) == list(new):
        return
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    a, b = old[head : len(old) - tail], new[head : len(new) - tail]
    yield from _context(old[:head], keep_end=True)
    if len(a) * len(b) > MAX_LINES:
        yield from (Row("change", (("del", line),)) for line in a)
        yield from (Row("change", (("ins", line),)) for line in b)
    else:
        yield from _changed(a, b)
    yield from _context(old[len(old) - tail :] if tail else [], keep_end=False)


def _common(a: Sequence[str], b: Sequence[str]) -> int:
    count = 0
    for left, right in zip(a, b, strict=False):
        if left != right:
            break
        count += 1
    return count


def _context(lines: Sequence[str], *, keep_end: bool) -> Iterator[Row]:
    """One unchanged line beside a change, and how many more there are."""
    if not lines:
        return
    near = Row("same", (("same", lines[-1] if keep_end else lines[0]),))
    gap = [Row("gap", left_out=len(lines) - 1)] if len(lines) > 1 else []
    yield from ([*gap, near] if keep_end else [near, *gap])


def _changed(a: Sequence[str], b: Sequence[str]) -> Iterator[Row]:
    for op, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if op == "equal":
            yield Row("same", (("same", a[i1]),))
            if i2 - i1 > 2:
                yield Row("gap", left_out=i2 - i1 - 2)
            if i2 - i1 > 1:
                yield Row("same", (("same", a[i2 - 1]),))
            continue
        pairs = min(i2 - i1, j2 - j1)
        for old, new in zip(a[i1 : i1 + pairs], b[j1 : j1 + pairs], strict=True):
            yield Row("change", inline(old, new))
        yield from (Row("change", (("del", line),)) for line in a[i1 + pairs : i2])
        yield from (Row("change", (("ins", line),)) for line in b[j1 + pairs : j2])
