"""附件 of a web page: the files that it links."""

from __future__ import annotations

import re

from lxml import html

from docs_import.html_blocks import is_hidden, own_text
from docs_import.metadata_fields import LinkedDocument

_FILE = re.compile(
    r"\.(?:docx?|wps|xlsx?|et|pptx?|dps|pdf|ofd|rtf|odt|txt|csv|zip|rar|7z)(?:$|[?#])", re.I
)
_MAX = 50
_LONGEST = 300


def linked_files(root: html.HtmlElement) -> list[LinkedDocument]:
    """Return the files that the page links, in its order, each address once."""
    found: dict[str, LinkedDocument] = {}
    for link in root.iter("a"):
        address = (link.get("href") or "").strip()
        if not _FILE.search(address) or len(address) > _LONGEST or is_hidden(link):
            continue
        name = own_text(link) or (link.get("title") or "").strip()
        name = name or address.rsplit("/", 1)[-1]
        found.setdefault(address, LinkedDocument(name[:_LONGEST], address))
        if len(found) >= _MAX:
            break
    return list(found.values())
