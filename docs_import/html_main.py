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
_WORDLESS = frozenset({"a", "script", "style"})
_LEAVES = frozenset({"p", "table", "tbody", "tr", "ul", "ol", "span", "h1"})
_BLANK = re.compile(r"\s+")
_ENOUGH = 30
_SHARE = 0.75


def find_main(root: html.HtmlElement) -> html.HtmlElement:
    """Return the element with the article; the body when nothing smaller holds most of it."""
    body = root.find("body")
    body = body if body is not None else root
    _drop_asides(body)
    weights = _weights(body)
    for path in _KNOWN:
        found = [element for element in root.xpath(path) if element in weights]
        best = max(found, key=lambda element: weights[element], default=None)
        if best is not None and weights[best] >= max(_ENOUGH, weights[body] * 0.3):
            return best
    return _descend(body, weights)


def _drop_asides(body: html.HtmlElement) -> None:
    """Take out menus, foot and what is not shown, unless most of the text is in it."""
    weights = _weights(body)
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or element is body:
            continue
        names = f"{element.get('id') or ''} {element.get('class') or ''}"
        aside = element.tag in SKIPPED or is_hidden(element) or _ASIDE.search(names)
        if aside and element.getparent() is not None and weights[element] * 2 <= weights[body]:
            element.drop_tree()


def _descend(element: html.HtmlElement, weights: dict[html.HtmlElement, int]) -> html.HtmlElement:
    """Go down while one child holds most of the words."""
    while True:
        children = [child for child in element if child in weights]
        best = max(children, key=lambda child: weights[child], default=None)
        if best is None or best.tag in _LEAVES:
            return element
        if weights[best] < max(weights[element] * _SHARE, _ENOUGH):
            return element
        element = best


def _weights(body: html.HtmlElement) -> dict[html.HtmlElement, int]:
    """Count, for every element, the characters in it that are not in links or scripts."""
    weights: dict[html.HtmlElement, int] = {}
    for element in reversed(list(body.iter())):  # children before their parents
        if not isinstance(element.tag, str):
            continue
        weight = _size(element.text)
        for child in element:
            weight += weights.get(child, 0) + _size(child.tail)
        weights[element] = 0 if element.tag in _WORDLESS else weight
    return weights


def _size(text: str | None) -> int:
    return len(_BLANK.sub("", text)) if text else 0
