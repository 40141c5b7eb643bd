"""继续办理: what was left open comes back to the desk, in a call of its own caller."""

from datetime import datetime

from sqlalchemy.orm import Session

from kb.errors import IllegalTransition
from kb.models import Call, CitizenRequest
from kb.profile import Profile
from kb.services.at_desk import AtDesk
from kb.services.call_drafts import draft_of, has_words, is_written
from kb.services.calls import end_call, get_call, open_call, start_call
from kb.services.continuing import open_requests, own_open, put_back


def resume(session: Session, desk: AtDesk, number: str) -> Call:
    """Bring a request that an undone adoption left open back to the desk.

    It goes on in the call it came in, or, when that has ended, in a silent one of the same
    number: name and phone of one caller never stand in the call of another. Who is at the desk
    until then waits.

    :raises NotFound: no such request of the agent's own.
    :raises IllegalTransition: it is settled, or other words stand in its call.
    """
    request = own_open(session, desk, number)
    call = request.call
    is_writing = call is not None and call.ended_at is None and has_words(call)
    if is_writing and draft_of(call).get("continues") != number:
        raise IllegalTransition("那通来电里还有没办完的内容，请先办完，再继续这件")
    if call is None or call.ended_at is not None:
        call = _silent_call(session, desk, request.requester_phone)
    else:
        _free_desk(session, desk, call)
    call.held_at = None
    return call if is_writing else _put_back(call, request, desk.profile)


def _put_back(call: Call, request: CitizenRequest, profile: Profile) -> Call:
    request.call_id = call.id
    last = max(request.adoptions, key=lambda adoption: adoption.id, default=None)
    return put_back(call, request, last.query if last else request.title, profile)


def write_on(session: Session, desk: AtDesk, call_id: int) -> Call:
    """接着写: what was written in a call that ended before it was registered, in a silent call of
    the same number; who is at the desk until then waits.

    :raises NotFound: no such call of the agent's own.
    :raises IllegalTransition: nothing is left of it.
    """
    old = get_call(session, call_id, desk.actor, lock=True)
    if old.ended_at is None or not is_written(old):
        raise IllegalTransition("这通来电没有留下没登记的内容，可能已经接着写了")
    call = _silent_call(session, desk, old.caller_phone)
    call.draft_query, call.draft_notes = old.draft_query, old.draft_notes
    old.draft_query = old.draft_notes = ""
    return call


def _silent_call(session: Session, desk: AtDesk, phone: str) -> Call:
    """A call that nobody rings in, of a number that called before; who is at the desk waits."""
    _free_desk(session, desk)
    return start_call(session, actor=desk.actor, now=desk.now, caller_phone=phone)


def _free_desk(session: Session, desk: AtDesk, call: Call | None = None) -> None:
    """Whoever is at the desk waits, unless it is this call's."""
    running = open_call(session, desk.actor)
    if running is not None and running is not call:
        set_aside(session, running, desk.now)


def set_aside(session: Session, call: Call, now: datetime) -> Call:
    """Free the desk: a caller waits (保持), however many wait already; a walk-in's call in which
    nothing is left to do ends."""
    if call.caller_phone or call.external_id or is_unfinished(session, call):
        call.held_at = now
        return call
    return end_call(call, now)


def is_unfinished(session: Session, call: Call) -> bool:
    """Tell whether words are typed that led to nothing yet, or a request is still open."""
    return has_words(call) or bool(open_requests(session, call))
