"""一通来电: begins, keeps what is typed, ends."""

import re
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput, NotFound
from kb.models import Call
from kb.terms import Role

MAX_HELD = 3
# One that nobody ended for so long tells neither how long calls take nor when its requests came.
LONGEST_CALL = timedelta(hours=2)
_PHONE = re.compile(r"\+?[\d\- ]{3,20}")


def clean_phone(phone: str) -> str:
    """A phone number's digits; empty stays empty.

    :raises InvalidInput: it is not a phone number.
    """
    phone = phone.strip()
    if phone and not _PHONE.fullmatch(phone):
        raise InvalidInput("来电号码只能有数字、空格和“-”", {"caller": "请核对来电号码"})
    return re.sub(r"\D", "", phone)


def start_call(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    caller_phone: str = "",
    external_id: str | None = None,
) -> Call:
    """Begin a call, or go on with the one the phone system already named."""
    actor.require(Role.AGENT)
    if external_id:
        query = select(Call).where(Call.external_id == external_id, Call.agent_id == actor.user_id)
        known = session.scalars(query).first()
        if known is not None:
            return known
    call = Call(
        external_id=external_id or None,
        agent_id=actor.user_id,
        caller_phone=clean_phone(caller_phone),
        started_at=now,
    )
    session.add(call)
    session.flush()
    return call


def get_call(session: Session, call_id: int, actor: Actor, *, lock: bool = False) -> Call:
    """An agent's own call; with ``lock`` nobody else writes to it until the transaction ends.

    :raises NotFound: it does not exist or is somebody else's.
    """
    call = session.get(Call, call_id, with_for_update=lock or None, populate_existing=lock)
    if call is None or call.agent_id != actor.user_id:
        raise NotFound("没有这通来电，或者它不是您接的", call_id=call_id)
    return call


def open_call(session: Session, actor: Actor) -> Call | None:
    """The call the agent is in, so that the desk returns to it after a reload or log-out."""
    query = (
        select(Call)
        .where(Call.agent_id == actor.user_id, Call.ended_at.is_(None), Call.held_at.is_(None))
        .order_by(Call.id.desc())
    )
    return session.scalars(query).first()


def require_no_call(session: Session, actor: Actor) -> None:
    """For a page that shows no call: what is written there is of no caller who rang since.

    :raises IllegalTransition: a call runs in another window.
    """
    if open_call(session, actor) is not None:
        raise IllegalTransition(
            "您有一通来电正在另一个窗口进行，这里的内容没有记到它名下，也没有提交；"
            "请回到那个窗口，结束那一通后再提交这里的"
        )


def held_calls(session: Session, actor: Actor) -> list[Call]:
    """The agent's callers that wait, who waits longest first."""
    query = (
        select(Call)
        .where(Call.agent_id == actor.user_id, Call.ended_at.is_(None), Call.held_at.is_not(None))
        .order_by(Call.held_at, Call.id)
    )
    return list(session.scalars(query))


def hold(session: Session, call: Call, actor: Actor, now: datetime) -> Call:
    """保持: let the caller wait; what was typed stays with the call.

    :raises IllegalTransition: it has ended, or too many wait already.
    """
    if call.ended_at is not None:
        raise IllegalTransition("这通来电已经结束")
    if call.held_at is None and len(held_calls(session, actor)) >= MAX_HELD:
        raise IllegalTransition(f"已有 {MAX_HELD} 通在保持，请先取回一通")
    call.held_at = call.held_at or now
    return call


def take_back(session: Session, call: Call, actor: Actor, now: datetime, shown: int | None) -> Call:
    """取回: go on with a caller that waits; the call the agent is in then waits instead.

    :param shown: the call at the desk as the page shows it; None for none.
    :raises IllegalTransition: it has ended, or another call is at the desk by now.
    """
    if call.ended_at is not None:
        raise IllegalTransition("这通来电已经结束")
    running = open_call(session, actor)
    if (running.id if running is not None else None) != shown:
        raise IllegalTransition("正在进行的来电已在另一个窗口变了，没有取回；请刷新页面后再取")
    if running is not None and running.id != call.id:
        running.held_at = now
    call.held_at = None
    return call


def end_call(call: Call, now: datetime) -> Call:
    """结束本通.

    :raises IllegalTransition: it has ended already.
    """
    if call.ended_at is not None:
        raise IllegalTransition("这通来电已经结束")
    call.ended_at = now
    return call
