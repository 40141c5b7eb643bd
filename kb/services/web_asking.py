"""网上提交诉求: what a person writes on the public page becomes a request and its order."""

import re
import unicodedata
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import InvalidInput
from kb.models import WorkOrder
from kb.profile import Profile
from kb.services.registration import Registration, check
from kb.services.requests import hand_over, register

WEB = "网站"
# Who writes instead of calling is reached by this number alone: a digit lost would lose them.
_PHONE = re.compile(
    r"(?:\+?86-?)?1[3-9](?:-?[0-9]){9}"
    r"|(?:\+86-?0?|0)(?:(?:10|2[0-9])-?[0-9]{4}-?[0-9]{4}|[3-9][0-9]{2}-?[0-9]{3,4}-?[0-9]{4})"
    r"(?:-[0-9]{1,5})?"
    r"|[48]00(?:-?[0-9]){7}"
    r"|9[56][0-9]{3,6}"
    r"|\+(?!86)[1-9](?:-?[0-9]){6,14}"
)
NOBODY = Actor(0, "公众", None, frozenset())


def submit(
    session: Session, written: Registration, *, profile: Profile, phone_key: bytes, now: datetime
) -> WorkOrder:
    """Register the request and hand it over; it waits for the dispatcher.

    :raises InvalidInput: a sentence a field; a phone is needed, or nobody could ask for progress.
    """
    channel = WEB if WEB in profile.channels else profile.channels[0]
    phone = re.sub(r"[\s()]", "", unicodedata.normalize("NFKC", written.requester_phone))
    written = replace(written, channel=channel, line=profile.lines[0], requester_phone=phone)
    faults: dict[str, str] = {}
    try:
        check(written, profile)
    except InvalidInput as invalid:
        faults |= invalid.fields
    if not written.content.strip():
        faults["content"] = "请写清楚什么事、在哪里、希望怎么解决"
    if not phone:
        faults["requester_phone"] = "请填写能联系到您的电话，查进度也要用它的后四位"
    elif not _PHONE.fullmatch(phone):
        faults["requester_phone"] = (
            f"请核对电话，现在写的有 {len(re.findall('[0-9]', phone))} 位数字："
            "手机是 11 位，座机要写区号，境外号码以 + 开头"
        )
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
