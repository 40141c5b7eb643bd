"""A request as the API describes it."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.clock import SHANGHAI
from kb.masking import mask_phone
from kb.models import CitizenRequest, WorkOrder
from kb.terms import Outcome
from webapp.context import purpose_name


def request_json(session: Session, request: CitizenRequest) -> dict[str, Any]:
    """The values of ``RequestSchema``."""
    numbers = session.scalars(
        select(WorkOrder.number).where(WorkOrder.request_id == request.id).order_by(WorkOrder.id)
    )
    return {
        "number": request.number,
        "received_at": instant(request.received_at),
        "outcome": request.outcome,
        "outcome_label": Outcome(request.outcome).label,
        "resolved_at": instant(request.resolved_at),
        "title": request.title,
        "purpose": request.purpose,
        "purpose_label": purpose_name(request.purpose),
        "category": request.category,
        "region": request.region,
        "place": request.place,
        "channel": request.channel,
        "line": request.line,
        "requester_phone": mask_phone(request.requester_phone),
        "is_confidential": request.is_confidential,
        "orders": list(numbers),
    }


def instant(at: datetime | None) -> str | None:
    """``2026-05-07T10:24:00+08:00``, or None."""
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds") if at else None
