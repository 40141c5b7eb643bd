"""From stored text to safe HTML: Markdown with raw HTML off, then an allow-list, always."""

import re
from collections.abc import Iterable

import markdown
import nh3
from markupsafe import Markup, escape

MAX_MARKDOWN_BYTES = 200_000
# Runs of marks make a Markdown parser try every pairing; no real text has such runs.
_RUN = re.compile(r"(?:[\[\](){}<>!*_`] ?){200,}")
# Python-Markdown takes time with the square of these within one block (measured: 4,900 open
# brackets 21 s, 40,000 headings 87 s). Tables are read line by line and may be longer.
_CAPS = {"[": 600, "*": 4_000, "_": 4_000, "`": 2_000, "<": 2_000, "\\": 2_000}
MAX_BLOCK = 12_000
_BLOCK_END = re.compile(r"\n[ \t]*\n")

# Raw HTML is off, so Markdown escapes the tag.
_BREAK = Markup("&lt;br&gt;")
_NUMBERED = re.compile(r"(?:\A|\n) {0,3}(\d{1,9})\.(?=[ \t])")
_TAGS = {
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "strong", "em", "code", "pre",
    "blockquote", "ul", "ol", "li", "a", "img", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt"},
    "th": {"align", "colspan", "rowspan"},
    "td": {"align", "colspan", "rowspan"},
    "ol": {"start"},
}
_SCHEMES = {"http", "https", "mailto", "tel"}
# Pictures come from our own store only; another host would learn who reads what.
_OWN_MEDIA = re.compile(r"/media/[A-Za-z0-9][A-Za-z0-9._-]*")


def render_markdown(text: str) -> Markup:
    """Render Markdown for a page. Text that is too large or hostile is shown as it is written."""
    if not _is_tame(text):
        return Markup("<pre>{}</pre>").format(text)
    reader = markdown.Markdown(
        extensions=["tables", "sane_lists"],
        extension_configs={"tables": {"use_align_attribute": True}},
    )
    reader.preprocessors.deregister("html_block")
    reader.inlinePatterns.deregister("html")
    return sanitise(reader.convert(text))


def render_body(text: str) -> Markup:
    """Render the body of an entry, whose table cells keep their line breaks as a tag.

    Its numbered lines are paragraphs: a list would count anew, so that clause 7 becomes 3.
    """
    return render_markdown(_NUMBERED.sub(r"\n\n\1&#46;", text)).replace(_BREAK, Markup("<br>"))


def _is_tame(text: str) -> bool:
    if len(text.encode("utf-8", "replace")) > MAX_MARKDOWN_BYTES:
        return False
    if any(text.count(char) > most for char, most in _CAPS.items()):
        return False
    if _RUN.search(text) is not None:
        return False
    return all(len(block) <= MAX_BLOCK or _is_table(block) for block in _BLOCK_END.split(text))


def _is_table(block: str) -> bool:
    return all(line.lstrip().startswith("|") for line in block.strip().splitlines())


def sanitise(html: str) -> Markup:
    """Keep what the allow-list names, drop everything else."""
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_filter_attribute,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        strip_comments=True,
    )
    return Markup(clean)  # noqa: S704 - the allow-list has just made it safe


def _filter_attribute(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src" and not _OWN_MEDIA.fullmatch(value):
        return None
    if tag == "a" and attribute == "href" and value.startswith(("//", "\\", "/\\")):
        return None
    return value


def highlight(text: str, marks: Iterable[tuple[int, int]]) -> Markup:
    """Escaped text with the given spans (start, end in characters) in ``<mark>``.

    Spans may touch, overlap, come in any order, or reach beyond the text.
    """
    out, place = Markup(""), 0
    for start, end in _merged(marks, len(text)):
        out += escape(text[place:start])
        out += Markup("<mark>{}</mark>").format(text[start:end])
        place = end
    return out + escape(text[place:])


def _merged(marks: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted((max(0, a), min(length, b)) for a, b in marks):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
