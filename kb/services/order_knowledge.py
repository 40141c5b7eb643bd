"""工单 → 知识: what a resolved order may leave in the library. Callers commit.

Entries that say it already come first; then the draft of a 标准问答 from the unit's reply, without
anything that leads to a person. The draft belongs to the unit that handled the order and goes
through its review like any other. When it is published, the caller's questions are asked again.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from indexer.errors import InvalidQuery
from kb.access import get_visible
from kb.actor import Actor
from kb.errors import IllegalTransition, PermissionDenied
from kb.models import (
    Gap,
    GapAsk,
    GapQuery,
    KnowledgeItem,
    KnowledgeVersion,
    OrderEntry,
    SearchRecord,
    Unit,
    WorkOrder,
)
from kb.replies.addressed import for_all
from kb.services.contact_details import withheld
from kb.services.entries import MAX_TITLE, Content, create_entry, note
from kb.services.gap_handling import put_entry
from kb.services.gap_jobs import request_tries
from kb.services.learning import may_name_someone
from kb.services.near_duplicates import known_texts
from kb.services.office_phones import office_phones
from kb.services.order_questions import questions_of, wordings_of
from kb.services.reply_masking import mask_reply
from kb.services.search import Question, SearchService
from kb.services.work_orders import holds_order, state_of
from kb.standing import standing_on
from kb.terms import OPEN_GAPS, KnowledgeKind, Role, Standing
from kb.work_orders.facts import Knowledge
from kb.work_orders.state import OrderState

FROM_ORDER = "from_order"
_SETTLED = (OrderState.RESOLVED, OrderState.ARCHIVED)
_FROM_REPLY = 80  # characters of the reply that are searched for
_SHOWN = 5
_IN_FORCE = (Standing.IN_FORCE, Standing.EXPIRING)


@dataclass(frozen=True)
class Similar:
    """An entry in force that may say it already.

    :ivar answers: which of the caller's questions find it first, and are answered.
    :ivar is_repeated: its text is nearly that of the draft.
    """

    item: KnowledgeItem
    version: KnowledgeVersion
    answers: tuple[str, ...] = ()
    is_repeated: bool = False


@dataclass(frozen=True)
class Proposal:
    """What an order may leave in the library, before a person decides.

    :ivar advice: the outcome that fits best; its ``reason`` is a sentence.
    :ivar body: the reply without what leads to a person, and without what it says to the
        requester alone; ``left_out`` are these clauses.
    """

    similar: tuple[Similar, ...]
    advice: Knowledge
    reason: str
    title: str
    variants: tuple[str, ...]
    body: str
    category: str
    left_out: tuple[str, ...] = ()


def may_work_on(order: WorkOrder, actor: Actor) -> bool:
    """Tell whether the person may draft or name entries for the order."""
    if state_of(order).step not in _SETTLED:
        return False
    if actor.has(Role.FOLLOW_UP_AGENT, Role.DISPATCHER, Role.EDITOR):
        return True
    return actor.has(Role.UNIT_CLERK, Role.UNIT_REVIEWER) and order.unit_id in actor.unit_scope


def propose(
    session: Session, search: SearchService, order: WorkOrder, actor: Actor, today: date
) -> Proposal:
    """Look for entries that say it already, and write the draft that would say it.

    :raises IllegalTransition: the order is not resolved yet.
    :raises PermissionDenied: the order is not this person's.
    """
    _require(order, actor)
    request = order.request
    mask = _masking(session, order)
    title = mask(request.title)
    if may_name_someone(title) and request.is_confidential:
        title = ""
    reply = for_all(state_of(order).reply)
    body = mask(reply.text)
    variants = tuple(text for text in wordings_of(session, request) if text != title)
    draft = Content(KnowledgeKind.QA, title[:MAX_TITLE], body, variants=variants)
    similar = _similar(session, search, order, draft, actor, today)
    advice, reason = _advice(similar)
    return Proposal(
        tuple(similar),
        advice,
        reason,
        draft.title,
        variants,
        body,
        request.category[:80],
        tuple(mask(clause) for clause in reply.left_out),
    )


def _masking(session: Session, order: WorkOrder) -> Callable[[str], str]:
    """Takes what leads to the caller out of a text; the units' own numbers stay. Of a 保密
    order nothing stays that a unit may not read: it sees the draft, and so will everybody."""
    if order.request.is_confidential:
        return lambda text: withheld(text, order.request)
    phones = office_phones(session)
    return lambda text: mask_reply(text, order.request, office_phones=phones).text


def _similar(
    session: Session,
    search: SearchService,
    order: WorkOrder,
    draft: Content,
    actor: Actor,
    today: date,
) -> list[Similar]:
    found: dict[int, Similar] = {}
    weight: dict[int, float] = {}
    repeated = _repeated(session, order, draft, today)
    if repeated is not None:
        found[repeated.item.id], weight[repeated.item.id] = repeated, 10.0
    questions = questions_of(session, order.request)
    for text in dict.fromkeys((*questions, draft.title, draft.body[:_FROM_REPLY])):
        if not text.strip():
            continue
        try:
            answers = search.find(session, Question(text, today, limit=_SHOWN), actor)
        except InvalidQuery:
            continue  # filler alone finds nothing
        for place, one in enumerate(answers.found):
            known = found.setdefault(one.item.id, Similar(one.item, one.version))
            weight[one.item.id] = weight.get(one.item.id, 0.0) + 1 / (1 + place)
            if answers.answered and place == 0 and text in questions:
                found[one.item.id] = replace(known, answers=(*known.answers, text))
    order_of = sorted(found, key=lambda item_id: (-weight[item_id], item_id))
    return [found[item_id] for item_id in order_of[:_SHOWN]]


def _repeated(session: Session, order: WorkOrder, draft: Content, today: date) -> Similar | None:
    """The unit's entry in force whose text the draft nearly repeats."""
    if order.unit_id is None or not draft.body:
        return None
    near = known_texts(session, order.unit_id).nearest(draft)
    version = session.get(KnowledgeVersion, near.known.version_id) if near else None
    if version is None or version.id != version.item.current_version_id:
        return None
    if standing_on(version.item, version, today) not in _IN_FORCE:
        return None
    return Similar(version.item, version, is_repeated=True)


def _advice(similar: list[Similar]) -> tuple[Knowledge, str]:
    for one in similar:
        title = one.version.title
        if one.answers:
            return (
                Knowledge.EXISTED,
                f"《{title}》现在就能答上来电人的提问，看过再决定是否新建",
            )
        if one.is_repeated:
            return Knowledge.UPDATED, f"《{title}》说的几乎一样，可以给它加上来电人的问法"
    if similar:
        return Knowledge.CREATED, "有相近的条目，但都没有答上来电人的提问；请先对照再新建"
    return Knowledge.CREATED, "库里没有相近的条目，可以由答复新建一条"


def draft_from(
    session: Session, order: WorkOrder, content: Content, *, actor: Actor, now: datetime
) -> KnowledgeVersion:
    """新建条目: the draft a person has read and corrected, for the unit that handled the order.

    What was typed is masked once more, so that nothing of the caller's comes back by hand.

    :raises IllegalTransition: the order is not resolved, or no unit handled it.
    :raises InvalidInput: the content is not fit, see :func:`kb.services.entries.check`.
    """
    _require(order, actor)
    if order.unit_id is None:
        raise IllegalTransition("这张工单没有承办单位，不能由答复新建条目")
    mask = _masking(session, order)
    clean = replace(
        content,
        title=mask(content.title),
        body=mask(content.body),
        variants=tuple(mask(text) for text in content.variants),
    )
    unit = session.get_one(Unit, order.unit_id)
    # The draft is the unit's, whoever begins it; its review and publication are as ever.
    writer = replace(actor, unit_scope=actor.unit_scope | {unit.id})
    version = create_entry(
        session,
        unit=unit,
        content=clean,
        actor=writer,
        now=now,
        source_key=f"order:{order.number}",
    )
    note(session, version, FROM_ORDER, actor, now, f"取自工单 {order.number} 的答复")
    _remember(session, order, version.item_id, version, actor, now)
    return version


def name_existing(
    session: Session, order: WorkOrder, item_id: int, *, actor: Actor, now: datetime
) -> OrderEntry:
    """已有条目: this entry in force answers the matter; the caller's questions are asked again.

    :raises NotFound: no such entry for this person.
    :raises IllegalTransition: the entry was never published.
    """
    _require(order, actor)
    item = get_visible(session, item_id, actor)
    if item.current_version is None:
        raise IllegalTransition("这个条目还没有发布，请选已发布的条目")
    row = _remember(session, order, item.id, None, actor, now)
    request_tries(session, item.id, now)
    return row


def _remember(
    session: Session,
    order: WorkOrder,
    item_id: int,
    version: KnowledgeVersion | None,
    actor: Actor,
    now: datetime,
) -> OrderEntry:
    query = select(OrderEntry).where(OrderEntry.order_id == order.id, OrderEntry.item_id == item_id)
    row = session.scalars(query).one_or_none()
    if row is None:
        row = OrderEntry(
            order_id=order.id,
            item_id=item_id,
            version_id=version.id if version else None,
            at=now,
            actor_id=actor.user_id or None,
        )
        session.add(row)
        session.flush()
    for gap in _gaps_of(session, order):
        put_entry(session, gap, row.item, actor=actor, now=now, version=version)
    return row


def _gaps_of(session: Session, order: WorkOrder) -> list[Gap]:
    """The open gaps that the caller's questions belong to."""
    gap_ids = (
        select(GapQuery.gap_id)
        .join(GapAsk, GapAsk.query_id == GapQuery.id)
        .join(SearchRecord, SearchRecord.id == GapAsk.record_id)
        .where(SearchRecord.request_id == order.request_id)
    )
    states = [state.value for state in OPEN_GAPS]
    return list(session.scalars(select(Gap).where(Gap.id.in_(gap_ids), Gap.state.in_(states))))


def entries_of(session: Session, order: WorkOrder) -> list[OrderEntry]:
    """The entries drafted or named for an order, oldest first."""
    query = (
        select(OrderEntry)
        .where(OrderEntry.order_id == order.id)
        .options(
            selectinload(OrderEntry.item).selectinload(KnowledgeItem.current_version),
            selectinload(OrderEntry.version),
            selectinload(OrderEntry.actor),
        )
        .order_by(OrderEntry.id)
    )
    return list(session.scalars(query))


def _require(order: WorkOrder, actor: Actor) -> None:
    if not (holds_order(order, actor) or actor.is_centre):
        raise PermissionDenied("这张工单不在您的单位办理")
    if state_of(order).step not in _SETTLED:
        raise IllegalTransition("工单办结以后，才能由答复整理知识")
    if not may_work_on(order, actor):
        raise PermissionDenied("整理知识要由回访员、派单员、知识管理员或承办单位来做")
