"""What was said of whose a draft is, and whether it may still become another unit's."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import ItemEvent, KnowledgeVersion
from kb.services.drafting import is_editable
from kb.terms import ItemState

KEPT = "kept_here"


def is_kept(session: Session, version: KnowledgeVersion) -> bool:
    """Tell whether the unit said that it answers for what this other office issued."""
    query = select(ItemEvent.id).where(
        ItemEvent.item_id == version.item_id,
        ItemEvent.kind == KEPT,
        ItemEvent.comment == kept_comment(version),
    )
    return session.scalar(query.limit(1)) is not None


def kept_comment(version: KnowledgeVersion) -> str:
    """What is written down when the unit says so; another issuer is another question."""
    return f"发文机关是{version.issuing_authority}，由{version.item.unit.name}维护"


def may_move(session: Session, version: KnowledgeVersion) -> bool:
    """Only a draft that was never published, with its original, of which nothing else was made."""
    if version.item.state != ItemState.DRAFT or not is_editable(version):
        return False
    if version.file_id is None or version.row is not None:
        return False
    others = select(KnowledgeVersion.id).where(
        KnowledgeVersion.file_id == version.file_id, KnowledgeVersion.item_id != version.item_id
    )
    return session.scalar(others.limit(1)) is None
