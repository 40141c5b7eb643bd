"""文号: two documents in force may share one only after a person said what they are."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, selectinload

from kb.access import require_editing
from kb.actor import Actor
from kb.db import one_at_a_time
from kb.errors import InvalidInput
from kb.models import ItemEvent, ItemLink, KnowledgeItem, KnowledgeVersion
from kb.services.entries import note
from kb.terms import ItemState, KnowledgeKind

TOLD_APART, NUMBER_APART = "told_apart", "number_apart"
# Questions, guides and contacts name the 文号 they rest on; a document has it.
DOCUMENTS = (KnowledgeKind.POLICY.value, KnowledgeKind.NOTICE.value)
_MAX_REASON = 500


def same_number(session: Session, version: KnowledgeVersion) -> Sequence[KnowledgeItem]:
    """Published documents of the unit with this one's 文号, until a person has said what they are.

    An entry that the version is linked to, or is to be, is settled; so is one that somebody said
    is a different document, whichever of the two they said it of.
    """
    if not version.document_number or version.kind not in DOCUMENTS:
        return []
    named = {link["item_id"] for link in version.planned_links} | {version.item_id}
    query = (
        select(KnowledgeItem)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(
            KnowledgeVersion.document_number == version.document_number,
            KnowledgeVersion.kind.in_(DOCUMENTS),
            KnowledgeItem.unit_id == version.item.unit_id,
            KnowledgeItem.state == ItemState.PUBLISHED.value,
            KnowledgeItem.id.not_in(named),
            ~_linked(version.item_id),
        )
        .options(selectinload(KnowledgeItem.current_version))
        .order_by(KnowledgeItem.id)
    )
    found = session.scalars(query).all()
    return [older for older in found if not _is_told(session, version, older)]


def _linked(item_id: int) -> ColumnElement[bool]:
    one = and_(ItemLink.newer_id == item_id, ItemLink.older_id == KnowledgeItem.id)
    other = and_(ItemLink.older_id == item_id, ItemLink.newer_id == KnowledgeItem.id)
    return exists().where(or_(one, other))


def _is_told(session: Session, version: KnowledgeVersion, older: KnowledgeItem) -> bool:
    number = version.document_number
    query = select(ItemEvent.id).where(
        ItemEvent.kind == NUMBER_APART,
        or_(
            and_(
                ItemEvent.item_id == version.item_id,
                ItemEvent.comment.startswith(_pair(number, older.id), autoescape=True),
            ),
            and_(
                ItemEvent.item_id == older.id,
                ItemEvent.comment.startswith(_pair(number, version.item_id), autoescape=True),
            ),
        ),
    )
    return session.scalar(query.limit(1)) is not None


def _pair(number: str, item_id: int) -> str:
    """How the step begins: other numbers and other entries are another question."""
    return f"文号同为{number}，与 #{item_id}《"


def answers(session: Session, version: KnowledgeVersion) -> Sequence[ItemEvent]:
    """Who said of the entry that another with its 文号 is a different document, and why."""
    query = (
        select(ItemEvent)
        .where(
            ItemEvent.item_id == version.item_id,
            ItemEvent.kind == NUMBER_APART,
            ItemEvent.comment.startswith(f"文号同为{version.document_number}，", autoescape=True),
        )
        .options(selectinload(ItemEvent.actor))
        .order_by(ItemEvent.id)
    )
    return session.scalars(query).all() if version.document_number else []


def tell_all_apart(
    session: Session, version: KnowledgeVersion, *, actor: Actor, now: datetime, reason: str
) -> None:
    """Let a version come into force beside those that have its 文号, for the reason given.

    :raises InvalidInput: there are such, and no reason is given.
    """
    _wait_for_number(session, version)
    for older in same_number(session, version):
        tell_apart(session, version, older, actor=actor, now=now, reason=reason)


def _wait_for_number(session: Session, version: KnowledgeVersion) -> None:
    if version.document_number:
        said = f"{version.item.unit_id} {version.document_number}".encode()
        lock = int.from_bytes(blake2b(said, digest_size=8).digest(), signed=True)
        one_at_a_time(session, lock)


def tell_apart(
    session: Session,
    version: KnowledgeVersion,
    older: KnowledgeItem,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
) -> None:
    """不同文件: note that a person compared the two and found them different, and why.

    :raises InvalidInput: both have one 文号, and nothing says how that can be.
    """
    require_editing(actor, version.item)
    title = (older.current_version or older.versions[-1]).title
    reason = reason.strip()[:_MAX_REASON]
    if older.id not in {item.id for item in same_number(session, version)}:
        said = f"与《{title}》对照过，是不同文件" + (f"。{reason}" if reason else "")
        note(session, version, TOLD_APART, actor, now, said)
        return
    if not reason:
        asked = "请写明为什么文号相同却是不同文件，例如哪一份的文号写错了"
        raise InvalidInput(asked, {"same_number": asked})
    said = f"{_pair(version.document_number, older.id)}{title}》是不同文件：{reason}"
    note(session, version, NUMBER_APART, actor, now, said)


def require_told_apart(session: Session, version: KnowledgeVersion) -> None:
    """Let no 文号 be in force twice in silence, not even for two who publish at once: the second
    waits here until the first has committed.

    :raises InvalidInput: an entry in force has the same, and nobody has said what this one is.
    """
    _wait_for_number(session, version)
    older = next(iter(same_number(session, version)), None)
    if older is None or older.current_version is None:
        return
    asked = (
        f"库中已有文号 {version.document_number} 的条目《{older.current_version.title}》："
        "请先存为草稿，在这一版的页面上回答是它的新版本、替代旧件还是不同文件，再送审、发布"
    )
    raise InvalidInput(asked, {"same_number": asked})
