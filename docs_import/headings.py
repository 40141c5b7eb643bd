"""Which lines of a document are headings: by their number, their shape and what follows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from docs_import.document import Block
from docs_import.numbering import Rank, marker

_ENDS_TEXT = tuple("。；;，,、！!）)”》…")
_TITLE = re.compile(
    r"(?!根据|按照|依据|经|为)"
    r"(?:.{0,60}?关于.{2,}|.{2,40}(?:局|厅|委|府|部|院|办公室|中心)(?:重新)?(?:印发|发布|公布).{2,})"
    r"(?:通知|通告|公告|意见|决定|批复|函|请示|报告|通报|公示|办法|方案|指引|说明|解读|命令|令)"
    r"(?:（[^（）]{1,20}）)?$"
)
MAX_HEADING = 40
MAX_TITLE = 120
_MAX_RUN_IN = 16


def squeeze(text: str) -> str:
    """Return `text` without white space, for comparing lines."""
    return re.sub(r"\s+", "", text)


def looks_like_title(text: str) -> bool:
    """Tell whether a line has the form of a document's title (关于…的通知)."""
    line = squeeze(text)
    return (
        6 <= len(line) <= MAX_TITLE
        and not any(sign in line for sign in "。，；")
        and (bool(_TITLE.match(line)))
    )


def is_standing(text: str) -> bool:
    """Tell whether a numbered line could stand alone as a heading: short, no sentence in it."""
    line = text.strip()
    if ends_run_in(line):
        line = line[:-1]
    return (
        len(line) <= MAX_HEADING
        and not line.endswith(_ENDS_TEXT)
        and not any(sign in line for sign in "。；;")
        and "：" not in line.rstrip("：")
    )


def ends_run_in(line: str) -> bool:
    """（一）传染源。 alone on its line: the text that runs on after it begins the next line."""
    return line.endswith("。") and line.startswith(("（", "(")) and len(line) <= _MAX_RUN_IN


def mark_headings(blocks: Sequence[Block], title: str = "") -> list[Block]:
    """Return the blocks with those paragraphs that are headings made headings.

    Headings the format itself marked stay as they are. The levels follow the ranks in use:
    in a regulation 章 is level 2 and 节 level 3, in a notice 一、 is level 2 and （一） level 3.

    :param title: the document's title when it is known; the line that prints it becomes level 1.
    """
    last = {squeeze(block.text): i for i, block in enumerate(blocks) if block.text}
    ranks = {i: rank for i in range(len(blocks)) if (rank := _heading_rank(blocks, i, last))}
    order = sorted(set(ranks.values()))
    levels = {rank: min(2 + depth, 6) for depth, rank in enumerate(order)}
    marked = list(blocks)
    for i, rank in ranks.items():
        marked[i] = replace(blocks[i], kind="heading", level=levels[rank])
    return _mark_title(marked, title)


def _heading_rank(blocks: Sequence[Block], i: int, last: dict[str, int]) -> Rank | None:
    """Return the rank of block i when it is a paragraph that is a heading.

    :param last: text without spaces -> the last block that has it.
    """
    block = blocks[i]
    if block.kind != "paragraph":
        return None
    found = marker(block.text)
    if found is None or not found.rest or not is_standing(block.text):
        return None
    if found.rank <= Rank.SECTION:
        # The table of contents (目录) prints every heading once before its time.
        is_last = last.get(squeeze(block.text)) == i
        return found.rank if len(block.text) <= 30 and is_last else None
    if not Rank.ARTICLE < found.rank <= Rank.ARABIC_PAREN or not _has_content(
        blocks, i, found.rank
    ):
        return None
    return found.rank


def _has_content(blocks: Sequence[Block], i: int, rank: Rank) -> bool:
    """Tell whether something stands under block i: an item of a bare list has nothing."""
    if i + 1 >= len(blocks):
        return False
    follower = blocks[i + 1]
    if follower.kind in ("table", "list"):
        return True
    if follower.kind == "heading":
        return False
    after = marker(follower.text)
    if after is not None:
        return after.rank > rank
    # 1.身份证 \n 2.户口簿 \n 以上材料…: the last of a bare list is no heading either.
    before = _rank_of_item(blocks, i - 1)
    return before != rank or (rank < Rank.ARABIC and not ends_run_in(blocks[i].text))


def _rank_of_item(blocks: Sequence[Block], i: int) -> Rank | None:
    if i < 0 or blocks[i].kind != "paragraph":
        return None
    # 附件：1.… is the first item of a list of enclosures.
    found = marker(re.sub(r"^附\s*件\s*[：:]", "", blocks[i].text))
    return found.rank if found else None


def _mark_title(blocks: list[Block], title: str) -> list[Block]:
    """Make the line that prints the title, near the beginning, the level 1 heading."""
    if any(block.kind == "heading" and block.level == 1 for block in blocks):
        return blocks
    wanted = squeeze(title)
    near = [i for i, block in enumerate(blocks[:12]) if block.kind in ("paragraph", "heading")]
    chosen = [i for i in near if wanted and squeeze(blocks[i].text) == wanted]
    chosen = chosen or [i for i in near if looks_like_title(blocks[i].text)]
    if chosen:
        i = chosen[0]
        blocks[i] = replace(blocks[i], kind="heading", level=1)
    return blocks
