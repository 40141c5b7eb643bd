"""联系方式 of one office under two names: a contact that arrives against those the unit has."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docs_import.contact_words import PHONE
from kb.models import KnowledgeItem, KnowledgeVersion, Unit
from kb.services.entries import Content
from kb.services.sameness import live_of
from kb.terms import KnowledgeKind

_LANDLINE = 7  # digits without the area code; a shorter number is a hotline of many offices
_LEAST_ALIKE = 0.6  # of a longer name the shorter one must be so much
_SHORTEST = 3
_DRESS = re.compile(r"[\s（）()《》“”\"、，,·\-—]+")
_SORT = re.compile(r"(?:科室|科|处|股|室|部|组|办公室)?(?:(?:联系|咨询|办公)?电话)?$")
# 一科 and 二科, 东区 and 西区 are two offices, however alike.
_TELLS_APART = re.compile(r"[\da-zA-Z一二三四五六七八九十东南西北上下左右内外]")


@dataclass(frozen=True)
class LikeContact:
    """The unit's contact that may be the same office, and why, for people."""

    version_id: int
    reason: str


@dataclass(frozen=True)
class _Known:
    item_id: int
    version_id: int
    title: str
    core: str
    phones: frozenset[str]


class KnownContacts:
    """The live contacts of a unit in memory."""

    def __init__(self, unit: Unit, versions: Iterable[KnowledgeVersion]) -> None:
        self._names = sorted((unit.name, *unit.aliases), key=len, reverse=True)
        self._known = [
            _Known(
                version.item_id,
                version.id,
                version.title,
                self._core(version.title),
                _phones(version.facts),
            )
            for version in versions
        ]
        self._owners: dict[str, set[int]] = {}
        for known in self._known:
            for key in known.phones:
                self._owners.setdefault(key, set()).add(known.item_id)

    def find(
        self, content: Content, listed: Collection[str], *, but_item: int | None = None
    ) -> LikeContact | None:
        """The contact that this one may be under another name; the same phone says most.

        A phone that several contacts have is a switchboard and says nothing.

        :param listed: names that the same table lists as well: those offices are still there.
        """
        mine, core = _phones(content.facts), self._core(content.title)
        best: tuple[int, _Known] | None = None
        for known in self._known:
            if known.item_id == but_item or known.title in listed:
                continue
            both = mine & known.phones
            same = any(self._owners[key] - {but_item} == {known.item_id} for key in both)
            alike = _is_alike(core, known.core)
            score = 2 * same + alike
            if score and (best is None or score > best[0]):
                best = score, known
        if best is None:
            return None
        return LikeContact(best[1].version_id, _reason(best[1], *divmod(best[0], 2)))

    def _core(self, title: str) -> str:
        """The name of an office without its unit, its sort (科, 处) and the word 电话."""
        bare = _DRESS.sub("", title)
        prefix = next((name for name in self._names if name and bare.startswith(name)), "")
        bare = bare[len(prefix) :]
        return _SORT.sub("", bare) or bare


def known_contacts(session: Session, unit_id: int) -> KnownContacts:
    """The contacts of a unit that are published or on their way."""
    query = (
        select(KnowledgeVersion)
        .join(KnowledgeItem, KnowledgeItem.id == KnowledgeVersion.item_id)
        .where(live_of(unit_id), KnowledgeVersion.kind == KnowledgeKind.CONTACT.value)
        .order_by(KnowledgeVersion.id)
    )
    return KnownContacts(session.get_one(Unit, unit_id), session.scalars(query))


def _phones(facts: Mapping[str, Any]) -> frozenset[str]:
    """The landlines and mobiles of a contact without area code, with extension."""
    found = set()
    for match in PHONE.finditer(str(facts.get("phone", ""))):
        number, *extension = re.split(r"转|分机", match.group())
        digits = re.sub(r"\D", "", number)
        if len(digits) >= _LANDLINE:
            more = "".join(re.sub(r"\D", "", part) for part in extension)
            found.add(f"{digits[-_LANDLINE:]}-{more}")
    return frozenset(found)


def _is_alike(one: str, other: str) -> bool:
    """Whether two names are one, or one has words put in that do not tell offices apart."""
    if one == other:
        return bool(one)
    short, long = sorted((one, other), key=len)
    if len(short) < max(_SHORTEST, _LEAST_ALIKE * len(long)):
        return False
    rest = iter(long)
    put_in = []
    for sign in short:
        for each in rest:
            if each == sign:
                break
            put_in.append(each)
        else:
            return False
    return not _TELLS_APART.search("".join([*put_in, *rest]))


def _reason(known: _Known, same_phone: int, alike: int) -> str:
    what = "、".join(
        word for word, holds in (("电话相同", same_phone), ("名称相近", alike)) if holds
    )
    return f"与现有联系方式《{known.title}》{what}：请确认是它改了，还是另外一处"
