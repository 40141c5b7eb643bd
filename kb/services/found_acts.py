"""废止, 修改, 替代 that a new version's original names: kept as rows, and noticed both ways."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from docs_import.document_numbers import normal_number
from kb.models import FoundLink, KnowledgeVersion, StoredFile
from kb.services.notices import notify
from kb.terms import FoundState, LinkKind, Role, VersionState

_LONGEST_KEY = 300
_SHELL = re.compile(
    r"关于(?:重新)?(?:印发|发布|公布|下发|转发)(?P<core>.{4,}?)的(?:通知|公告|通告|决定)$"
)
_EDITION = re.compile(r"[（(][^（）()]{0,20}(?:试行|暂行|修订|修正|修改)[^（）()]{0,8}[）)]$")
_SIGNS = re.compile(r"[\s《》〈〉<>“”\"「」]+")


def number_key(text: str) -> str:
    """A 文号 as it is compared: 〔〕, no spaces, no 第, no zeros in front; "" for none."""
    number = normal_number(text).removesuffix("文")
    return re.sub(r"〕第?0*(?=\d)", "〕", number)[:80]


def title_key(text: str) -> str:
    """A title as it is compared: the regulation itself, without 关于印发…的通知 around it."""
    line = _SIGNS.sub("", text)
    shell = _SHELL.search(line)
    core = shell["core"] if shell else line
    return (_EDITION.sub("", core) or core)[:_LONGEST_KEY]


def note_acts(session: Session, version: KnowledgeVersion, now: datetime) -> None:
    """Keep what the version's original names; also tell who named this document before.

    A file is read once: the next version made from the same original asks nothing again.
    """
    _tell_who_named(session, version, now)
    if version.file_id is None or _is_noted(session, version):
        return
    stored = session.get_one(StoredFile, version.file_id)
    metadata = (stored.recognised or {}).get("metadata") or {}
    for ordinal, act in enumerate(metadata.get("acts", ())):
        session.add(_row(version, ordinal, act))


def _is_noted(session: Session, version: KnowledgeVersion) -> bool:
    query = (
        select(FoundLink.id)
        .join(KnowledgeVersion, KnowledgeVersion.id == FoundLink.version_id)
        .where(
            KnowledgeVersion.file_id == version.file_id,
            KnowledgeVersion.state != VersionState.DISCARDED.value,
        )
    )
    return session.scalar(query.limit(1)) is not None


def _row(version: KnowledgeVersion, ordinal: int, act: dict[str, Any]) -> FoundLink:
    day = act.get("effective_on") or ""
    return FoundLink(
        version_id=version.id,
        ordinal=ordinal,
        kind=LinkKind(act["kind"]).value,
        title=act["title"][:300],
        document_number=act["document_number"][:80],
        place=act["where"][:100],
        effective_on=date.fromisoformat(day) if day else None,
        number_key=number_key(act["document_number"]),
        title_key=title_key(act["title"]),
        state=FoundState.OPEN.value,
    )


def named_by(session: Session, version: KnowledgeVersion) -> Sequence[FoundLink]:
    """Named documents of other entries that this version may be, not decided yet."""
    title = FoundLink.title_key == title_key(version.title)
    same = title
    if version.document_number:
        # A number that differs outweighs a title that agrees: next year's notice has the same.
        keys = [number_key(part) for part in version.document_number.split("、")]
        same = or_(FoundLink.number_key.in_(keys), and_(title, FoundLink.number_key == ""))
    query = (
        select(FoundLink)
        .join(KnowledgeVersion, KnowledgeVersion.id == FoundLink.version_id)
        .where(
            same,
            FoundLink.state == FoundState.OPEN.value,
            KnowledgeVersion.item_id != version.item_id,
            KnowledgeVersion.state.not_in([VersionState.DISCARDED, VersionState.REPLACED]),
        )
        .order_by(FoundLink.id)
    )
    return session.scalars(query).all()


def _tell_who_named(session: Session, version: KnowledgeVersion, now: datetime) -> None:
    """Tell the unit whose document named this one; another unit's draft is only an editor's."""
    for link in named_by(session, version):
        newer = link.version
        is_same_unit = newer.item.unit_id == version.item.unit_id
        notify(
            session,
            kind="found_link",
            title=f"《{newer.title}》写明{LinkKind(link.kind).label}的《{version.title}》"
            "已推送，请核对",
            path=f"/units/versions/{newer.id}",
            now=now,
            unit_id=newer.item.unit_id if is_same_unit else None,
            role=None if is_same_unit else Role.EDITOR,
            item_id=newer.item_id,
            key=f"found_link:{link.id}:came:{version.id}",
        )
