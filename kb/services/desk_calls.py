"""How a call leaves the desk: ended, or set aside by the next one; and its number, for a reason."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import InvalidInput, NotFound
from kb.masking import mask_text
from kb.models import Call, CitizenRequest, SearchRecord
from kb.services.at_desk import AtDesk
from kb.services.audit import record
from kb.services.calls import clean_phone, end_call, open_call, start_call
from kb.services.resuming import is_unfinished
from kb.terms import Outcome

MAX_REASON = 100


@dataclass(frozen=True)
class Incoming:
    """A call the phone system opened, and the one that was at the desk until then."""

    call: Call
    left: Call | None = None

    @property
    def is_left_waiting(self) -> bool:
        """Tell whether the one before waits with what is unfinished of it."""
        return self.left is not None and self.left.ended_at is None


def take_incoming(
    session: Session, *, actor: Actor, now: datetime, caller: str, external_id: str
) -> Incoming:
    """Begin the call that rings, or go on with it.

    The one at the desk waits, 保持, while anything of it is unfinished, however many wait
    already; with nothing left to do it ends.

    :param external_id: the phone system's own number for it; empty when it has none.
    :raises InvalidInput: the caller's number is none.
    """
    running = open_call(session, actor)
    if running is not None and not external_id and running.caller_phone == clean_phone(caller):
        return Incoming(running)
    taken = start_call(
        session, actor=actor, now=now, caller_phone=caller, external_id=external_id or None
    )
    if taken.ended_at is not None or running is None or running.id == taken.id:
        taken.held_at = None
        return Incoming(taken)
    if taken.held_at is not None or is_unfinished(session, running):
        running.held_at = now
    else:
        end_call(running, now)
    taken.held_at = None
    return Incoming(taken, running)


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
