"""What helps while a request is written down: category and unit, the caller's earlier requests,
and what may be the same matter. Reads only.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, false, func, select, true
from sqlalchemy.orm import Session, selectinload

from kb.masking import mask_text, phone_hash
from kb.models import Call, CitizenRequest, WorkOrder
from kb.path_finding import meant, region_of
from kb.services.at_desk import AtDesk
from kb.services.calls import clean_phone
from kb.services.purpose_suggesting import PurposeHint, purpose_hint
from kb.services.registration import Registration
from kb.services.similar_requests import HIDDEN_TITLE, Form, SimilarRequest, similar_requests
from kb.services.suggesting import (
    CategorySuggestion,
    UnitSuggestion,
    suggest_categories,
    suggest_units,
)
from kb.services.work_orders import is_open
from kb.suggesting.units import LEAD
from kb.terms import Outcome, Role

MAX_REPEATS, MAX_HISTORY, MAX_UNITS = 4, 20, 2


@dataclass(frozen=True)
class Earlier:
    """An earlier request that may be the same; ``merge_into`` is its open order, if it has one."""

    number: str
    title: str
    received_at: datetime
    outcome: str
    reasons: tuple[str, ...]
    is_same_caller: bool
    merge_into: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Beside:
    """What the desk shows beside the form.

    :ivar history: the newest of the other requests this number brought.
    :ivar of_caller: how many earlier requests this number brought, shown or not.
    :ivar is_written: there were words to look for more of their kind by.
    """

    categories: Sequence[CategorySuggestion] = ()
    units: Sequence[UnitSuggestion] = ()
    repeats: Sequence[Earlier] = ()
    history: Sequence[Earlier] = ()
    of_caller: int = 0
    days: int = 0
    purpose: PurposeHint | None = None
    is_written: bool = False

    @property
    def of_others(self) -> int:
        """How many of others may be the same matter."""
        return sum(not one.is_same_caller for one in self.repeats)

    @property
    def merge_hint(self) -> str:
        """The open order that may be about the same, likeliest first; empty when there is none."""
        return next((one.merge_into for one in self.repeats if one.merge_into), "")


def beside(session: Session, desk: AtDesk, written: Registration, call: Call | None) -> Beside:
    """What is known that bears on a request as far as it is written, and on who calls.

    :param call: the running one; what it brought already stands in its own list.
    :raises InvalidInput: the number is none.
    """
    desk.actor.require(Role.AGENT)
    phone = written.requester_phone or (call.caller_phone if call is not None else "")
    form = _form(desk, written, clean_phone(phone))
    days = desk.profile.registering.repeat_days
    text = "\n".join(part for part in (written.title, written.content) if part.strip())
    similar: list[SimilarRequest] = []
    is_written = bool(text.strip() or form.place)
    if is_written:
        similar = similar_requests(
            session,
            form,
            desk.now,
            days=days,
            limit=MAX_REPEATS,
            but_call=call.id if call is not None else None,
        )
    known = {one.request_id for one in similar}
    since = desk.now - timedelta(days=days)
    brought = _brought(form.phone_hash, since, call)
    history = _newest(session, brought, known)
    orders = _open_orders(session, [*known, *(one.id for one in history)])
    categories = (
        suggest_categories(session, written.content, desk.profile, desk.now, title=written.title)
        if text.strip()
        else []
    )
    like = [number for one in categories[:1] for number in one.like]
    return Beside(
        categories,
        _units(session, desk, form, text),
        [_earlier(one, orders.get(one.request_id)) for one in similar],
        [_from_history(one, orders.get(one.id), desk) for one in history],
        _count(session, brought),
        days,
        purpose_hint(session, written.title, written.content, like, desk.profile),
        is_written,
    )


def _brought(key: str, since: datetime, call: Call | None) -> list[ColumnElement[bool]]:
    """The conditions of what a number brought before; what the running call brought is not."""
    conditions = [
        CitizenRequest.phone_hash == key,
        CitizenRequest.received_at >= since,
        CitizenRequest.outcome != Outcome.INVALID.value,
        # No number is nobody's, not that of all who withheld theirs.
        true() if key else false(),
    ]
    if call is not None:
        conditions.append(CitizenRequest.call_id.is_distinct_from(call.id))
    return conditions


def _newest(
    session: Session, brought: Sequence[ColumnElement[bool]], known: Collection[int]
) -> list[CitizenRequest]:
    query = (
        select(CitizenRequest)
        .where(*brought, CitizenRequest.id.not_in(known))
        .order_by(CitizenRequest.received_at.desc(), CitizenRequest.id.desc())
        .limit(MAX_HISTORY)
    )
    return list(session.scalars(query))


def _count(session: Session, brought: Sequence[ColumnElement[bool]]) -> int:
    query = select(func.count()).select_from(CitizenRequest).where(*brought)
    return session.scalar(query) or 0


def _form(desk: AtDesk, written: Registration, phone: str) -> Form:
    """The request as it would be filed; what is only half typed counts for nothing yet."""
    regions, place = desk.profile.all_regions, written.place.strip()
    return Form(
        title=written.title,
        content=written.content,
        phone_hash=phone_hash(phone, desk.phone_key),
        region=region_of(regions, written.region, place, desk.profile.city),
        place=place,
        category=meant(desk.profile.categories, written.category),
    )


def _units(session: Session, desk: AtDesk, form: Form, text: str) -> list[UnitSuggestion]:
    if not text.strip() and not form.category:
        return []
    said = "\n".join(part for part in (text, form.place) if part)
    found = suggest_units(session, said, form.region, form.category, desk.now, profile=desk.profile)
    return [one for one in found if one.role == LEAD][:MAX_UNITS]


def _open_orders(session: Session, request_ids: Sequence[int]) -> dict[int, WorkOrder]:
    """The first open order of each request."""
    if not request_ids:
        return {}
    query = (
        select(WorkOrder)
        .where(WorkOrder.request_id.in_(request_ids), is_open())
        .options(selectinload(WorkOrder.unit))
        .order_by(WorkOrder.id.desc())
    )
    return {order.request_id: order for order in session.scalars(query)}


def _earlier(one: SimilarRequest, order: WorkOrder | None) -> Earlier:
    return Earlier(
        one.number,
        one.title,
        one.received_at,
        one.outcome,
        one.reasons,
        one.is_repeat,
        order.number if order else "",
        order.unit.name if order and order.unit else "",
    )


def _from_history(one: CitizenRequest, order: WorkOrder | None, desk: AtDesk) -> Earlier:
    hidden = one.is_confidential and one.agent_id != desk.actor.user_id
    return Earlier(
        one.number,
        HIDDEN_TITLE if hidden else mask_text(one.title),
        one.received_at,
        one.outcome,
        (desk.profile.purpose(one.purpose).name,),
        True,
        order.number if order else "",
        order.unit.name if order and order.unit else "",
    )
