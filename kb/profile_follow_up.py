"""回访 as data: what is read out, why somebody may be dissatisfied, the text of the message."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any

from kb.errors import InvalidInput

# What a 话术 and a message may name.
SAID = ("城市", "热线", "称呼", "编号", "目的", "事项", "单位", "办理情况")
SENT = ("城市", "热线", "编号", "链接", "天数")
_PLACE = re.compile(r"\{([^{}]*)\}")

_SCRIPT = """您好，这里是{城市} {热线} 政务服务便民热线，请问是{称呼}吗？
您反映的“{事项}”（编号 {编号}）由{单位}办理，答复是：{办理情况}
请问单位联系过您吗？您对办理结果满意、基本满意，还是不满意？
（不满意的）请您说说哪里不满意，我们如实记录，并核实是否重新办理。
感谢您的配合，再见。"""
_CONFIDENTIAL = """您好，这里是{城市} {热线} 政务服务便民热线，请问现在方便接听吗？
请您报一下诉求编号，或者说一下当时反映的事项。
（核对是本人再往下说；不是本人或不便接听的，不说事项，另约时间。）
您的诉求（编号 {编号}）已经办结，答复是：{办理情况}
您对办理结果满意、基本满意，还是不满意？您的信息我们继续为您保密。感谢您的配合，再见。"""
_SMS = (
    "【{城市}{热线}】您的诉求（编号 {编号}）已办结，请您评价：{链接} 。"
    "链接 {天数} 天内有效，只能评价一次，不用登录，也不会要求您填写密码或付款。"
)
_REASONS = (
    "问题没有解决",
    "办理太慢",
    "答复不清楚、不完整",
    "单位没有联系我",
    "答复与事实不符",
    "工作人员态度不好",
    "不认可政策规定",
)


@dataclass(frozen=True)
class FollowUp:
    """What differs between cities; ``link_days`` is how long a link for 评价 holds."""

    script: str = _SCRIPT
    script_confidential: str = _CONFIDENTIAL
    sms: str = _SMS
    reasons: tuple[str, ...] = _REASONS
    link_days: int = 7


def fill(template: str, values: Mapping[str, str]) -> str:
    """The template with its ``{名称}`` places filled; what ``values`` does not name stays."""
    return _PLACE.sub(lambda found: values.get(found[1], found[0]), template)


def read_follow_up(data: Mapping[str, Any]) -> FollowUp:
    """The ``[follow_up]`` table; what is not given keeps its default.

    :raises InvalidInput: the sentence says which line and what would be right.
    """
    names = [item.name for item in fields(FollowUp)]
    for name in data:
        if name not in names:
            raise InvalidInput(
                f"城市方案的 follow_up 里没有“{name}”这一项，可写的有：{'、'.join(names)}"
            )
    known: dict[str, Any] = {}
    for name, places in (("script", SAID), ("script_confidential", SAID), ("sms", SENT)):
        if name in data:
            known[name] = _template(name, data[name], places)
    if "sms" in known and "{链接}" not in known["sms"]:
        raise InvalidInput("城市方案的 follow_up.sms 要写上 {链接}，诉求人由它评价")
    if "reasons" in data:
        known["reasons"] = _reasons(data["reasons"])
    if "link_days" in data:
        known["link_days"] = _days(data["link_days"])
    return FollowUp(**known)


def _template(name: str, text: object, places: Collection[str]) -> str:
    if not isinstance(text, str) or not text.strip():
        raise InvalidInput(f"城市方案的 follow_up.{name} 应为一段文字")
    for place in _PLACE.findall(text):
        if place not in places:
            known = "、".join(f"{{{one}}}" for one in places)
            raise InvalidInput(
                f"城市方案的 follow_up.{name} 里不能写“{{{place}}}”，可写的有：{known}"
            )
    return text.strip()


def _reasons(rows: object) -> tuple[str, ...]:
    is_list = isinstance(rows, list) and all(isinstance(row, str) and row.strip() for row in rows)
    if not is_list or not rows:
        raise InvalidInput('城市方案的 follow_up.reasons 应为一列文字，如 ["问题没有解决"]')
    return tuple(row.strip() for row in rows)  # type: ignore[attr-defined]


def _days(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= 90:
        raise InvalidInput(f"城市方案的 follow_up.link_days 应为 1 至 90 的整数，现为“{value}”")
    return value
