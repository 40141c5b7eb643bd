"""Where a text could tell who a 保密 requester is, beyond what a mask of persons looks for. Pure.

Whoever wants to be called back writes down whatever reaches them: a local number without its
area code, a QQ or 微信 account, a door as 3-2-502. What is hidden here is hidden whole.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from kb.conflicts.layout import level
from kb.masking import masked, spans_of_person
from kb.personal_spans import PersonalKind, PersonalSpan

HIDDEN = "****"
_IS = r"(?:号码|账号|帐号|号|码|同号|ID|id)?[ ]?(?:[:：是为加]|就是)?[ ]?"
_CHAT = re.compile(
    rf"(?:QQ|扣扣){_IS}(?P<qq>[1-9]\d{{4,11}})(?!\d)"
    rf"|(?:微信|[微薇威vV]信|wechat|weixin|(?<![A-Za-z])(?:vx|wx)){_IS}"
    r"(?P<wechat>[A-Za-z0-9][\w\-]{4,19})",
    re.IGNORECASE | re.ASCII,
)
# An amount, a date or a count is no number that anybody answers at.
_NO_COUNT = r"(?![\d.]?\d|[ ]?[年月日元个人户名平米千公里吨度份件次天％%万])"
_LOCAL = re.compile(rf"(?<![\w.\-])[2-8]\d{{6,7}}{_NO_COUNT}", re.ASCII)
_CALLED = re.compile(
    r"(?:电话|座机|号码|拨打|拨|打|联系)[^\d，。；\n]{0,4}"
    rf"([2-8]\d{{2,3}}[ \-]\d{{4}}){_NO_COUNT}"
)
_DOOR = re.compile(rf"(?<![\w.\-])\d{{1,3}}-(?:\d{{1,2}}-)?\d{{3,4}}(?!-){_NO_COUNT}", re.ASCII)
# The digits that an earlier mask left (138****1234) would tell a unit who it is as well.
_SAID = "[0-9０-９零〇一幺二两三四五六七八九]"
_ENDS = re.compile(rf"(?:{_SAID}[ \-]?){{0,6}}\*{{3,}}(?:[ \-]?{_SAID}){{0,4}}[Xx]?")


def withhold(text: str, own: Iterable[PersonalSpan] = (), *, kept: Collection[str] = ()) -> str:
    """The text without anything that leads to the person it is about.

    :param own: further places, such as the requester's name.
    :param kept: phones that an office publishes; they stay.
    """
    offices = {_digits(phone) for phone in kept}
    spans: list[PersonalSpan] = []
    for span in (*_chats(text), *spans_of_person(text, kept=kept), *own, *_locals(text, offices)):
        if all(span.end <= other.start or other.end <= span.start for other in spans):
            spans.append(span)
    parts, done = [], 0
    for span in sorted(spans, key=lambda span: span.start):
        parts += [text[done : span.start], _hidden(text[span.start : span.end], span)]
        done = span.end
    return _ENDS.sub(HIDDEN, "".join(parts) + text[done:])


def _hidden(said: str, span: PersonalSpan) -> str:
    """A house keeps its shape, so that the sentence can be read."""
    if span.kind is PersonalKind.ADDRESS:
        return masked(said, [PersonalSpan(span.kind, 0, len(said))])
    return HIDDEN


def _chats(text: str) -> Iterator[PersonalSpan]:
    for match in _CHAT.finditer(level(text)):
        group = "qq" if match["qq"] else "wechat"
        yield PersonalSpan(PersonalKind.LANDLINE, *match.span(group))


def _locals(text: str, offices: Collection[str]) -> Iterator[PersonalSpan]:
    """Doors, and numbers without an area code that no office has."""
    plain = level(text)
    for pattern, group in ((_LOCAL, 0), (_CALLED, 1)):
        for match in pattern.finditer(plain):
            said = _digits(match[group])
            if not _is_day(said) and not any(office.endswith(said) for office in offices):
                yield PersonalSpan(PersonalKind.LANDLINE, *match.span(group))
    for match in _DOOR.finditer(plain):
        yield PersonalSpan(PersonalKind.ADDRESS, *match.span())


def _is_day(said: str) -> bool:
    """20260507 as files and papers are numbered."""
    if len(said) != 8 or not said.startswith("20"):
        return False
    try:
        date(int(said[:4]), int(said[4:6]), int(said[6:]))
    except ValueError:
        return False
    return True


def _digits(text: str) -> str:
    return "".join(str(int(char)) for char in text if char.isdigit())


def same_digits(one: str, other: str) -> bool:
    """Tell whether two spellings are of one number."""
    return _digits(one) == _digits(other)
