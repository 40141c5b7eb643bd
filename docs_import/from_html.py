"""Government web pages: the article, and what the page says about it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree, html

from docs_import.charset import decode
from docs_import.clean import clean_text
from docs_import.document import Block
from docs_import.errors import DocumentUnreadable
from docs_import.headings import looks_like_title, squeeze
from docs_import.hints import Hints, bare_label, labelled
from docs_import.html_blocks import Walker, is_hidden, short_text
from docs_import.html_links import linked_files
from docs_import.html_main import find_main
from docs_import.limits import Limits
from docs_import.metadata import title_of_lines
from docs_import.raw import RawDocument
from docs_import.web_page import clean_title, drop_chrome
from docs_import.xml_parser import too_deep

_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w-]{2,20})", re.I)
_PAGE_TITLE = "网页 title"
_META = ("ArticleTitle", "PubDate", "ContentSource", "ColumnName", "SiteName", "Author")
_TITLES = (
    "//h1[contains(@class,'title')]", "//*[contains(@class,'info_title')]", "//h1",
    "//*[contains(@class,'content_title') or contains(@class,'article-title')]",
)  # fmt: skip
_VALUE_TAGS = ("td", "th", "li", "dt", "dd", "span", "p", "div", "b", "strong", "label", "em")


def read_html(data: bytes, limits: Limits) -> RawDocument:
    """Read a page: menus, scripts and foot are left out.

    :raises DocumentUnreadable: corrupt, too_complex.
    """
    declared = _CHARSET.search(data[:4096])
    text, _ = decode(data, declared[1].decode("ascii", "ignore") if declared else "")
    text, warnings = clean_text(text)
    root = _parse(text)
    hints = _hints(root)
    main = find_main(root)
    blocks = drop_chrome(Walker(limits).walk(main))
    if _titles_itself(blocks, hints.heading):
        hints.heading = None
    return RawDocument(_with_title(blocks, hints), hints, warnings)


def _parse(text: str) -> html.HtmlElement:
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise DocumentUnreadable(
            "corrupt", "网页内容读不出来。请在浏览器中重新保存网页后再上传。"
        ) from error
    if any("xcessive depth" in (entry.message or "") for entry in parser.error_log):
        raise too_deep()
    return root


def _hints(root: html.HtmlElement) -> Hints:
    hints = Hints()
    for meta in root.iter("meta"):
        name, content = meta.get("name") or "", " ".join((meta.get("content") or "").split())
        for known in _META:
            if name.lower() == known.lower() and content:
                hints.meta.setdefault(known, content)
    _labels(root, hints)
    hints.linked = linked_files(root)
    hints.heading = _heading(root, hints)
    return hints


def _heading(root: html.HtmlElement, hints: Hints) -> tuple[str, str] | None:
    if title := hints.meta.get("ArticleTitle"):
        return title, "网页元数据 ArticleTitle"
    for path in _TITLES:
        for element in root.xpath(path):
            text = " ".join(element.text_content().split())
            if 4 <= len(text) <= 150 and not text.startswith(("您当前", "当前位置")):
                return text, "网页标题"
    title = root.findtext(".//title") or ""
    title = clean_title(title, hints.meta.get("SiteName", ""))
    return (title, _PAGE_TITLE) if title else None


def _titles_itself(blocks: Sequence[Block], heading: tuple[str, str] | None) -> bool:
    """Tell whether the text prints the title of a document, and the page's own is none: what a
    word processor saves is often called 文档1 or 无标题."""
    if heading is None or heading[1] != _PAGE_TITLE or looks_like_title(heading[0]):
        return False
    found = title_of_lines(blocks)
    return found is not None and looks_like_title(found.value)


def _labels(root: html.HtmlElement, hints: Hints) -> None:
    """Harvest 文号：…, 发布机构：… wherever the page shows them, table or list."""
    for element in root.iter(*_VALUE_TAGS):
        text = short_text(element, 300)
        if not text:
            continue
        found = labelled(text)
        if found is None and element.tag in ("th", "td", "dt") and bare_label(text):
            found = (bare_label(text), "")
        if found is None or is_hidden(element):
            continue
        label, value = found
        value = value or _beside(element)
        # 来源：A 时间：B in one line
        value = re.split(r"\s+(?:发布)?(?:时间|日期|浏览量|字体大小|浏览字号|分享)[：:]", value)[0]
        if value and labelled(value + "：") is None and not bare_label(value):
            hints.add(label, value, f"网页信息栏 {label}")


def _beside(element: html.HtmlElement) -> str:
    """Return the text after a label: its tail, or the next cell or sibling."""
    tail = " ".join((element.tail or "").split())
    if tail:
        return tail
    following = element.getnext()
    if following is None and element.getparent() is not None:
        parent = element.getparent()
        if squeeze(short_text(parent, 300)) == squeeze(short_text(element, 300)):
            following = parent.getnext()
    return short_text(following, 300) if following is not None else ""


def _with_title(blocks: list[Block], hints: Hints) -> list[Block]:
    """Put the title before the text when the text does not print it itself."""
    if hints.heading is None:
        return blocks
    title = hints.heading[0]
    wanted = squeeze(title)
    if any(wanted == squeeze(block.text) for block in blocks[:8]):
        return blocks
    head = squeeze("".join(block.text for block in blocks[:6]))
    return blocks if wanted in head else [Block("heading", title, 1), *blocks]
