"""网上提交诉求: what a person writes on the public page becomes a request and its order."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import InvalidInput
from kb.models import WorkOrder
from kb.profile import Profile
from kb.services.calls import clean_phone
from kb.services.registration import Registration, check
from kb.services.requests import hand_over, register

WEB = "网站"
MIN_PHONE = 7
NOBODY = Actor(0, "公众", None, frozenset())


def submit(
    session: Session, written: Registration, *, profile: Profile, phone_key: bytes, now: datetime
) -> WorkOrder:
    """Register the request and hand it over; it waits for the dispatcher.

    :raises InvalidInput: a sentence a field; a phone is needed, or nobody could ask for progress.
    """
    channel = WEB if WEB in profile.channels else profile.channels[0]
    written = replace(written, channel=channel, line=profile.lines[0])
    faults: dict[str, str] = {}
    try:
        check(written, profile)
    except InvalidInput as invalid:
        faults |= invalid.fields
    if not written.content.strip():
        faults["content"] = "请写清楚什么事、在哪里、希望怎么解决"
    try:
        is_phone = len(clean_phone(written.requester_phone)) >= MIN_PHONE
    except InvalidInput:
        is_phone = False
    if not is_phone:
        faults["requester_phone"] = "请填写能联系到您的电话，查进度也要用它的后四位"
    if faults:
        raise InvalidInput("有几项没有填对，请按提示修改", faults)
    request = register(
        session, written, profile=profile, phone_key=phone_key, actor=NOBODY, now=now
    )
    return hand_over(
        session,
        request,
        profile=profile,
        query=request.title,
        seen_item_id=None,
        actor=NOBODY,
        now=now,
    )
