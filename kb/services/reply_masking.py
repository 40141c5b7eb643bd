"""答复变知识: a reply without what leads to the person it was given to."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from kb.masking import masked, spans_of_person
from kb.models import CitizenRequest
from kb.personal_spans import PersonalKind, PersonalSpan

_NUMBER = re.compile(r"\d")


@dataclass(frozen=True)
class MaskedReply:
    """:ivar hidden: what was masked, each with its kind as people read it, in reading order."""

    text: str
    hidden: tuple[tuple[str, str], ...]


def mask_reply(
    text: str, request: CitizenRequest, *, office_phones: Collection[str] = ()
) -> MaskedReply:
    """Mask the requester's name, phone and place, and every number, plate and door of a person.

    Landlines stay: in a reply they are desk phones, unless the one is the requester's.

    :param office_phones: numbers that units publish; never masked.
    """
    own = _digits(request.requester_phone)
    spans = [
        span
        for span in spans_of_person(text, kept=office_phones)
        if span.kind is not PersonalKind.LANDLINE or _digits(text[span.start : span.end]) == own
    ]
    for span in spans_of_requester(text, request):
        if all(span.end <= other.start or other.end <= span.start for other in spans):
            spans.append(span)
    spans.sort(key=lambda span: span.start)
    hidden = tuple((span.kind.label, text[span.start : span.end]) for span in spans)
    return MaskedReply(masked(text, spans), hidden)


def spans_of_requester(text: str, request: CitizenRequest) -> list[PersonalSpan]:
    """Where the text repeats the name or the place that was registered; none overlapping."""
    return [*_names(text, request.requester_name), *_places(text, request.place)]


def _names(text: str, name: str) -> list[PersonalSpan]:
    if len(name) < 2:
        return []
    found = re.finditer(re.escape(name), text)
    return [PersonalSpan(PersonalKind.NAME, *match.span()) for match in found]


def _places(text: str, place: str) -> list[PersonalSpan]:
    """The registered place as far as it tells a house."""
    if len(place) < 4 or not _NUMBER.search(place):
        return []
    found = re.finditer(re.escape(place), text)
    return [PersonalSpan(PersonalKind.ADDRESS, *match.span()) for match in found]


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
