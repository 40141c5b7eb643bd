"""The agent desk's use cases: one call, one registration, one way out, in one transaction."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.access import get_visible, visible_items
from kb.actor import Actor
from kb.clock import local_day
from kb.errors import NotFound, StaleVersion
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
from kb.services.at_desk import AtDesk
from kb.services.call_drafts import has_words, next_question
from kb.services.calls import get_call, require_no_call, start_call
from kb.services.continuing import put_back, registered
from kb.services.letters import hand_papers
from kb.services.orders.giving import By
from kb.services.registration import Registration
from kb.services.repeats import Choice, follow
from kb.services.requests import hand_over, resolve_online
from kb.services.undoing import take_back, undo_adoption
from kb.terms import Outcome
from kb.work_orders.state import OrderState

SEPARATE = Choice()


@dataclass(frozen=True)
class Shown:
    """The card the agent had before them when they adopted."""

    query: str
    item_id: int
    version: int
    passage_ordinal: int


def current_call(session: Session, desk: AtDesk, call_id: int | None) -> Call:
    """The call a form was sent from; where it showed none, a walk-in begins silently.

    Locked, so that a draft sent before it cannot come after.

    :raises NotFound: the call is somebody else's.
    :raises IllegalTransition: the form showed no call, and one runs in another window.
    """
    if call_id is not None:
        return get_call(session, call_id, desk.actor, lock=True)
    require_no_call(session, desk.actor)
    return start_call(session, actor=desk.actor, now=desk.now)


def adopt(
    session: Session,
    desk: AtDesk,
    call: Call,
    registration: Registration,
    shown: Shown,
    repeat: Choice = SEPARATE,
    continues: str = "",
) -> Adoption:
    """采纳: register the request and resolve it online with the card that was shown.

    :param continues: the number of the open request the form goes on with; empty for a new one.
    :raises StaleVersion: the entry has a newer version than the card.
    :raises InvalidInput, NotFound, IllegalTransition: as the two steps it is made of.
    """
    item = get_visible(session, shown.item_id, desk.actor)
    version = version_held(session, item, local_day(desk.now), desk.actor)
    if version is not None and version.number != shown.version:
        raise StaleVersion(
            f"这个条目刚更新到第 {version.number} 版，没有采纳；请看过新卡后再采纳", item_id=item.id
        )
    request = registered(session, desk, call, registration, continues, shown.query)
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
    continues: str = "",
    keeps_letter: bool = True,
) -> WorkOrder:
    """转工单: register the request and hand it over.

    :param seen_item_id: the answerable entry on the first card, if there was one ("lost").
    :param repeat: whether it is an earlier request again, as the agent said.
    :param continues: as for :func:`adopt`.
    :param keeps_letter: the letter of the order taken back is still the caller's; not where
        another stands in its place, or it was somebody else's.
    :raises InvalidInput, IllegalTransition: as the two steps it is made of.
    """
    request = registered(session, desk, call, registration, continues, query)
    order = hand_over(
        session,
        request,
        profile=desk.profile,
        query=query,
        seen_item_id=_seen(session, seen_item_id, desk.actor),
        actor=desk.actor,
        now=desk.now,
    )
    by = By(desk.actor, desk.now, desk.profile)
    taken_back = _last_cancelled(session, request)
    if keeps_letter and taken_back is not None:
        hand_papers(session, taken_back, order, by)
    follow(session, request, order, repeat, by)
    next_question(call)
    session.flush()
    return order


def _last_cancelled(session: Session, request: CitizenRequest) -> WorkOrder | None:
    """The order taken back last: it carries what those before it left to it."""
    query = select(WorkOrder).where(
        WorkOrder.request_id == request.id, WorkOrder.state == OrderState.CANCELLED.value
    )
    return session.scalar(query.order_by(WorkOrder.id.desc()).limit(1))


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


def undo(session: Session, desk: AtDesk, adoption: Adoption) -> CitizenRequest:
    """撤销采纳: the request is open again, and back at the desk unless another matter is there.

    :raises IllegalTransition: as :func:`kb.services.undoing.undo_adoption`.
    """
    request = undo_adoption(session, adoption, actor=desk.actor, now=desk.now)
    _to_desk(request, adoption.query, desk.profile)
    return request


def undo_order(session: Session, desk: AtDesk, order: WorkOrder) -> CitizenRequest:
    """撤单 of an order just raised: the request is open again, and back at the desk as above.

    :raises PermissionDenied, IllegalTransition: as :func:`kb.services.undoing.take_back`.
    """
    request = take_back(session, order, By(desk.actor, desk.now, desk.profile))
    if request.outcome == Outcome.OPEN.value:
        asked = select(SearchRecord.query).where(SearchRecord.request_id == request.id)
        last = asked.order_by(SearchRecord.id.desc()).limit(1)
        _to_desk(request, session.scalar(last) or "", desk.profile)
    return request


def _to_desk(request: CitizenRequest, query: str, profile: Profile) -> None:
    """The request as it stood, to go on with, unless another matter is being written."""
    call = request.call
    if call is not None and call.ended_at is None and not has_words(call):
        put_back(call, request, query, profile)


def get_adoption(session: Session, adoption_id: int, actor: Actor) -> Adoption:
    """An adoption of the agent's own.

    :raises NotFound: it does not exist or is somebody else's.
    """
    adoption = session.get(Adoption, adoption_id)
    if adoption is None or adoption.request.agent_id != actor.user_id:
        raise NotFound("没有这次采纳，或者它不是您做的", adoption_id=adoption_id)
    return adoption
