"""Which version a list shows of an entry: the one that holds, though the next is published."""

from datetime import date

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from kb.models import KnowledgeItem, KnowledgeVersion
from kb.terms import KnowledgeKind, VersionState

_PUBLISHED = (VersionState.PUBLISHED.value, VersionState.REPLACED.value)


def begins(version: type[KnowledgeVersion]) -> ColumnElement[date | None]:
    """The first day of a version, ``NULL`` where it is not known; as :func:`kb.standing.period`."""
    return func.coalesce(version.valid_from, version.issued_on, version.took_over_on)


def shown_version(day: date) -> ColumnElement[int | None]:
    """The id of the version to join to an entry: the one that holds on ``day``.

    Where none does, the one published last; ``NULL`` where none was published. The same rule as
    :func:`kb.standing.version_on`, but of several that hold the newest, whenever it was published.
    """
    one = aliased(KnowledgeVersion)
    start = begins(one)
    announced = and_(one.kind == KnowledgeKind.NOTICE.value, one.issued_on <= day)
    held = (
        select(one.id)
        .where(
            one.item_id == KnowledgeItem.id,
            one.state.in_(_PUBLISHED),
            or_(start.is_(None), start <= day, announced),
            or_(one.valid_until.is_(None), one.valid_until >= day),
            or_(one.replaced_on.is_(None), one.replaced_on > day),
        )
        .order_by(one.number.desc())
        .limit(1)
        .correlate(KnowledgeItem)
        .scalar_subquery()
    )
    current = KnowledgeItem.current_version_id
    # Most entries have one version; only of the others must the database look.
    return case(
        (KnowledgeItem.first_held_on.is_(None), current), else_=func.coalesce(held, current)
    )
