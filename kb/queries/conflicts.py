"""Conflicts as people find them: a unit its own, the editor all, a draft its hints."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from kb.access import visible_items
from kb.actor import Actor
from kb.errors import NotFound
from kb.models import Conflict, KnowledgeItem, KnowledgeVersion
from kb.terms import OPEN_CONFLICTS, Audience, ConflictState, Role

PAGE = 20
_Left, _Right = aliased(KnowledgeItem), aliased(KnowledgeItem)
# Filters of the queue: value -> what it is called on the page.
TABS = {
    "mine": "待我方答复",
    "open": "未了结",
    "disputed": "待裁定",
    "agreed": "待修改",
    "done": "已了结",
}


@dataclass(frozen=True)
class Wanted:
    """What is looked for in the queue."""

    tab: str = "open"
    text: str = ""
    page: int = 1


@dataclass(frozen=True)
class ConflictPage:
    """One page of the queue; ``pages`` is at least 1, ``counts`` is by tab."""

    rows: tuple[Conflict, ...]
    total: int
    page: int
    pages: int
    counts: Mapping[str, int]


def seen_by(actor: Actor) -> ColumnElement[bool]:
    """The condition that a person may see a conflict of published entries."""
    not_hint = Conflict.state != ConflictState.HINT.value
    if actor.has(Role.EDITOR):
        return not_hint
    scope = list(actor.unit_scope)
    return and_(not_hint, or_(_Left.unit_id.in_(scope), _Right.unit_id.in_(scope)))


def get_conflict(session: Session, conflict_id: int, actor: Actor) -> Conflict:
    """Load a conflict for an editor, or for one of its two units.

    :raises NotFound: it does not exist, or not for this person.
    """
    found = session.scalars(_joined().where(Conflict.id == conflict_id, seen_by(actor))).first()
    if found is None:
        raise NotFound("没有这条口径确认，或者它不在您可查看的范围内", conflict_id=conflict_id)
    return found


def queue(session: Session, actor: Actor, wanted: Wanted, *, size: int = PAGE) -> ConflictPage:
    """A page of the queue: by due time, so the overdue come first; closed ones newest first."""
    conditions = {tab: _tab(tab, actor) for tab in TABS}
    counts = {
        tab: session.scalar(_counted().where(seen_by(actor), condition)) or 0
        for tab, condition in conditions.items()
    }
    where = [seen_by(actor), conditions.get(wanted.tab, conditions["open"])]
    if wanted.text:
        where.append(_about(wanted.text, actor))
    total = session.scalar(_counted().where(*where)) or 0
    pages = max(1, -(-total // size))
    page = min(max(1, wanted.page), pages)
    is_done = wanted.tab == "done"
    order = (
        (Conflict.closed_at.desc(),) if is_done else (Conflict.due_at.is_(None), Conflict.due_at)
    )
    query = _joined().where(*where).order_by(*order, Conflict.id)
    rows = session.scalars(query.limit(size).offset((page - 1) * size)).all()
    return ConflictPage(tuple(rows), total, page, pages, counts)


def _tab(tab: str, actor: Actor) -> ColumnElement[bool]:
    scope = list(actor.unit_scope)
    return {
        "mine": and_(
            Conflict.state.in_([ConflictState.OPEN.value, ConflictState.DISPUTED.value]),
            Conflict.ruling == "",
            or_(
                and_(_Left.unit_id.in_(scope), Conflict.left_answer == ""),
                and_(_Right.unit_id.in_(scope), Conflict.right_answer == ""),
            ),
        ),
        "open": Conflict.state.in_([state.value for state in OPEN_CONFLICTS]),
        "disputed": Conflict.state == ConflictState.DISPUTED.value,
        "agreed": Conflict.state == ConflictState.AGREED.value,
        "done": Conflict.state.in_([ConflictState.SETTLED.value, ConflictState.GONE.value]),
    }[tab]


def _about(text: str, actor: Actor) -> ColumnElement[bool]:
    """Titles count only where the person may read them: a hit would give away an internal one."""
    words = text.strip()[:50]
    version = aliased(KnowledgeVersion)
    titled = select(version.id).where(
        version.title.icontains(words, autoescape=True), version.item_id.in_(_visible(actor))
    )
    if not actor.is_centre:
        # As kb.access.may_see_version: an entry that is public now may have been 内部 before.
        own = select(KnowledgeItem.id).where(KnowledgeItem.unit_id.in_(actor.unit_scope))
        is_public = version.audience == Audience.PUBLIC.value
        titled = titled.where(or_(is_public, version.item_id.in_(own)))
    return or_(
        Conflict.attribute.icontains(words, autoescape=True),
        Conflict.left_version_id.in_(titled),
        Conflict.right_version_id.in_(titled),
    )


def _visible(actor: Actor) -> Select[int]:
    return (
        select(KnowledgeItem.id)
        .outerjoin(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(visible_items(actor))
    )


def _joined() -> Select[Conflict]:
    return (
        select(Conflict)
        .join(_Left, _Left.id == Conflict.left_item_id)
        .join(_Right, _Right.id == Conflict.right_item_id)
        .options(
            selectinload(Conflict.left_item).selectinload(KnowledgeItem.unit),
            selectinload(Conflict.right_item).selectinload(KnowledgeItem.unit),
            selectinload(Conflict.left_version),
            selectinload(Conflict.right_version),
        )
    )


def _counted() -> Select[int]:
    return (
        select(func.count())
        .select_from(Conflict)
        .join(_Left, _Left.id == Conflict.left_item_id)
        .join(_Right, _Right.id == Conflict.right_item_id)
    )


def warnings(session: Session, version: KnowledgeVersion) -> Sequence[Conflict]:
    """A draft's hints, or a published version's open conflicts."""
    states = [ConflictState.HINT.value]
    mine = Conflict.left_version_id == version.id
    if version.item.current_version_id == version.id:
        item_id = version.item_id
        mine = or_(Conflict.left_item_id == item_id, Conflict.right_item_id == item_id)
        states = [state.value for state in OPEN_CONFLICTS]
    query = _joined().where(mine, Conflict.state.in_(states)).order_by(Conflict.id)
    return session.scalars(query).all()


def visible_among(session: Session, item_ids: Collection[int], actor: Actor) -> set[int]:
    """Those of the entries that the person may see."""
    query = _visible(actor).where(KnowledgeItem.id.in_(item_ids))
    return set(session.scalars(query))


def open_for(session: Session, item_ids: Collection[int]) -> dict[int, list[Conflict]]:
    """The open conflicts of published entries, for the cards of people inside the centre."""
    if not item_ids:
        return {}
    query = (
        select(Conflict)
        .where(
            or_(Conflict.left_item_id.in_(item_ids), Conflict.right_item_id.in_(item_ids)),
            Conflict.state.in_([state.value for state in OPEN_CONFLICTS]),
        )
        .options(
            selectinload(Conflict.left_item).selectinload(KnowledgeItem.unit),
            selectinload(Conflict.right_item).selectinload(KnowledgeItem.unit),
            selectinload(Conflict.left_version),
            selectinload(Conflict.right_version),
            selectinload(Conflict.steps),
        )
        .order_by(Conflict.id)
    )
    found: dict[int, list[Conflict]] = {}
    for row in session.scalars(query):
        for item_id in {row.left_item_id, row.right_item_id} & set(item_ids):
            found.setdefault(item_id, []).append(row)
    return found
