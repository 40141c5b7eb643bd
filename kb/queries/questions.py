"""没有答案的提问: the records behind the figure."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.models import SearchRecord
from kb.queries.figures import Span, asked_without_answer
from kb.queries.orders import PAGE_SIZE, Page


def list_unanswered(
    session: Session, span: Span, *, exactly: str = "", page: int = 1
) -> Page[SearchRecord]:
    """One page of the questions that found nothing, newest first.

    :param exactly: only this question, word for word; empty for all.
    """
    conditions = [asked_without_answer(span)]
    if exactly:
        conditions.append(SearchRecord.query == exactly)
    count = select(func.count()).select_from(SearchRecord).where(*conditions)
    total = session.execute(count).scalar_one()
    page = min(max(page, 1), max(1, -(-total // PAGE_SIZE)))
    rows = session.scalars(
        select(SearchRecord)
        .where(*conditions)
        .order_by(SearchRecord.at.desc(), SearchRecord.id.desc())
        .offset((page - 1) * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    return Page(rows.all(), page, total)
