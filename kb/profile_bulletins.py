"""``[bulletins]`` of a city profile: names on the red head, 抄送, and what is made on schedule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kb.errors import InvalidInput
from kb.terms import BulletinKind

_TEXTS = ("hotline", "kind", "issuer")
_LISTS = ("copies", "scheduled")
_CHOICES = ("review_by_another",)


@dataclass(frozen=True)
class BulletinSettings:
    """``hotline`` is the first line of the red head, ``kind`` the second (工作通报).

    :ivar copies: 抄送, a line each.
    :ivar scheduled: kinds drafted by themselves on the first day after their period.
    :ivar review_by_another: whoever wrote last may not review, and whoever reviewed may not issue
        even where nobody else could.
    """

    hotline: str = ""
    kind: str = "工作通报"
    issuer: str = ""
    copies: tuple[str, ...] = ()
    scheduled: tuple[BulletinKind, ...] = field(default=())
    review_by_another: bool = False


def read_bulletins(data: Any) -> BulletinSettings:
    """The settings from parsed TOML.

    :raises InvalidInput: a key or value means nothing; the sentence says which.
    """
    if not isinstance(data, Mapping):
        raise InvalidInput(f"城市方案的 bulletins 应为一组“名称 = 值”，现为“{data}”")
    for name in data:
        if name not in (*_TEXTS, *_LISTS, *_CHOICES):
            known = "、".join((*_TEXTS, *_LISTS, *_CHOICES))
            raise InvalidInput(f"城市方案的 bulletins 里没有“{name}”这一项，可写的有：{known}")
    texts = {name: _text(data, name) for name in _TEXTS if name in data}
    kinds = {kind.label: kind for kind in BulletinKind if kind is not BulletinKind.TOPICAL}
    scheduled = []
    for word in _words(data, "scheduled"):
        if word not in kinds:
            raise InvalidInput(
                f"城市方案的 bulletins.scheduled 可写{'、'.join(kinds)}，现为“{word}”"
            )
        scheduled.append(kinds[word])
    another = data.get("review_by_another", False)
    if not isinstance(another, bool):
        raise InvalidInput(
            f"城市方案的 bulletins.review_by_another 应为 true 或 false，现为“{another}”"
        )
    return BulletinSettings(
        **texts,
        copies=_words(data, "copies"),
        scheduled=tuple(scheduled),
        review_by_another=another,
    )


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data[name]
    if not isinstance(value, str) or not 0 < len(value) <= 60:
        raise InvalidInput(f"城市方案的 bulletins.{name} 应为 1 至 60 个字，现为“{value}”")
    return value


def _words(data: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = data.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise InvalidInput(f"城市方案的 bulletins.{name} 应为一列文字，现为“{value}”")
    return tuple(value)
