"""What a message is: Chinese text in which ``{0}`` stands for a value and ``<0>…</0>`` for a tag.

The same three rules hold for templates, sentences of Python and scripts: a text is a message when
it holds Chinese, its translation must keep every place, and one that does not is not used.
"""

import re
from collections.abc import Iterator

# Chinese characters, and the full-width marks between them: 。、“” and ，（）：！
CHINESE = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]|[\u2018-\u201d](?=.)")
HANZI = re.compile("[\u3400-\u9fff]")
PLACE = re.compile(r"\{(\d{1,2})\}|<(/?)(\d{1,2})>")


def is_chinese(text: str) -> bool:
    """Tell whether a text must be translated at all."""
    return CHINESE.search(text) is not None


def squeezed(text: str) -> str:
    """The text as a browser reads it: one space for any run of white space within."""
    return " ".join(text.split())


def pieces(text: str) -> Iterator[tuple[str, str]]:
    """A message in order: ``("", literal text)`` and ``(place, "")``, such as ``("{0}", "")``."""
    at = 0
    for found in PLACE.finditer(text):
        if found.start() > at:
            yield "", text[at : found.start()]
        yield found[0], ""
        at = found.end()
    if at < len(text):
        yield "", text[at:]


def keeps_places(message: str, translation: str) -> bool:
    """Tell whether a translation has exactly the places of the message, and its tags nested."""
    here = [found[0] for found in PLACE.finditer(translation)]
    return sorted(here) == sorted(found[0] for found in PLACE.finditer(message)) and _nested(here)


def _nested(places: list[str]) -> bool:
    opened: list[str] = []
    for place in places:
        if place.startswith("</"):
            if not opened or opened.pop() != place.replace("/", ""):
                return False
        elif place.startswith("<"):
            opened.append(place)
    return not opened


# ``%d``, ``%s``: texts of templates that are filled in there.
_PERCENT = re.compile(r"%(?:\.\d)?[sd%]")


def is_usable(message: str, translation: str) -> bool:
    """Tell whether a translation may stand for the message: not empty, every place kept."""
    if not translation.strip() or not keeps_places(message, translation):
        return False
    return _PERCENT.findall(message) == _PERCENT.findall(translation) or "%" not in message
