"""What the public's pages list: only public entries, and only what holds unless said otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from kb.access import get_visible, visible_items
from kb.errors import NotFound
from kb.models import Adoption, KnowledgeItem, KnowledgeVersion, Unit
from kb.queries.shown import begins, shown_version
from kb.standing import holds
from kb.terms import ItemState, KnowledgeKind, UnitKind

PAGE_SIZE = 20
MAX_ID = 2**31 - 1
_SINCE_DAYS = 90
_HELD = (ItemState.PUBLISHED.value, ItemState.SUPERSEDED.value, ItemState.REPEALED.value)
# An entry and the version that a list shows of it.
Entry = tuple[KnowledgeItem, KnowledgeVersion]
_NO_SUCH = "没有这个页面，可能地址有误，或内容已经下架"


@dataclass(frozen=True)
class Listed:
    """One page of entries; ``number`` counts from 1, ``total`` counts over all pages."""

    entries: Sequence[Entry]
    number: int
    total: int

    @property
    def items(self) -> list[KnowledgeItem]:
        """The entries without the versions shown of them."""
        return [item for item, _ in self.entries]

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // PAGE_SIZE))


def ends_on_or_after(day: date) -> ColumnElement[bool]:
    """The condition that an entry is published and does not end before ``day``."""
    return and_(
        KnowledgeItem.state.in_(_HELD),
        or_(KnowledgeVersion.valid_until.is_(None), KnowledgeVersion.valid_until >= day),
        or_(KnowledgeItem.ended_on.is_(None), KnowledgeItem.ended_on >= day),
    )


def in_force(day: date) -> ColumnElement[bool]:
    """The condition that an entry holds on ``day``; the same rule as ``kb.standing.holds``.

    On an entry joined to :func:`kb.queries.shown.shown_version`, which may not be the last.
    """
    start = begins(KnowledgeVersion)
    announced = and_(
        KnowledgeVersion.kind == KnowledgeKind.NOTICE.value, KnowledgeVersion.issued_on <= day
    )
    return and_(ends_on_or_after(day), or_(start.is_(None), start <= day, announced))


def in_category(first: str) -> ColumnElement[bool]:
    """The condition that an entry is filed under this first-level category."""
    return or_(
        KnowledgeVersion.category == first,
        KnowledgeVersion.category.startswith(f"{first}/", autoescape=True),
    )


def public_entries(
    day: date, *conditions: ColumnElement[bool]
) -> Select[KnowledgeItem, KnowledgeVersion]:
    """Public entries with the version that is shown on ``day``; what holds is up to the caller."""
    return (
        select(KnowledgeItem, KnowledgeVersion)
        .select_from(KnowledgeItem)
        .join(KnowledgeVersion, KnowledgeVersion.id == shown_version(day))
        .where(visible_items(None), *conditions)
        .options(selectinload(KnowledgeItem.unit))
    )


def get_entry(session: Session, item_id: int) -> KnowledgeItem:
    """An entry the public may open by link, in force or not.

    :raises NotFound: in the same words for internal, withdrawn, unpublished and missing ones.
    """
    if item_id > MAX_ID:
        raise NotFound(_NO_SUCH)
    try:
        return get_visible(session, item_id, None)
    except NotFound as error:
        raise NotFound(_NO_SUCH) from error


def categories_in_force(session: Session, day: date) -> dict[str, int]:
    """How many public entries hold in each category, by its whole path."""
    query = (
        select(KnowledgeVersion.category, func.count())
        .select_from(KnowledgeItem)
        .join(KnowledgeVersion, KnowledgeVersion.id == shown_version(day))
        .where(visible_items(None), in_force(day))
        .group_by(KnowledgeVersion.category)
    )
    return dict(session.execute(query).all())


def category_counts(used: Mapping[str, int], categories: Sequence[str]) -> list[tuple[str, int]]:
    """First-level categories in the profile's order with how many entries hold in each.

    :param used: what :func:`categories_in_force` counted.

    Categories that only entries know follow in their own order; empty ones are left out.
    """
    counts: dict[str, int] = {}
    for category, count in used.items():
        first = category.split("/")[0]
        if first:
            counts[first] = counts.get(first, 0) + count
    order = list(dict.fromkeys(name.split("/")[0] for name in categories))
    order += sorted(counts.keys() - set(order))
    return [(name, counts[name]) for name in order if name in counts]


def entries_in(session: Session, category: str, day: date, page: int) -> Listed:
    """The entries of a first-level category that hold, by second level, newest first."""
    query = public_entries(day, in_force(day), in_category(category)).order_by(
        KnowledgeVersion.category, KnowledgeItem.published_at.desc(), KnowledgeItem.id.desc()
    )
    return page_of(session, query, page)


def unit_counts(session: Session, day: date) -> list[tuple[Unit, int]]:
    """Units with public entries that hold, and how many; by kind of unit, then by name."""
    held = (
        select(KnowledgeItem.unit_id, func.count().label("entries"))
        .join(KnowledgeVersion, KnowledgeVersion.id == shown_version(day))
        .where(visible_items(None), in_force(day))
        .group_by(KnowledgeItem.unit_id)
        .subquery()
    )
    query = select(Unit, held.c.entries).join(held, held.c.unit_id == Unit.id)
    order = [kind.value for kind in UnitKind]
    counted = [(unit, count) for unit, count in session.execute(query)]
    return sorted(counted, key=lambda row: (order.index(row[0].kind), row[0].name))


def entries_of(session: Session, unit_id: int, day: date, page: int) -> tuple[Unit, Listed]:
    """A unit and its public entries that hold, by kind, newest first.

    :raises NotFound: there is no such unit.
    """
    unit = session.get(Unit, unit_id) if unit_id <= MAX_ID else None
    if unit is None:
        raise NotFound("没有这个单位，可能地址有误")
    query = public_entries(day, in_force(day), KnowledgeItem.unit_id == unit_id).order_by(
        KnowledgeVersion.kind, KnowledgeItem.published_at.desc(), KnowledgeItem.id.desc()
    )
    return unit, page_of(session, query, page)


def notices(session: Session, day: date, page: int) -> Listed:
    """通知公告 that have not ended, those that begin later included; newest first."""
    query = public_entries(
        day, ends_on_or_after(day), KnowledgeVersion.kind == KnowledgeKind.NOTICE.value
    ).order_by(
        func.coalesce(KnowledgeVersion.issued_on, KnowledgeVersion.valid_from).desc().nulls_last(),
        KnowledgeItem.id.desc(),
    )
    return page_of(session, query, page)


def most_asked(session: Session, now: datetime, day: date, page: int = 1) -> Listed:
    """The entries that answered most callers lately, most first; only those that hold."""
    asked = (
        select(Adoption.item_id, func.count().label("times"))
        .where(
            Adoption.undone_at.is_(None),
            Adoption.at >= now - timedelta(days=_SINCE_DAYS),
        )
        .group_by(Adoption.item_id)
        .subquery()
    )
    query = (
        public_entries(day, in_force(day))
        .join(asked, asked.c.item_id == KnowledgeItem.id)
        .order_by(asked.c.times.desc(), KnowledgeItem.id)
    )
    return page_of(session, query, page)


def related(session: Session, item: KnowledgeItem, day: date, limit: int = 5) -> list[Entry]:
    """Other entries that hold: same second-level category first, then the same first level."""
    version = item.current_version
    if version is None or not version.category:
        return []
    query = (
        public_entries(
            day,
            in_force(day),
            in_category(version.category.split("/")[0]),
            KnowledgeItem.id != item.id,
        )
        .order_by(
            (KnowledgeVersion.category != version.category),
            KnowledgeItem.published_at.desc(),
            KnowledgeItem.id.desc(),
        )
        .limit(limit)
    )
    return _entries(session, query)


def sitemap(session: Session, day: date, limit: int = 50_000) -> list[tuple[int, datetime | None]]:
    """Every entry that holds, with when its text was published."""
    query = (
        select(KnowledgeItem.id, KnowledgeVersion.published_at)
        .join(KnowledgeVersion, KnowledgeVersion.id == shown_version(day))
        .where(visible_items(None), in_force(day))
        .order_by(KnowledgeItem.id)
        .limit(limit)
    )
    return [(item_id, at) for item_id, at in session.execute(query)]


def _entries(session: Session, query: Select[KnowledgeItem, KnowledgeVersion]) -> list[Entry]:
    return [(item, version) for item, version in session.execute(query)]


def page_of(session: Session, query: Select[KnowledgeItem, KnowledgeVersion], page: int) -> Listed:
    """One page of a query of entries; a page beyond the last is the last."""
    ids = query.with_only_columns(KnowledgeItem.id).order_by(None)
    total = session.scalar(select(func.count()).select_from(ids.subquery())) or 0
    pages = max(1, -(-total // PAGE_SIZE))
    number = min(max(page, 1), pages)
    rows = query.offset((number - 1) * PAGE_SIZE).limit(PAGE_SIZE)
    return Listed(_entries(session, rows), number, total)


def still_holds(item: KnowledgeItem, day: date) -> bool:
    """Tell whether a loaded entry's last published version holds on ``day``."""
    return item.current_version is not None and holds(item, item.current_version, day)
