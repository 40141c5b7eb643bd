"""Other documents as a text names them: 《…》（文号…）, or the 文号 alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docs_import.document_numbers import normal_number
from docs_import.head_lines import NUMBER

_TITLE = r"《(?P<title>(?:[^《》]|《[^《》]{0,150}》){1,150})》"
# （云政发〔2019〕3号）, （市政府令第12号，2019年修订）, （2018年修订）; brackets nest once.
_NOTE = r"[（(](?P<note>(?:[^（）()]|[（(][^（）()]{0,20}[）)]){1,80})[）)]"
_NOTES = rf"(?:\s*{_NOTE.replace('?P<note>', '?:')})*"
_MENTION = re.compile(rf"{_TITLE}(?P<notes>{_NOTES})|(?P<alone>{NUMBER.pattern})(?:文件?)?")
_ORDER = re.compile(
    r"[一-鿿]{2,30}?(?:令|公告)\s*[（(]?\s*(?:(?:19|20)\d{2}年)?第?\s*\d{1,5}\s*号[）)]?"
)
_LEAD = re.compile(r"^.*?(?:原|根据|废止|关于印发|以)(?=[一-鿿]{1,8}[〔\[（(【])")


@dataclass(frozen=True)
class Mention:
    """A document named in a sentence, and where its name and notes begin and end."""

    title: str
    number: str
    start: int
    end: int


def mentions(sentence: str) -> Iterator[Mention]:
    """Return the documents named in a sentence, in order."""
    for match in _MENTION.finditer(sentence):
        if match["title"] is not None:
            yield Mention(
                match["title"].strip(), number_in(match["notes"]), match.start(), match.end()
            )
        else:
            alone = match["alone"]
            cut = _LEAD.match(alone)
            start = cut.end() if cut else 0
            number = normal_number(alone[start:])
            yield Mention("", number, match.start() + start, match.end())


def number_in(text: str) -> str:
    """Return the 文号 in a note or cell, the standard way; "" when there is none."""
    inner = text.strip().strip("（()）")
    found = NUMBER.search(inner)
    if found:
        return normal_number(found.group().lstrip("（("))
    order = _ORDER.search(inner)
    return normal_number(order.group()) if order else ""
