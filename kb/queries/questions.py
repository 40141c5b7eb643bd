"""没有答案的提问: the records behind the figure, and what was asked most."""

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from kb.bulletins.periods import Period
from kb.models import SearchRecord
from kb.queries.orders import PAGE_SIZE, Page
from kb.queries.pages import within


def _asked_without_answer(period: Period) -> ColumnElement[bool]:
    return and_(period.covers(SearchRecord.at), SearchRecord.answered.is_(False))


def list_unanswered(
    session: Session, period: Period, *, exactly: str = "", page: int = 1
) -> Page[SearchRecord]:
    """One page of the questions that found nothing, newest first.

    :param exactly: only this question, word for word; empty for all.
    """
    conditions = [_asked_without_answer(period)]
    if exactly:
        conditions.append(SearchRecord.query == exactly)
    count = select(func.count()).select_from(SearchRecord).where(*conditions)
    total = session.execute(count).scalar_one()
    page = within(page, total, PAGE_SIZE)
    rows = session.scalars(
        select(SearchRecord)
        .where(*conditions)
        .order_by(SearchRecord.at.desc(), SearchRecord.id.desc())
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    return Page(rows.all(), page, total)


def most_asked_unanswered(
    session: Session, period: Period, limit: int = 6
) -> tuple[list[tuple[str, int]], int]:
    """The questions asked most often without an answer, and how often any of all was asked."""
    times = func.count()
    query = (
        select(SearchRecord.query, times, func.sum(times).over())
        .where(_asked_without_answer(period))
        .group_by(SearchRecord.query)
        .order_by(times.desc(), SearchRecord.query)
        .limit(limit)
    )
    rows = session.execute(query).all()
    return [(text, count) for text, count, _ in rows], int(rows[0][2]) if rows else 0
