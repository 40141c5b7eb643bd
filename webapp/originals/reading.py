"""An original without pages to draw: what was read in it, or what its entry says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kb.clauses import locate
from kb.clock import local_day
from kb.models import KnowledgeVersion, PassageRow
from kb.presenters.entry_page import blocks_of, entry_page
from kb.services.entries import passages_of
from webapp.context import services
from webapp.entry_blocks import RenderedBlock, render_block, render_blocks

_COMMENT = re.compile(r"<!--.*?-->")


@dataclass(frozen=True)
class Reading:
    """The text to show. ``is_entry`` where it is the entry's, with its title, and not the file's;
    ``is_marked`` where the clause was found in it; ``differs`` where it is found there in other
    words: the entry was changed."""

    blocks: Sequence[RenderedBlock]
    is_entry: bool
    is_marked: bool
    title: str = ""
    differs: bool = False


def reading_of_file(
    text: str, passage: PassageRow | None, words: Sequence[str], *, name: str
) -> Reading:
    """What was read in the file, with the clause marked wherever it stands there.

    :param name: what the page prints above it, and need not print twice.
    """
    read = KnowledgeVersion(title=name, body=text, passages=passages_of(text, {}))
    marked = None
    if passage is not None and passage.kind != "facts":
        marked = locate(read.passages, passage.ordinal, passage.text)
    blocks = [render_block(block, words) for block in blocks_of(read, marked)]
    differs = marked is not None and passage is not None and is_changed(text, passage)
    return Reading(blocks, False, marked is not None, differs=differs)


def is_changed(text: str, passage: PassageRow) -> bool:
    """Tell whether a clause of an entry says something else than what was read in its file.

    The facts of an entry are filled in by people and stand in no file.
    """
    if passage.kind == "facts":
        return False
    said = _plain(passage.text)
    if said in _plain(text):
        return False
    # A row is said with its heads, and only cutting the reading says it so.
    return all(said not in _plain(row.text) for row in passages_of(text, {}))


def _plain(text: str) -> str:
    """The words alone: a reading keeps marks of pages, headings and lists, and breaks lines
    elsewhere."""
    return "".join(sign for sign in _COMMENT.sub("", text) if sign.isalnum())


def reading_of_entry(
    version: KnowledgeVersion, passage: PassageRow | None, words: Sequence[str], *, for_staff: bool
) -> Reading:
    """What the entry says, which may have been changed since."""
    marked = passage.ordinal if passage else None
    today = local_day(services().clock())
    page = entry_page(version.item, version, today, marked=marked, words=words, for_staff=for_staff)
    blocks = render_blocks(page)
    return Reading(blocks, True, any(block.is_marked for block in blocks), page.title)
