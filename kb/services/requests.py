"""登记诉求, and how it leaves the call: 采纳 (在线办结) or 转工单."""

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.access import get_visible
from kb.actor import Actor
from kb.clock import local_day
from kb.errors import IllegalTransition, NotFound
from kb.masking import mask_text, phone_hash
from kb.models import Adoption, Call, CitizenRequest, KnowledgeItem, SearchRecord, WorkOrder
from kb.profile import Profile
from kb.queries.entry_history import in_force_now
from kb.queries.held_versions import version_held
from kb.services.audit import record
from kb.services.calls import LONGEST_CALL, clean_phone
from kb.services.learning import learn
from kb.services.numbering import next_number
from kb.services.orders.cancelling import keep_in_line
from kb.services.registration import Registration, check
from kb.services.work_orders import open_order
from kb.terms import Outcome, Role


def register(
    session: Session,
    registration: Registration,
    *,
    profile: Profile,
    phone_key: bytes,
    actor: Actor,
    now: datetime,
    call: Call | None = None,
) -> CitizenRequest:
    """登记 a request; its number is given here.

    :raises InvalidInput: see :func:`check`.
    """
    registration = check(registration, profile)
    phone = clean_phone(registration.requester_phone or (call.caller_phone if call else ""))
    request = CitizenRequest(
        number=next_number(session, profile.number_prefix, now, CitizenRequest.number),
        received_at=_received(session, call, now),
        channel=registration.channel,
        line=registration.line,
        purpose=str(registration.purpose),
        category=registration.category,
        region=registration.region,
        place=registration.place[:200],
        requester_name=registration.requester_name[:40],
        requester_phone=phone,
        phone_hash=phone_hash(phone, phone_key),
        is_confidential=registration.is_confidential,
        title=mask_text(registration.title.strip()),
        content=registration.content.strip(),
        agent_id=actor.user_id or None,
        call_id=call.id if call else None,
    )
    session.add(request)
    session.flush()
    return request


def _received(session: Session, call: Call | None, now: datetime) -> datetime:
    """受理时间: when it rang; of a further matter, or in a call left open for hours, now.

    Walk-ins begin a call silently, and nobody need end it: its next request may be of another day.
    """
    if call is None or now - call.started_at > LONGEST_CALL:
        return now
    return now if has_request(session, call) else call.started_at


def has_request(session: Session, call: Call) -> bool:
    """Tell whether a request was registered in the call, settled or not."""
    found = select(CitizenRequest.id).where(CitizenRequest.call_id == call.id).limit(1)
    return session.scalar(found) is not None


def resolve_online(
    session: Session,
    request: CitizenRequest,
    *,
    item_id: int,
    passage_ordinal: int,
    query: str,
    actor: Actor,
    now: datetime,
) -> Adoption:
    """采纳: the entry answered the caller; credited to entry, version and unit.

    :raises NotFound: no such entry for this person.
    :raises IllegalTransition: the request is settled, or the entry is not in force today.
    """
    _require_open(session, request)
    item = get_visible(session, item_id, actor)
    version = version_held(session, item, local_day(now), actor)
    if version is None:
        raise IllegalTransition(_ended(session, item, actor, local_day(now)))
    request.outcome = Outcome.ONLINE.value
    request.resolved_at = now
    request.category = request.category or version.category
    keep_in_line(session, request)
    adoption = Adoption(
        request_id=request.id,
        item_id=item.id,
        version_id=version.id,
        unit_id=item.unit_id,
        passage_ordinal=passage_ordinal,
        query=mask_text(query)[:1000],
        at=now,
    )
    session.add(adoption)
    learn(session, request, adoption, item, version, now)
    _remember(session, request, query, item, "adopted", now)
    record(
        session,
        actor_id=actor.user_id or None,
        action="request.resolve_online",
        object_type="citizen_request",
        object_id=request.number,
        detail={"item_id": item.id, "version": version.number},
        now=now,
    )
    return adoption


def _ended(session: Session, item: KnowledgeItem, actor: Actor, today: date) -> str:
    """Why nothing of it can be adopted, and what to open instead."""
    told = "这个条目今天已不在有效期内，不能采纳"
    followers = in_force_now(session, item.id, actor, today)
    if not followers:
        return f"{told}；请重新搜索"
    return f"{told}；现在的是《{followers[0].title}》，请打开它或重新搜索"


def _require_open(session: Session, request: CitizenRequest) -> None:
    """Refuse what is settled, as it is now: two people may settle a request at once."""
    session.refresh(request, ["outcome"], with_for_update=True)
    if request.outcome != Outcome.OPEN:
        raise IllegalTransition(f"诉求 {request.number} 已是“{Outcome(request.outcome).label}”")


def hand_over(
    session: Session,
    request: CitizenRequest,
    *,
    profile: Profile,
    query: str,
    seen_item_id: int | None,
    actor: Actor,
    now: datetime,
) -> WorkOrder:
    """转工单: what could not be answered becomes an order for the dispatcher.

    :param seen_item_id: the answer that was on the first card, if one was; kept as "lost".
    :raises IllegalTransition: the request is settled already.
    """
    _require_open(session, request)
    request.outcome = Outcome.HANDED_OVER.value
    request.handed_over_at = now
    keep_in_line(session, request)
    item = session.get(KnowledgeItem, seen_item_id) if seen_item_id else None
    if query.strip():
        _remember(session, request, query, item, "work_order", now)
    return open_order(
        session, request, profile=profile, actor=actor, now=now, lost_item_id=seen_item_id
    )


def _remember(
    session: Session,
    request: CitizenRequest,
    query: str,
    item: KnowledgeItem | None,
    led_to: str,
    now: datetime,
) -> None:
    session.add(
        SearchRecord(
            at=now,
            query=mask_text(query)[:200],
            audience="staff",
            answered=item is not None,
            top_item_id=item.id if item else None,
            call_id=request.call_id,
            request_id=request.id,
            led_to=led_to,
        )
    )


def get_request(session: Session, number: str, actor: Actor) -> CitizenRequest:
    """A request by its number, for the centre's people.

    :raises NotFound: it does not exist, or not for this person.
    """
    query = select(CitizenRequest).where(CitizenRequest.number == number)
    request = session.scalars(query).one_or_none()
    if request is None or not (actor.is_centre or actor.has(Role.ADMIN)):
        raise NotFound("没有这个编号的诉求，请核对编号")
    return request


def caller_history(
    session: Session, phone: str, phone_key: bytes, *, since: datetime, limit: int = 10
) -> list[CitizenRequest]:
    """A caller's earlier requests, newest first; found by the keyed hash of the number."""
    key = phone_hash(phone, phone_key)
    if not key:
        return []
    query = (
        select(CitizenRequest)
        .where(CitizenRequest.phone_hash == key, CitizenRequest.received_at >= since)
        .order_by(CitizenRequest.received_at.desc())
        .limit(limit)
    )
    return list(session.scalars(query))
