"""The body of an entry as safe HTML, with the asked words marked in the marked passage."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from kb.presenters.entry_page import Block, EntryPage
from webapp.markup import render_body

# Tags with their quoted values; what is between them is text with &, < and > escaped.
_TAG = re.compile(r"""(<(?:[^>"']|"[^"]*"|'[^']*')*>)""")
MAX_WORDS = 40


@dataclass(frozen=True)
class RenderedBlock:
    """A block ready for the template; see :class:`kb.presenters.entry_page.Block`."""

    html: Markup
    anchors: tuple[int, ...]
    page: int | None
    is_marked: bool


def render_blocks(page: EntryPage) -> list[RenderedBlock]:
    """Render the blocks of an entry for the ``body`` macro of ``entry_body.html``."""
    return [render_block(block, page.words) for block in page.blocks]


def render_block(block: Block, words: Iterable[str]) -> RenderedBlock:
    """Render one block; the words are marked in it only where the block itself is."""
    return RenderedBlock(
        html=_render(block.markdown, words if block.is_marked else ()),
        anchors=block.anchors,
        page=block.page,
        is_marked=block.is_marked,
    )


def _render(source: str, words: Iterable[str]) -> Markup:
    return mark_words(render_body(source), words)


def mark_words(html: Markup, words: Iterable[str]) -> Markup:
    """Put ``<mark>`` around words in the text of sanitised HTML; tags are left alone.

    Longer words win where words overlap; a word broken by a tag is not found.
    """
    escaped = {str(Markup.escape(word)) for word in list(words)[:MAX_WORDS] if word.strip()}
    if not escaped:
        return html
    pattern = re.compile("|".join(re.escape(word) for word in sorted(escaped, key=_longest_first)))
    parts = _TAG.split(str(html))
    for at in range(0, len(parts), 2):
        parts[at] = pattern.sub(lambda found: f"<mark>{found.group()}</mark>", parts[at])
    # Only <mark> was added to what the allow-list has made safe.
    return Markup("".join(parts))  # noqa: S704


def _longest_first(word: str) -> tuple[int, str]:
    return -len(word), word
