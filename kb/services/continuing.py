"""接着办: a request that an undone adoption left open is gone on with, or another begins.

A form names the request it continues; one that names none registers a new request, whatever lies
open in its call, so that a caller's second matter never overwrites the first.
"""

from collections.abc import Sequence
from dataclasses import fields, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.errors import IllegalTransition, NotFound
from kb.masking import mask_text, phone_hash
from kb.models import Call, CitizenRequest
from kb.path_finding import NOT_KNOWN, region_of
from kb.profile import Profile
from kb.services.at_desk import AtDesk
from kb.services.call_drafts import FIELDS, save_draft
from kb.services.calls import clean_phone
from kb.services.registration import Registration, check
from kb.services.requests import register
from kb.terms import Outcome

_PHONE_FIELDS = frozenset({"requester_phone", "purpose"})


def registered(
    session: Session,
    desk: AtDesk,
    call: Call,
    registration: Registration,
    continues: str,
    query: str,
) -> CitizenRequest:
    """The request of a form: the one it continues, brought up to date; else a new one.

    :param continues: the number of that request; empty for a new one.
    :param query: the words in the box. They name a new request that has no title of its own;
        what is gone on with keeps its title where none was written but them.
    :raises NotFound: no such request of the agent's own.
    :raises IllegalTransition: it is settled already, or belongs to another call.
    """
    asked = " ".join(query.split())[:200]
    title = registration.title.strip()
    if not continues:
        return register(
            session,
            registration if title else replace(registration, title=asked),
            profile=desk.profile,
            phone_key=desk.phone_key,
            actor=desk.actor,
            now=desk.now,
            call=call,
        )
    request = own_open(session, desk, continues)
    if request.call_id != call.id:
        raise IllegalTransition(
            f"诉求 {request.number} 不在这通来电里，没有保存；请在“今日登记”点“继续办理”"
        )
    if title in ("", asked):
        registration = replace(registration, title=request.title)
    return _rewrite(request, check(registration, desk.profile), desk.phone_key)


def own_open(session: Session, desk: AtDesk, number: str, *, lock: bool = True) -> CitizenRequest:
    """A request of the agent's own that is still 处理中.

    :param lock: nobody else settles it meanwhile; not to look at it alone.
    :raises NotFound: no such request of theirs.
    :raises IllegalTransition: it is settled.
    """
    query = select(CitizenRequest).where(
        CitizenRequest.number == number, CitizenRequest.agent_id == desk.actor.user_id
    )
    request = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if request is None:
        raise NotFound("没有这件诉求，或者它不是您登记的")
    if request.outcome != Outcome.OPEN:
        raise IllegalTransition(
            f"诉求 {request.number} 已是“{Outcome(request.outcome).label}”，没有再改；"
            "新的事请去掉“接着办”再登记"
        )
    return request


def _rewrite(
    request: CitizenRequest, registration: Registration, phone_key: bytes
) -> CitizenRequest:
    """The number of a request stays, and its phone where none is typed; the rest is new."""
    if registration.requester_phone.strip():
        request.requester_phone = clean_phone(registration.requester_phone)
        request.phone_hash = phone_hash(request.requester_phone, phone_key)
    for name in (field.name for field in fields(registration)):
        if name not in _PHONE_FIELDS:
            setattr(request, name, getattr(registration, name))
    request.purpose = str(registration.purpose)
    request.title = mask_text(registration.title.strip())
    request.content = registration.content.strip()
    request.place, request.requester_name = registration.place[:200], request.requester_name[:40]
    return request


def put_back(call: Call, request: CitizenRequest, query: str, profile: Profile) -> Call:
    """Let the call's draft be the request as it stood, to go on with.

    Its phone is left out: it stays with the request, and the form would show it unmasked.
    """
    fields = _words(request, profile) | {"continues": request.number}
    return save_draft(call, query=query, fields=fields)


def _words(request: CitizenRequest, profile: Profile) -> dict[str, str]:
    fields = {name: str(getattr(request, name)) for name in FIELDS if name not in _NOT_TEXT}
    # No region beside a place that names one: somebody chose 不详, and does not lose it here.
    if not request.region and region_of(profile.all_regions, "", request.place, profile.city):
        fields["region"] = NOT_KNOWN
    return fields | {"is_confidential": "1" if request.is_confidential else ""}


def kept_words(session: Session, agent_id: int, number: str, profile: Profile) -> dict[str, str]:
    """What already stands with a request of the agent's own that is still 处理中; else nothing."""
    query = select(CitizenRequest).where(
        CitizenRequest.number == number,
        CitizenRequest.agent_id == agent_id,
        CitizenRequest.outcome == Outcome.OPEN.value,
    )
    request = session.scalars(query).one_or_none() if number else None
    return _words(request, profile) if request is not None else {}


_NOT_TEXT = frozenset({"is_confidential", "continues", "no_letter", "requester_phone"})


def open_requests(session: Session, call: Call) -> Sequence[CitizenRequest]:
    """The requests of a call that are still 处理中, in order."""
    query = select(CitizenRequest).where(
        CitizenRequest.call_id == call.id, CitizenRequest.outcome == Outcome.OPEN.value
    )
    return session.scalars(query.order_by(CitizenRequest.id)).all()
