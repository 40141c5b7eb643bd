"""The agent desk's use cases: one call, one registration, one way out, in one transaction."""

from dataclasses import dataclass, fields, replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.access import get_visible, visible_items
from kb.actor import Actor
from kb.clock import local_day
from kb.errors import IllegalTransition, InvalidInput, NotFound, StaleVersion
from kb.masking import mask_text, phone_hash
from kb.models import (
    Adoption,
    Call,
    CitizenRequest,
    KnowledgeItem,
    KnowledgeVersion,
    SearchRecord,
    WorkOrder,
)
from kb.profile import Profile
from kb.queries.held_versions import version_held
from kb.services.audit import record
from kb.services.call_drafts import FIELDS, draft_of, next_question, save_draft
from kb.services.calls import clean_phone, end_call, get_call, open_call, start_call
from kb.services.orders.giving import By
from kb.services.repeats import Choice, follow
from kb.services.requests import Registration, check, hand_over, register, resolve_online
from kb.terms import Outcome

MAX_REASON = 100
SEPARATE = Choice()


@dataclass(frozen=True)
class AtDesk:
    """Who acts when, and by which city's rules."""

    actor: Actor
    now: datetime
    profile: Profile
    phone_key: bytes


@dataclass(frozen=True)
class Shown:
    """The card the agent had before them when they adopted."""

    query: str
    item_id: int
    version: int
    passage_ordinal: int


def current_call(session: Session, desk: AtDesk, call_id: int | None) -> Call:
    """The call a form was sent from; without one, a walk-in begins silently.

    :raises NotFound: the call is somebody else's.
    """
    if call_id is not None:
        return get_call(session, call_id, desk.actor)
    return open_call(session, desk.actor) or start_call(session, actor=desk.actor, now=desk.now)


def adopt(
    session: Session,
    desk: AtDesk,
    call: Call,
    registration: Registration,
    shown: Shown,
    repeat: Choice = SEPARATE,
) -> Adoption:
    """采纳: register the request and resolve it online with the card that was shown.

    :raises StaleVersion: the entry has a newer version than the card.
    :raises InvalidInput, NotFound, IllegalTransition: as the two steps it is made of.
    """
    item = get_visible(session, shown.item_id, desk.actor)
    version = version_held(session, item, local_day(desk.now), desk.actor)
    if version is not None and version.number != shown.version:
        raise StaleVersion(
            f"这个条目刚更新到第 {version.number} 版，没有采纳；请看过新卡后再采纳", item_id=item.id
        )
    request = _request(session, desk, call, registration)
    adoption = resolve_online(
        session,
        request,
        item_id=shown.item_id,
        passage_ordinal=shown.passage_ordinal,
        query=shown.query,
        actor=desk.actor,
        now=desk.now,
    )
    follow(session, request, None, repeat, By(desk.actor, desk.now, desk.profile))
    next_question(call)
    session.flush()
    return adoption


def raise_order(
    session: Session,
    desk: AtDesk,
    call: Call,
    registration: Registration,
    *,
    query: str,
    seen_item_id: int | None,
    repeat: Choice = SEPARATE,
) -> WorkOrder:
    """转工单: register the request and hand it over.

    :param seen_item_id: the answerable entry on the first card, if there was one ("lost").
    :param repeat: whether it is an earlier request again, as the agent said.
    :raises InvalidInput, IllegalTransition: as the two steps it is made of.
    """
    request = _request(session, desk, call, registration)
    order = hand_over(
        session,
        request,
        profile=desk.profile,
        query=query,
        seen_item_id=_seen(session, seen_item_id, desk.actor),
        actor=desk.actor,
        now=desk.now,
    )
    follow(session, request, order, repeat, By(desk.actor, desk.now, desk.profile))
    next_question(call)
    session.flush()
    return order


def _seen(session: Session, item_id: int | None, actor: Actor) -> int | None:
    """An entry that has gone since it was shown no longer counts as an answer that was there."""
    if item_id is None:
        return None
    query = (
        select(KnowledgeItem.id)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(KnowledgeItem.id == item_id, visible_items(actor))
    )
    return session.scalar(query)


def _request(
    session: Session, desk: AtDesk, call: Call, registration: Registration
) -> CitizenRequest:
    """The call's request that an undone adoption left open, brought up to date; else a new one."""
    query = (
        select(CitizenRequest)
        .where(CitizenRequest.call_id == call.id, CitizenRequest.outcome == Outcome.OPEN.value)
        .order_by(CitizenRequest.id.desc())
    )
    waiting = session.scalars(query).first()
    if waiting is None:
        return register(
            session,
            registration,
            profile=desk.profile,
            phone_key=desk.phone_key,
            actor=desk.actor,
            now=desk.now,
            call=call,
        )
    return _rewrite(waiting, check(registration, desk.profile), desk.phone_key)


def _rewrite(
    request: CitizenRequest, registration: Registration, phone_key: bytes
) -> CitizenRequest:
    """The number of a request stays, and its phone where none is typed; the rest is new."""
    if registration.requester_phone.strip():
        request.requester_phone = clean_phone(registration.requester_phone)
        request.phone_hash = phone_hash(request.requester_phone, phone_key)
    phone_fields = {"requester_phone", "purpose"}
    for name in (field.name for field in fields(registration)):
        if name not in phone_fields:
            setattr(request, name, getattr(registration, name))
    request.purpose = str(registration.purpose)
    request.title = mask_text(registration.title.strip())
    request.content = registration.content.strip()
    request.place, request.requester_name = registration.place[:200], request.requester_name[:40]
    return request


def resume(session: Session, desk: AtDesk, number: str) -> Call:
    """继续办理: bring a request that an undone adoption left open back to the desk.

    A request stays 处理中 when its call ends. It goes on in the call that is running, or in a
    silent one of its own.

    :raises NotFound: no such request of the agent's own.
    :raises IllegalTransition: it is settled, or the running call holds something unfinished.
    """
    query = select(CitizenRequest).where(
        CitizenRequest.number == number, CitizenRequest.agent_id == desk.actor.user_id
    )
    request = session.scalars(query.with_for_update()).one_or_none()
    if request is None:
        raise NotFound("没有这件诉求，或者它不是您登记的")
    if request.outcome != Outcome.OPEN:
        raise IllegalTransition(f"诉求 {request.number} 已是“{Outcome(request.outcome).label}”")
    call = open_call(session, desk.actor)
    if call is not None and _has_unfinished(session, call, request):
        raise IllegalTransition("正在进行的通话里还有没办完的内容，请先办完或结束本通，再继续这件")
    if call is None:
        call = start_call(session, actor=desk.actor, now=desk.now)
    request.call_id = call.id
    last = max(request.adoptions, key=lambda adoption: adoption.id, default=None)
    return save_draft(call, query=last.query if last else request.title, fields=_typed(request))


def _has_unfinished(session: Session, call: Call, request: CitizenRequest) -> bool:
    typed = draft_of(call)
    if call.id != request.call_id and (
        call.draft_query or typed.get("title") or typed.get("content")
    ):
        return True
    others = select(CitizenRequest.id).where(
        CitizenRequest.call_id == call.id,
        CitizenRequest.outcome == Outcome.OPEN.value,
        CitizenRequest.id != request.id,
    )
    return session.scalars(others.limit(1)).first() is not None


def _typed(request: CitizenRequest) -> dict[str, str]:
    """The registration of a request as it stood in the form."""
    fields = {name: str(getattr(request, name)) for name in FIELDS if name != "is_confidential"}
    return fields | {"is_confidential": "1" if request.is_confidential else ""}


def titled(registration: Registration, query: str) -> Registration:
    """A registration without a title takes the caller's own words."""
    if registration.title.strip():
        return registration
    return replace(registration, title=" ".join(query.split())[:200])


def reveal_phone(session: Session, call: Call, reason: str, desk: AtDesk) -> str:
    """显示号码: the caller's whole number, for a stated reason that goes on record.

    :raises InvalidInput: no reason is given.
    :raises NotFound: the call came without a number.
    """
    reason = reason.strip()
    if not reason:
        raise InvalidInput("请选择或写明查看号码的原因", {"reason": "请写明原因"})
    if len(reason) > MAX_REASON:
        raise InvalidInput("查看号码的原因太长", {"reason": f"原因最多 {MAX_REASON} 字"})
    if not call.caller_phone:
        raise NotFound("这通来电没有号码")
    record(
        session,
        actor_id=desk.actor.user_id or None,
        action="call.show_phone",
        object_type="call",
        object_id=call.id,
        detail={"reason": mask_text(reason)},
        now=desk.now,
    )
    return call.caller_phone


def finish_call(
    session: Session, call: Call, *, answered: bool, top_item_id: int | None, now: datetime
) -> Call:
    """结束本通; when nothing came of it, its last question is kept as one that led to nothing.

    :param answered: whether the library had an answer to the last question.
    :raises IllegalTransition: it has ended already.
    """
    end_call(call, now)
    query = mask_text(" ".join(call.draft_query.split()))[:200]
    if query and not has_outcome(session, call):
        session.add(
            SearchRecord(
                at=now,
                query=query,
                audience="staff",
                answered=answered,
                top_item_id=top_item_id,
                call_id=call.id,
                led_to="none",
            )
        )
    return call


def has_outcome(session: Session, call: Call) -> bool:
    """Tell whether a request of the call was resolved online or handed over."""
    query = (
        select(func.count())
        .select_from(CitizenRequest)
        .where(CitizenRequest.call_id == call.id, CitizenRequest.outcome != Outcome.OPEN.value)
    )
    return bool(session.scalar(query))


def get_adoption(session: Session, adoption_id: int, actor: Actor) -> Adoption:
    """An adoption of the agent's own.

    :raises NotFound: it does not exist or is somebody else's.
    """
    adoption = session.get(Adoption, adoption_id)
    if adoption is None or adoption.request.agent_id != actor.user_id:
        raise NotFound("没有这次采纳，或者它不是您做的", adoption_id=adoption_id)
    return adoption
