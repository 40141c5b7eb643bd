"""What a caller asked before the call became an order, and how these questions do now."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.clock import local_day
from kb.db import Database
from kb.models import (
    CitizenRequest,
    KnowledgeItem,
    OrderEntry,
    SearchRecord,
    WorkOrder,
)
from kb.services.gap_judging import Asked, ask_again
from kb.services.learning import is_private, may_name_someone, plain
from kb.services.search import SearchService
from kb.standing import holds


def questions_of(session: Session, request: CitizenRequest) -> list[str]:
    """The questions that led to the request's order, as they were asked, each once."""
    query = (
        select(SearchRecord.query)
        .where(SearchRecord.request_id == request.id, SearchRecord.led_to == "work_order")
        .order_by(SearchRecord.id)
    )
    return list(dict.fromkeys(text for text in session.scalars(query) if text.strip()))


def wordings_of(session: Session, request: CitizenRequest) -> list[str]:
    """Those of them that may stand in an entry: without filler, and naming nobody."""
    fit = (
        text
        for text in questions_of(session, request)
        if not is_private(request, text) and not may_name_someone(text)
    )
    return list(dict.fromkeys(plain(text) or text for text in fit))


@dataclass(frozen=True)
class _Due:
    """One order entry whose questions are to be asked again."""

    row_id: int
    questions: tuple[str, ...]


def ask_for_orders(
    database: Database, search: SearchService, item_id: int, now: datetime
) -> list[int]:
    """After a publication: the questions of the orders that gave rise to the entry, asked again.

    :returns: ids of the :class:`OrderEntry` rows whose questions all find the entry now.
    :raises SearchUnavailable: the index cannot be asked; nothing is kept.
    """
    today = local_day(now)
    with database.reading() as session:
        if not _is_in_force(session, item_id, today):
            return []
        results = {
            due.row_id: [_result(session, search, text, item_id, today) for text in due.questions]
            for due in _due(session, item_id)
        }
    with database.unit_of_work() as session:
        for row_id, found in results.items():
            row = session.get_one(OrderEntry, row_id)
            row.results, row.tried_at = found, now
    return [
        row_id
        for row_id, found in results.items()
        if found and all(one["is_answered"] for one in found)
    ]


def _is_in_force(session: Session, item_id: int, today: date) -> bool:
    item = session.get(KnowledgeItem, item_id)
    version = item.current_version if item is not None else None
    return item is not None and version is not None and holds(item, version, today)


def _due(session: Session, item_id: int) -> list[_Due]:
    query = (
        select(OrderEntry.id, CitizenRequest)
        .join(WorkOrder, WorkOrder.id == OrderEntry.order_id)
        .join(CitizenRequest, CitizenRequest.id == WorkOrder.request_id)
        .where(OrderEntry.item_id == item_id)
        .order_by(OrderEntry.id)
    )
    return [
        # Where the caller's words are not known, the title of the request says what was asked.
        _Due(row_id, tuple(questions_of(session, request) or [request.title]))
        for row_id, request in session.execute(query)
    ]


def _result(
    session: Session, search: SearchService, text: str, item_id: int, today: date
) -> dict[str, Any]:
    tried = ask_again(session, search, Asked(text, "staff"), [item_id], today)
    return {
        "text": text,
        "is_answered": tried.is_answered,
        "item_id": tried.item_id,
        "said": tried.said,
    }
