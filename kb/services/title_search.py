"""Search without an index: plainer, but never away."""

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from kb.access import visible_items
from kb.actor import Actor
from kb.models import KnowledgeItem, KnowledgeVersion, Unit
from kb.queries.held_versions import versions_held
from kb.services.found_items import FoundItem
from kb.services.found_loading import is_of_region, visible_rows
from kb.services.questions import Answers, Question
from kb.terms import ItemState

REGION_SPARE = 5


def by_title(session: Session, question: Question, actor: Actor | None) -> Answers:
    """Compare titles and 文号 in the database: plainer, but never away."""
    words = [word for word in question.text.split() if word][:5] or [question.text]
    pattern = [f"%{_escape(word[:50])}%" for word in words]
    query = (
        select(KnowledgeItem.id)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(
            visible_items(actor),
            # One that is to be replaced still holds until then; the dates below decide.
            KnowledgeItem.state.not_in([ItemState.DRAFT.value, ItemState.WITHDRAWN.value]),
            *_chosen(question),
            or_(
                *(KnowledgeVersion.title.like(text, escape="\\") for text in pattern),
                *(KnowledgeVersion.document_number.like(text, escape="\\") for text in pattern),
            ),
        )
        .order_by(KnowledgeItem.id.desc())
        # Regions are compared below: some of these may be of another one.
        .limit(question.limit * (REGION_SPARE if question.regions else 1))
    )
    ids = list(session.scalars(query))
    by_id = {item.id: item for item in visible_rows(session, ids, actor)}
    held = versions_held(session, by_id.values(), question.as_of, actor)
    found = []
    for item in (by_id[item_id] for item_id in ids if item_id in by_id):
        version = held.get(item.id)
        if version is None:
            continue
        if is_of_region(version, question.regions):
            found.append(FoundItem(item, version, None))
    found = found[: question.limit]
    return Answers(question, tuple(found), None, bool(found), 0.0, degraded=True)


def _chosen(question: Question) -> list[ColumnElement[bool]]:
    """The filters of the question, as the index applies them."""
    units = select(Unit.id).where(Unit.name.in_(question.units))
    conditions = (
        (question.kinds, KnowledgeVersion.kind.in_(question.kinds)),
        (question.units, KnowledgeItem.unit_id.in_(units)),
        (question.categories, KnowledgeVersion.category.in_(question.categories)),
    )
    return [condition for values, condition in conditions if values]


def _escape(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
