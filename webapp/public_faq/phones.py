"""Phone numbers in a fact as links that a phone can dial."""

import re

from markupsafe import Markup, escape

# 0999-1234567, 13800000000, 400-000-0000, 12345, and seven or eight digits of a local number.
_PHONE = re.compile(
    r"(?<![\d-])(?:0\d{2,3}[-—]?\d{7,8}|1[3-9]\d{9}|[48]00-?\d{3}-?\d{4}|[19]\d{4}|\d{7,8})(?![\d-])"
)


def with_phone_links(text: str) -> Markup:
    """The text, escaped, every phone number in it a ``tel:`` link."""
    out, place = Markup(""), 0
    for found in _PHONE.finditer(text):
        out += escape(text[place : found.start()])
        digits = re.sub(r"\D", "", found[0])
        out += Markup('<a class="tel num" href="tel:{}">{}</a>').format(digits, found[0])
        place = found.end()
    return out + escape(text[place:])
