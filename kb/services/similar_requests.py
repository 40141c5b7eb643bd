"""重复与重复来电: earlier requests that may be the same matter, for a person to merge (并单)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from kb.masking import mask_text
from kb.models import CitizenRequest
from kb.suggesting.alike import likeness, pairs_of
from kb.terms import Outcome

REPEAT_DAYS = 30
CANDIDATES = 200
_PHONE, _PLACE, _MATTER, _TEXT = 0.35, 0.2, 0.1, 0.6
_LIKE, _VERY_LIKE = 0.3, 0.6
HIDDEN_TITLE = "保密诉求"


class Asked(Protocol):
    """What is compared: a stored request, or a form that is being filled (``id`` 0)."""

    @property
    def id(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def content(self) -> str: ...
    @property
    def phone_hash(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def category(self) -> str: ...


@dataclass(frozen=True)
class Form:
    """A request that is being written down; see :class:`Asked`."""

    title: str
    content: str = ""
    phone_hash: str = ""
    region: str = ""
    place: str = ""
    category: str = ""
    id: int = 0


@dataclass(frozen=True)
class SimilarRequest:
    """An earlier request; ``score`` 0 to 1, ``reasons`` Chinese phrases without personal data.

    ``is_repeat``: the same caller again (重复来电); otherwise others about the same matter.
    """

    request_id: int
    number: str
    title: str
    received_at: datetime
    outcome: str
    score: float
    is_repeat: bool
    reasons: tuple[str, ...]


def similar_requests(
    session: Session,
    request: Asked,
    now: datetime,
    *,
    days: int = REPEAT_DAYS,
    limit: int = 5,
    but_call: int | None = None,
) -> list[SimilarRequest]:
    """Earlier requests of the last days that may be the same, likeliest first; a query each for
    the caller, the place and the matter.

    Nothing is merged here: 并单 is a person's decision.

    :param but_call: the running call, whose own requests are not earlier ones.
    """
    own = pairs_of(request.title, request.content)
    found = [
        similar
        for other in _candidates(session, request, now - timedelta(days=days), but_call)
        if (similar := _compare(request, own, other)) is not None
    ]
    return sorted(found, key=lambda one: (-one.score, -one.request_id))[:limit]


def _candidates(
    session: Session, request: Asked, since: datetime, but_call: int | None
) -> Sequence[CitizenRequest]:
    """The newest of each: a busy matter must not push out what the same caller said before."""
    same = [and_(CitizenRequest.category == request.category, _in_district(request.region))]
    if request.phone_hash:
        same.append(CitizenRequest.phone_hash == request.phone_hash)
    if request.place:
        unspaced = func.replace(func.replace(CitizenRequest.place, " ", ""), "\u3000", "")
        same.append(unspaced == _unspaced(request.place))
    known = [CitizenRequest.id != request.id]
    if but_call is not None:
        known.append(CitizenRequest.call_id.is_distinct_from(but_call))
    found: dict[int, CitizenRequest] = {}
    for condition in same:
        query = (
            select(CitizenRequest)
            .where(
                CitizenRequest.received_at >= since,
                *known,
                CitizenRequest.outcome != Outcome.INVALID.value,
                condition,
            )
            .order_by(CitizenRequest.received_at.desc(), CitizenRequest.id.desc())
            .limit(CANDIDATES)
        )
        found |= {one.id: one for one in session.scalars(query)}
    return list(found.values())


def _unspaced(place: str) -> str:
    """梧桐苑 7 幢 and 梧桐苑7幢 are one place."""
    return place.replace(" ", "").replace("\u3000", "")


def _in_district(region: str) -> ColumnElement[bool]:
    """People name one place at different levels: what counts is the district."""
    district = region.split("/")[0]
    return or_(
        CitizenRequest.region == district,
        CitizenRequest.region.startswith(f"{district}/", autoescape=True),
    )


def _compare(request: Asked, own: frozenset[str], other: CitizenRequest) -> SimilarRequest | None:
    like = likeness(own, pairs_of(other.title, other.content))
    phone = bool(request.phone_hash) and request.phone_hash == other.phone_hash
    place = bool(request.place) and _unspaced(request.place) == _unspaced(other.place)
    matter = bool(request.category) and request.category == other.category
    if not _may_be_same(like, phone=phone, place=place, matter=matter):
        return None
    score = _TEXT * like + _PHONE * phone + _PLACE * place + _MATTER * matter
    reasons = [
        *(["同一来电号码"] if phone else []),
        *([f"同一地点：{mask_text(other.place)}"] if place else []),
        *([f"同一事项：{other.category}"] if matter else []),
        *([f"内容相近 {round(like * 100)}%"] if like >= _LIKE else []),
    ]
    return SimilarRequest(
        other.id,
        other.number,
        HIDDEN_TITLE if other.is_confidential else mask_text(other.title),
        other.received_at,
        other.outcome,
        min(score, 1.0),
        phone,
        tuple(reasons),
    )


def _may_be_same(like: float, *, phone: bool, place: bool, matter: bool) -> bool:
    if phone:
        return matter or place or like >= _LIKE
    if place:
        return matter or like >= _LIKE
    return like >= (_LIKE + _VERY_LIKE) / 2 if matter else like >= _VERY_LIKE
