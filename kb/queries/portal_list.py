"""The portal's list of entries: filters, order and pages, decided in the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, UnaryExpression, and_, false, func, or_, select, true
from sqlalchemy.orm import Session, selectinload

from kb.access import visible_items
from kb.actor import Actor
from kb.clock import day_start
from kb.models import Adoption, KnowledgeItem, KnowledgeVersion
from kb.queries.duties import due_condition
from kb.queries.shown import begins, shown_version
from kb.standing import EXPIRING_DAYS, review_is_overdue, standing_on
from kb.terms import ItemState, Role, Standing, VersionState

PAGE = 20
STANDINGS = {
    "valid": "现行有效（含即将到期）",
    "due": "到期与复核",
    "expiring": "即将到期",
    "future": "尚未施行",
    "ended": "已到期、替代、废止",
    "withdrawn": "已下架",
    "unpublished": "未发布",
}
SORTS = {"updated": "最近改动", "title": "标题", "until": "失效日期", "credited": "在线办结"}
_NAMED = 8  # entries offered for some words
_HELD = [ItemState.PUBLISHED.value, ItemState.SUPERSEDED.value, ItemState.REPEALED.value]


@dataclass(frozen=True)
class ListQuery:
    """What the list is asked for; empty texts do not filter."""

    text: str = ""
    kind: str = ""
    standing: str = ""
    category: str = ""
    since: date | None = None
    sort: str = "updated"
    page: int = 1


@dataclass(frozen=True)
class ListedEntry:
    """One row: the entry, the version it shows (that holds, else the newest), its credit."""

    item: KnowledgeItem
    version: KnowledgeVersion
    standing: Standing
    review_overdue: bool
    credited: int


@dataclass(frozen=True)
class ListPage:
    """One page of rows; ``pages`` is at least 1."""

    rows: tuple[ListedEntry, ...]
    total: int
    page: int
    pages: int


def _started(today: date) -> ColumnElement[bool]:
    start = begins(KnowledgeVersion)
    return or_(start.is_(None), start <= today)


def _ends_before(day: date) -> ColumnElement[bool]:
    """The condition that the entry's last day lies before ``day``."""
    return or_(
        func.coalesce(KnowledgeVersion.valid_until < day, false()),
        func.coalesce(KnowledgeItem.ended_on < day, false()),
        func.coalesce(KnowledgeVersion.replaced_on <= day, false()),
    )


def holding(today: date) -> ColumnElement[bool]:
    """现行有效 or 即将到期 today, as :func:`kb.standing.standing_on` decides for one entry.

    On an entry joined to :func:`kb.queries.shown.shown_version`.
    """
    return and_(KnowledgeItem.state.in_(_HELD), _started(today), ~_ends_before(today))


def standing_condition(name: str, today: date) -> ColumnElement[bool]:
    """The condition behind a choice of ``STANDINGS``; an unknown name matches everything."""
    held = KnowledgeItem.state.in_(_HELD)
    soon = _ends_before(today + timedelta(days=EXPIRING_DAYS))
    return {
        "valid": holding(today),
        "due": due_condition(today),
        "expiring": and_(holding(today), soon),
        "future": and_(held, ~_started(today)),
        "ended": and_(held, _started(today), _ends_before(today)),
        "withdrawn": KnowledgeItem.state == ItemState.WITHDRAWN.value,
        "unpublished": KnowledgeItem.state == ItemState.DRAFT.value,
    }.get(name, true())


def list_entries(
    session: Session,
    scope: Collection[int] | None,
    asked: ListQuery,
    today: date,
    *,
    size: int = PAGE,
) -> ListPage:
    """One page of the entries of these units (``None`` is all); entries thrown away are left out.

    :raises KeyError: an unknown order.
    """
    newest = (
        select(KnowledgeVersion.item_id, func.max(KnowledgeVersion.id).label("id"))
        .where(KnowledgeVersion.state != VersionState.DISCARDED.value)
        .group_by(KnowledgeVersion.item_id)
        .subquery()
    )
    credit = (
        select(Adoption.item_id, func.count(func.distinct(Adoption.request_id)).label("n"))
        .where(Adoption.undone_at.is_(None))
        .group_by(Adoption.item_id)
        .subquery()
    )
    credited = func.coalesce(credit.c.n, 0)
    # What is due is asked of the version published last.
    current = KnowledgeItem.current_version_id
    published = current if asked.standing == "due" else shown_version(today)
    shown = func.coalesce(published, newest.c.id)
    query = (
        select(KnowledgeItem, KnowledgeVersion, credited)
        .join(newest, newest.c.item_id == KnowledgeItem.id)
        .join(KnowledgeVersion, KnowledgeVersion.id == shown)
        .outerjoin(credit, credit.c.item_id == KnowledgeItem.id)
        .where(*_conditions(scope, asked, today))
    )
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    pages = max(1, -(-total // size))
    page = min(max(asked.page, 1), pages)
    rows = session.execute(
        query.order_by(_order(asked.sort, credited), KnowledgeItem.id.desc())
        .limit(size)
        .offset((page - 1) * size)
        .options(selectinload(KnowledgeItem.unit))
    )
    return ListPage(
        tuple(
            ListedEntry(
                item,
                version,
                standing_on(item, version, today),
                review_is_overdue(item, version, today),
                count,
            )
            for item, version, count in rows
        ),
        total,
        page,
        pages,
    )


def _conditions(
    scope: Collection[int] | None, asked: ListQuery, today: date
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [standing_condition(asked.standing, today)]
    if scope is not None:
        found.append(KnowledgeItem.unit_id.in_(scope))
    if asked.kind:
        found.append(KnowledgeVersion.kind == asked.kind)
    if asked.category:
        found.append(KnowledgeVersion.category.startswith(asked.category, autoescape=True))
    for word in asked.text.split()[:5]:
        found.append(
            or_(
                KnowledgeVersion.title.icontains(word[:50], autoescape=True),
                KnowledgeVersion.document_number.icontains(word[:50], autoescape=True),
            )
        )
    if asked.since is not None:
        begun = select(KnowledgeVersion.item_id).where(
            KnowledgeVersion.created_at >= day_start(asked.since),
            KnowledgeVersion.state != VersionState.DISCARDED.value,
        )
        found.append(KnowledgeItem.id.in_(begun))
    return found


def _order(sort: str, credited: ColumnElement[int]) -> UnaryExpression[Any]:
    orders: dict[str, UnaryExpression[Any]] = {
        "updated": KnowledgeVersion.updated_at.desc(),
        "title": KnowledgeVersion.title.asc(),
        "until": func.coalesce(KnowledgeVersion.valid_until, date(9999, 12, 31)).asc(),
        "credited": credited.desc(),
    }
    return orders[sort]


def linkable(session: Session, actor: Actor, text: str) -> list[KnowledgeVersion]:
    """Published entries this person may link a draft to, by words of the title or the 文号.

    Units find their own entries and, for 修改 alone, no others; editors find all.
    """
    within = true() if actor.has(Role.EDITOR) else KnowledgeItem.unit_id.in_(actor.unit_scope)
    return _published_with(session, within, text)


def readable(session: Session, actor: Actor, text: str) -> list[KnowledgeVersion]:
    """Published entries this person may read, by words of the title or the 文号."""
    return _published_with(session, visible_items(actor), text)


def _published_with(
    session: Session, within: ColumnElement[bool], text: str
) -> list[KnowledgeVersion]:
    query = (
        select(KnowledgeVersion)
        .join(KnowledgeItem, KnowledgeItem.current_version_id == KnowledgeVersion.id)
        .where(KnowledgeItem.state == ItemState.PUBLISHED.value, within)
        .order_by(KnowledgeVersion.updated_at.desc())
        .limit(_NAMED)
    )
    for word in text.split()[:5]:
        query = query.where(
            or_(
                KnowledgeVersion.title.icontains(word[:50], autoescape=True),
                KnowledgeVersion.document_number.icontains(word[:50], autoescape=True),
            )
        )
    return list(session.scalars(query))
