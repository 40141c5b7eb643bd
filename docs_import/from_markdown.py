"""Markdown files, also those a web reader made out of a whole page."""

from __future__ import annotations

import re

from docs_import.charset import decode
from docs_import.clean import clean_text
from docs_import.document import Block
from docs_import.hints import Hints, labelled
from docs_import.limits import Limits
from docs_import.markdown_read import read
from docs_import.raw import RawDocument
from docs_import.web_page import article, clean_title, site_of

_FRONT_MATTER = re.compile(r"\A---\n(.{0,8000}?)\n---\n", re.DOTALL)
_FROM_WEB = re.compile(
    r"\A\s*Title:\s*(?P<title>[^\n]*)\n.{0,4000}?^Markdown Content:\s*$", re.DOTALL | re.MULTILINE
)
_LIST_OF_LINKS = re.compile(r"^\s*(?:[-*+]\s+)?(?:_?!?\[[^\]\n]*\]\([^)\n]*\)_?[\s|_·>]*)+$", re.M)


# Pictures of a page are icons; the words beside them may be the date or the source.
_PICTURE = re.compile(r"_?!\[[^\]\n]*\]\([^)\n]*\)_?")


def read_markdown(data: bytes, limits: Limits) -> RawDocument:
    """Read a Markdown file; emphasis and links leave their words."""
    text, _ = decode(data)
    text, warnings = clean_text(text.replace("\r\n", "\n").replace("\r", "\n"))
    hints = Hints()
    web = _FROM_WEB.match(text)
    if web:
        return RawDocument(_from_web(text[web.end() :], web["title"], hints), hints, warnings)
    front = _FRONT_MATTER.match(text)
    if front:
        _take_front_matter(front[1], hints)
        text = text[front.end() :]
    return RawDocument([placed.block for placed in read(text)], hints, warnings)


def _from_web(text: str, title: str, hints: Hints) -> list[Block]:
    """Take the article out of a page: no menus, no lists of links, no foot."""
    name = clean_title(title)
    hints.heading = (name, "网页标题")
    hints.meta["SiteName"] = site_of(title)
    blocks = article([p.block for p in read(_PICTURE.sub("", _LIST_OF_LINKS.sub("", text)))], name)
    return [block for block in blocks if not _is_attribute(block, hints)]


def _is_attribute(block: Block, hints: Hints) -> bool:
    """Read 发表时间：… 来源：… under the title of the page; a line of the page, not the text."""
    if block.kind not in ("paragraph", "list") or len(block.text) > 120:
        return False
    taken = False
    for part in re.split(r"\n|(?=信息来源|文章来源|(?<![息章])来源|浏览量)", block.text):
        found = labelled(part)
        if found and found[1]:
            hints.add(found[0], found[1], f"网页 {found[0]}")
            taken = True
    for date in re.findall(r"^\s*(20\d\d-\d{1,2}-\d{1,2})\s*$", block.text, re.MULTILINE):
        hints.add("发布日期", date, "网页 发布日期")
        taken = True
    return taken


def _take_front_matter(front: str, hints: Hints) -> None:
    for line in front.splitlines():
        name, _, value = line.partition(":")
        key = {"title": "标题", "date": "发布日期"}.get(name.strip().lower(), name.strip())
        hints.add(key, value.strip().strip("\"'"), f"文件头 {name.strip()}")
