"""What a resolved order may leave in the library, before a person decides. Reads only.

Entries that say it already come first; then the draft from the reply, without what leads to a
person, without what is said to the requester alone and with what holds for one case marked.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from indexer.errors import InvalidQuery
from kb.actor import Actor
from kb.errors import IllegalTransition, PermissionDenied
from kb.gaps.matter import Matter, Reader, unsaid
from kb.models import (
    KnowledgeItem,
    KnowledgeVersion,
    WorkOrder,
)
from kb.replies.addressed import for_all
from kb.replies.bound import Generalised, bound_phrases, generalised
from kb.replies.question_title import question_title
from kb.services.contact_details import withheld
from kb.services.entries import MAX_TITLE, Content
from kb.services.learning import may_name_someone, wording_of
from kb.services.near_duplicates import known_texts
from kb.services.office_phones import office_phones
from kb.services.order_questions import questions_of, wordings_of
from kb.services.order_unanswered import why_unanswered
from kb.services.questions import Question
from kb.services.reply_masking import mask_reply
from kb.services.search import SearchService
from kb.services.work_orders import holds_order, state_of
from kb.standing import IN_FORCE, standing_on
from kb.terms import KnowledgeKind, Role
from kb.work_orders.facts import Knowledge
from kb.work_orders.state import OrderState

_SETTLED = (OrderState.RESOLVED, OrderState.ARCHIVED)
_SHOWN = 5


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
    :ivar general: what of it holds for every caller, with the clauses that do not.
    :ivar unanswered: why nothing of it can become an entry; empty where something can.
    """

    similar: tuple[Similar, ...]
    advice: Knowledge
    reason: str
    title: str
    variants: tuple[str, ...]
    body: str
    category: str
    left_out: tuple[str, ...]
    general: Generalised
    unanswered: str


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
    require(order, actor)
    request = order.request
    mask = masking(session, order)
    title = mask(request.title)
    if may_name_someone(title) and request.is_confidential:
        title = ""
    reply = for_all(state_of(order).reply)
    body = mask(reply.text)
    # Also the one that the title is made of: whoever words the title anew would lose it.
    variants = tuple(wordings_of(session, request))
    title = question_title(title, variants)
    draft = Content(KnowledgeKind.QA, title[:MAX_TITLE], body, variants=variants)
    similar = _similar(session, search, order, draft, actor, today)
    why = why_unanswered(state_of(order))
    advice, reason = _advice(similar, why)
    return Proposal(
        tuple(similar),
        advice,
        reason,
        draft.title,
        variants,
        body,
        request.category[:80],
        tuple(mask(clause) for clause in reply.left_out),
        generalised(body),
        why,
    )


def of_one_case(content: Content) -> list[tuple[str, str]]:
    """What of a draft still holds for one case alone: the phrase and why, each once."""
    found = {
        text[one.start : one.end]: one.kind.label
        for text in (content.title, content.body)
        for one in bound_phrases(text)
    }
    return list(found.items())


def masking(session: Session, order: WorkOrder) -> Callable[[str], str]:
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
    lists = search.indexes.dictionary.current(session)
    reader = Reader(lists.segmenter, lists.lexicon)
    for text in dict.fromkeys((*questions, draft.title)):
        matter = reader.matter(text)
        try:
            answers = search.find(session, Question(text, today, limit=_SHOWN), actor)
        except InvalidQuery:
            continue  # filler alone finds nothing
        if not answers.answered:
            continue  # 无依据: what is found nevertheless is near by chance
        for place, one in enumerate(answers.found):
            # Only an entry that leaves nothing telling of the question unsaid may say it already.
            if not _says_all(matter, one.version):
                continue
            known = found.setdefault(one.item.id, Similar(one.item, one.version))
            weight[one.item.id] = weight.get(one.item.id, 0.0) + 1 / (1 + place)
            if place == 0 and text in questions:
                found[one.item.id] = replace(known, answers=(*known.answers, text))
    order_of = sorted(found, key=lambda item_id: (-weight[item_id], item_id))
    return [found[item_id] for item_id in order_of[:_SHOWN]]


def _says_all(matter: Matter, version: KnowledgeVersion) -> bool:
    return matter.is_telling and not unsaid(matter, wording_of(version))


def _repeated(session: Session, order: WorkOrder, draft: Content, today: date) -> Similar | None:
    """The unit's entry in force whose text the draft nearly repeats."""
    if order.unit_id is None or not draft.body:
        return None
    near = known_texts(session, order.unit_id).nearest(draft)
    version = session.get(KnowledgeVersion, near.known.version_id) if near else None
    if version is None or version.id != version.item.current_version_id:
        return None
    if standing_on(version.item, version, today) not in IN_FORCE:
        return None
    return Similar(version.item, version, is_repeated=True)


def _advice(similar: list[Similar], unanswered: str) -> tuple[Knowledge, str]:
    for one in similar:
        title = one.version.title
        if one.answers:
            return (
                Knowledge.EXISTED,
                f"《{title}》现在就能答上来电人的提问，看过再决定是否新建",
            )
        if one.is_repeated:
            return Knowledge.UPDATED, f"《{title}》说的几乎一样，可以给它加上来电人的问法"
    if unanswered:
        return Knowledge.NOT_GENERAL, f"{unanswered}；有人写出了答案，再选“新建”"
    if similar:
        return Knowledge.CREATED, "有相近的条目，但都没有答上来电人的提问；请先对照再新建"
    return Knowledge.CREATED, "库里没有相近的条目，可以由答复新建一条"


def require(order: WorkOrder, actor: Actor) -> None:
    """Refuse whoever may not work on the order's knowledge, and an order that is not resolved.

    :raises PermissionDenied, IllegalTransition: with the sentence.
    """
    if not (holds_order(order, actor) or actor.is_centre):
        raise PermissionDenied("这张工单不在您的单位办理")
    if state_of(order).step not in _SETTLED:
        raise IllegalTransition("工单办结以后，才能由答复整理知识")
    if not may_work_on(order, actor):
        raise PermissionDenied("整理知识要由回访员、派单员、知识管理员或承办单位来做")
