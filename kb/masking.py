"""Personal data as it may be shown and stored outside its own fields.

Two strengths. :func:`mask_text` hides the numbers that reach or name a person, and leaves what a
unit needs to act: the place, the plate of a car, an office's own phone. :func:`mask_person` hides
everything that leads to somebody and is for what leaves the order: knowledge, records, lists.
"""

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable

from kb.personal_spans import PersonalKind, PersonalSpan, personal_spans

# What a unit that handles an order has to read, or what is an office's own.
LEFT_TO_ACT = frozenset({PersonalKind.LANDLINE, PersonalKind.PLATE, PersonalKind.ADDRESS})


def mask_phone(phone: str) -> str:
    """``138****1234``: the first three and last four digits stay."""
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return f"****{phone[-4:]}" if len(phone) > 4 else "****" if phone else ""


def mask_name(name: str) -> str:
    """``李*``: only the family name stays."""
    return name[:1] + "*" * max(len(name) - 1, 0)


def mask_text(text: str, *, own: str = "") -> str:
    """Mask mobile, ID and account numbers and e-mail addresses inside a text.

    :param own: the number of whoever asked, masked also where it is a landline.
    """
    mine = {_digits(own)}
    spans = personal_spans(text)
    return masked(text, (s for s in spans if s.kind not in LEFT_TO_ACT or _is_of(s, text, mine)))


def mask_person(text: str, *, kept: Collection[str] = ()) -> str:
    """Mask everything that leads to a person: also landlines, plates, doors and houses.

    :param kept: phones that are an office's own, as they are printed anywhere.
    """
    return masked(text, spans_of_person(text, kept=kept))


def spans_of_person(text: str, *, kept: Collection[str] = ()) -> list[PersonalSpan]:
    """What :func:`mask_person` would mask."""
    own = {_digits(phone) for phone in kept}
    return [span for span in personal_spans(text) if not _is_of(span, text, own)]


def _is_of(span: PersonalSpan, text: str, numbers: Collection[str]) -> bool:
    """Whether a place is a phone of these, however it is written."""
    return span.kind in _PHONES and _digits(text[span.start : span.end]) in numbers


_PHONES = frozenset({PersonalKind.MOBILE, PersonalKind.LANDLINE})


def masked(text: str, spans: Iterable[PersonalSpan]) -> str:
    """The text with these places made unreadable; everything else keeps its words."""
    parts, done = [], 0
    for span in sorted(spans, key=lambda span: span.start):
        parts += [text[done : span.start], _mask(span.kind, text[span.start : span.end])]
        done = span.end
    return "".join(parts) + text[done:]


def _mask(kind: PersonalKind, said: str) -> str:
    match kind:
        case PersonalKind.MOBILE:
            return _mask_mobile(said)
        case PersonalKind.ID_NUMBER | PersonalKind.BANK_CARD:
            return _ends(said, 6 if kind == PersonalKind.ID_NUMBER else 0, 4)
        case PersonalKind.EMAIL:
            return f"{said[:1]}***@{said.rpartition('@')[2]}"
        case PersonalKind.PLATE:
            return f"{said[:2]}*****"
        case PersonalKind.NAME:
            return mask_name(said)
        case PersonalKind.ADDRESS:
            return re.sub(
                r"[\dA-Za-z０-９]+|[一二三四五六七八九十百零〇]+(?=[号栋幢座单楼层室户房])",
                "*",
                said,
            )
        case PersonalKind.LANDLINE:
            return _ends(said, 0, 0)


def _mask_mobile(said: str) -> str:
    """The spelling of the number is kept: blanks, width and words."""
    places = [at for at, char in enumerate(said) if char.isdigit() or char in _SPOKEN]
    places = places[-11:]
    hidden = set(places[3:7])
    return "".join("*" if at in hidden else char for at, char in enumerate(said))


_SPOKEN = "零〇一幺二两三四五六七八九"


def _ends(said: str, first: int, last: int) -> str:
    places = [at for at, char in enumerate(said) if char.isalnum()]
    shown = set(places[:first]) | set(places[len(places) - last :] if last else ())
    return "".join(
        "*" if char.isalnum() and at not in shown else char for at, char in enumerate(said)
    )


def _digits(text: str) -> str:
    return "".join(str(int(char)) for char in text if char.isdigit())


def phone_hash(phone: str, key: bytes) -> str:
    """A keyed hash of the digits, to find a caller's history without reading numbers."""
    digits = re.sub(r"\D", "", phone)
    return hmac.new(key, digits.encode(), hashlib.sha256).hexdigest() if digits else ""
