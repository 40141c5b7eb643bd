"""Web archives (MHT): the page they were made of, through the reader of web pages."""

from __future__ import annotations

from email.message import Message

from docs_import.errors import DocumentUnreadable
from docs_import.from_html import read_html
from docs_import.limits import Limits
from docs_import.mail_parts import leaves, parse_mail, part_text
from docs_import.raw import RawDocument


def read_mht(data: bytes, limits: Limits) -> RawDocument:
    """Read the main page of a web archive; its pictures and style sheets are left out.

    :raises DocumentUnreadable: corrupt; no_text, when no page is in it.
    """
    message = parse_mail(data)
    pages = [part for part in leaves(message) if part.get_content_type() == "text/html"]
    if not pages:
        raise DocumentUnreadable(
            "no_text", "网页存档里没有网页。请在浏览器中重新保存网页后再上传。"
        )
    main = _main(message, pages)
    found = read_html(part_text(main).encode("utf-8", "replace"), limits)
    if found.blocks or len(pages) == 1:
        return found
    # A page of frames has no text of its own: the largest frame holds it.
    texts = [part_text(page) for page in pages if page is not main]
    return read_html(max(texts, key=len).encode("utf-8", "replace"), limits)


def _main(message: Message, pages: list[Message]) -> Message:
    start = message.get_param("start")
    chosen = (page for page in pages if start and page.get("Content-ID") == start)
    return next(chosen, pages[0])
