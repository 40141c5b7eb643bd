"""Find the element of a page that holds the article."""

from __future__ import annotations

import re

from lxml import html

from docs_import.html_blocks import SKIPPED, is_hidden

# Where the common site systems put the article, best first.
_KNOWN = (
    "//*[@id='zoom']", "//*[@id='zoomcon']", "//*[@id='UCAP-CONTENT']",
    "//*[contains(concat(' ',@class,' '),' TRS_Editor ')]",
    "//*[contains(concat(' ',@class,' '),' trs_editor_view ')]",
    "//*[contains(concat(' ',@class,' '),' article-content ')]",
    "//*[contains(concat(' ',@class,' '),' content_article ')]",
    "//*[contains(concat(' ',@class,' '),' info_cont ')]",
    "//*[contains(concat(' ',@class,' '),' pages_content ')]",
    "//*[contains(concat(' ',@class,' '),' article ')]", "//article", "//main",
    "//*[contains(concat(' ',@class,' '),' content ')]",
)  # fmt: skip
_ASIDE = re.compile(
    r"(?:^|[\s_-])(?:head(?:er)?s?|foot(?:er)?\w*|nav\w*|menu\w*|share\w*|crumbs?|breadcrumb\w*|sidebar|"
    r"position|copyright|search\w*|related|recommend|xgwz\w*|toolbar|qrcode|content_others|"
    r"hot[kK]ey|siteCounts|login\w*|bdshare\w*)(?:$|[\s_-])",
    re.I,
)
_WORDS = ".//text()[not(ancestor::a or ancestor::script or ancestor::style)]"
_BLANK = re.compile(r"\s+")
_ENOUGH = 30
_SHARE = 0.75


def find_main(root: html.HtmlElement) -> html.HtmlElement:
    """Return the element with the article; the body when nothing smaller holds most of it."""
    body = root.find("body")
    body = body if body is not None else root
    _drop_asides(body)
    total = _weight(body)
    for path in _KNOWN:
        found = sorted(root.xpath(path), key=_weight, reverse=True)
        if found and _weight(found[0]) >= max(_ENOUGH, total * 0.3):
            return found[0]
    return _descend(body)


def _drop_asides(body: html.HtmlElement) -> None:
    """Take out menus, foot and what is not shown, unless most of the text is in it."""
    total = _weight(body)
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or element is body:
            continue
        names = f"{element.get('id') or ''} {element.get('class') or ''}"
        aside = element.tag in SKIPPED or is_hidden(element) or _ASIDE.search(names)
        if aside and element.getparent() is not None and _weight(element) * 2 <= total:
            element.drop_tree()


def _descend(element: html.HtmlElement) -> html.HtmlElement:
    """Go down while one child holds most of the words."""
    while True:
        weight = _weight(element)
        children = [child for child in element if isinstance(child.tag, str)]
        best = max(children, key=_weight, default=None)
        if best is None or best.tag in ("p", "table", "tbody", "tr", "ul", "ol", "span", "h1"):
            return element
        if _weight(best) < max(weight * _SHARE, _ENOUGH):
            return element
        element = best


def _weight(element: html.HtmlElement) -> int:
    """Count characters that are not in links or scripts."""
    return sum(len(_BLANK.sub("", text)) for text in element.xpath(_WORDS))
