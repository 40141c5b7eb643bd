"""话术 of a call-back and the text message with the link, filled in for one order."""

import re

from kb.models import CitizenRequest
from kb.profile import Profile
from kb.profile_follow_up import fill
from kb.replies.addressed import for_all

MAX_DONE = 160
_TITLES = ("先生", "女士", "小姐", "老师")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_END = re.compile(r"[。！？；]")


def script_of(
    profile: Profile,
    request: CitizenRequest,
    *,
    unit: str,
    title: str,
    reply: str,
    is_declined: bool = False,
) -> tuple[str, ...]:
    """The lines to read out. A 保密 requester is first made sure of, before a word of the matter.

    :param title: and ``reply`` as the call-back agent may see them, masked.
    :param is_declined: it ended with 不予办理, and ``reply`` says why.
    """
    words = profile.follow_up
    # 您表示满意 is not read out to whoever is being asked.
    done = in_short(for_all(reply).text or reply) or "（见答复）"
    template = words.script_confidential if request.is_confidential else words.script
    values = {
        "城市": profile.city,
        "热线": profile.hotline,
        "称呼": addressed(request.requester_name),
        "编号": request.number,
        "目的": profile.purpose(request.purpose).name,
        "事项": title,
        "单位": unit or "承办单位",
        "办理情况": f"经核查不予办理，原因是：{done}" if is_declined else done,
    }
    return tuple(line for line in fill(template, values).splitlines() if line.strip())


def message_of(profile: Profile, number: str, link: str) -> str:
    """The text message that asks for 评价; nothing in it says who asked or what."""
    values = {
        "城市": profile.city,
        "热线": profile.hotline,
        "编号": number,
        "链接": link,
        "天数": str(profile.follow_up.link_days),
    }
    return fill(profile.follow_up.sms, values)


def addressed(name: str) -> str:
    """``李女士``, ``李先生/女士``, ``您本人``: how to address somebody without the full name."""
    name = name.strip()
    title = next((one for one in _TITLES if name.endswith(one)), "")
    family = name.removesuffix(title)[:1]
    return f"{family}{title or '先生/女士'}" if family else "您本人"


def in_short(text: str) -> str:
    """The first sentences of a reply, at most ``MAX_DONE`` characters."""
    text = " ".join(text.split())
    if len(text) <= MAX_DONE:
        return text
    ends = [found.end() for found in _END.finditer(text[:MAX_DONE])]
    return text[: ends[-1]] if ends else f"{text[:MAX_DONE]}……"


def is_mobile(phone: str) -> bool:
    """Tell whether a text message can reach this number."""
    return _MOBILE.fullmatch(phone.strip()) is not None
