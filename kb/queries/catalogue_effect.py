"""What a change of the catalogue would have done to the requests of the last weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.clock import local_day
from kb.models import CitizenRequest, WorkOrder
from kb.queries.dispatch_evidence import matters_on
from kb.services.catalogue import Content
from kb.services.work_orders import is_not_cancelled
from kb.suggesting.matters import Matter, fitting

DAYS, AT_MOST = 90, 500


@dataclass(frozen=True)
class Effect:
    """How many of the handed-over requests looked at the row fits, and whose lead would change.

    ``examples`` are (number, masked title) of some that would go to another unit than now.
    """

    looked_at: int
    fitting: int
    moved: int
    examples: tuple[tuple[str, str], ...]


def effect_of(session: Session, content: Content, *, entry_id: int | None, now: datetime) -> Effect:
    """Try a row on what was handed over in the last 90 days; three queries."""
    today = local_day(now)
    before = matters_on(session, today)
    own = Matter(
        entry_id or 0,
        content.matter,
        content.words,
        content.category,
        content.region,
        content.lead_id,
        content.assisting_ids,
        content.basis,
    )
    holds = content.valid_from <= today and (content.valid_until or today) >= today
    after = [matter for matter in before if matter.entry_id != entry_id] + ([own] if holds else [])
    requests = _recent(session, now)
    hits, moved = 0, []
    for request in requests:
        leads = [_first(matters, request) for matters in (before, after)]
        hits += leads[1] is not None and leads[1].entry_id == own.entry_id
        if _lead(leads[0]) != _lead(leads[1]):
            moved.append(request)
    shown = tuple(
        (request.number, request.title) for request in moved if not request.is_confidential
    )
    return Effect(len(requests), hits, len(moved), shown[:5])


def _recent(session: Session, now: datetime) -> Sequence[CitizenRequest]:
    query = (
        select(CitizenRequest)
        .where(
            CitizenRequest.received_at >= now - timedelta(days=DAYS),
            CitizenRequest.id.in_(select(WorkOrder.request_id).where(is_not_cancelled())),
        )
        .order_by(CitizenRequest.received_at.desc())
        .limit(AT_MOST)
    )
    return session.scalars(query).all()


def _first(matters: Sequence[Matter], request: CitizenRequest) -> Matter | None:
    text = f"{request.title}\n{request.content}"
    fits = fitting(matters, text, request.category, request.region)
    return fits[0].matter if fits else None


def _lead(matter: Matter | None) -> int | None:
    return matter.lead_id if matter else None
