"""Lines that belong to a web page and not to its document."""

from __future__ import annotations

import re
from collections.abc import Sequence

from docs_import.document import Block
from docs_import.headings import squeeze

_CHROME = re.compile(
    r"^(?:扫一扫.{0,20}|打印(?:本页)?|关闭(?:窗口)?|分享到.{0,12}|分享|收藏|返回顶部|"
    r"(?:您?当前所?在?的?)?位置[：:].{0,200}|您当前.{0,200}|相关(?:附件|新闻|链接|文章|阅读|稿件|解读|文件)|"
    r"浏览(?:量|次数|字号)?[：:]?[\d\-—次]*|(?:字体|字号)(?:大小)?[：:].{0,20}|[A+\-大中小【】\[\]\s]{2,20}|"
    r"(?:点击|阅读|访问)(?:量|数|次数)[：:].{0,20}|听全文|上一篇[：:].{0,120}|下一篇[：:].{0,120}|"
    r"责任编辑[：:].{0,20}|编辑[：:].{0,20}|【?(?:打印|关闭|返回).{0,12}】?)$"
)
_END = re.compile(
    r"^(?:扫一扫.{0,20}|相关(?:附件|新闻|链接|文章|阅读|稿件)|打印关闭|分享到.{0,12}|上一篇[：:].*|"
    r".{0,40}版权所有.*|主办(?:单位)?[：:].{0,200}|网站标识码.*|备案序号.*)$"
)
_SITE = re.compile(r"(?:网站?|门户)$")
_SOME_TEXT = 60


def is_chrome(text: str) -> bool:
    """Tell whether a line is a control of the page (打印, 关闭, 浏览量)."""
    return bool(_CHROME.match(squeeze(text)))


def drop_chrome(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks without the page's own lines."""
    return [block for block in blocks if block.kind == "table" or not is_chrome(block.text)]


def article(blocks: Sequence[Block], title: str) -> list[Block]:
    """Return the article out of a whole page that was turned into Markdown.

    It begins at the heading that prints the title and ends at the first line of the page's foot.
    """
    start = next((i for i, b in enumerate(blocks) if _prints(b, title)), 0)
    kept: list[Block] = []
    size = 0
    for block in blocks[start:]:
        # Controls of the page stand above the text too: the foot comes after some text.
        if size > _SOME_TEXT and (_END.match(squeeze(block.text)) or _prints(block, title)):
            break
        kept.append(block)
        size += len(block.text) if not is_chrome(block.text) and len(kept) > 1 else 0
    return drop_chrome(kept)


def _prints(block: Block, title: str) -> bool:
    return bool(title) and block.kind == "heading" and squeeze(block.text) == squeeze(title)


def site_of(title: str) -> str:
    """Return the site's name at the end of a page's `<title>`, "" when there is none."""
    parts = re.split(r"\s+[-_|–—]+\s+|\s*[_|]\s*", " ".join(title.split()))
    return parts[-1] if len(parts) > 1 and _SITE.search(parts[-1]) else ""


def clean_title(text: str, site: str = "") -> str:
    """Return a page's `<title>` without the site's name at either end."""
    title = " ".join(text.split())
    parts = [part.strip() for part in re.split(r"\s+[-_|–—]+\s+|\s*[_|]\s*", title) if part.strip()]
    if site and len(parts) == 1:
        parts = [part.strip() for part in title.split("-") if part.strip()]
    kept = [part for part in parts if not _SITE.search(part) and part != site]
    return max(kept, key=len) if kept else title
