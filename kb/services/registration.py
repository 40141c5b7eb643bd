"""What is written down about a request, and whether it may be filed so."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kb.errors import InvalidInput
from kb.path_finding import NOT_KNOWN, find_paths, meant, region_of
from kb.profile import Profile
from kb.terms import Purpose

MAX_NEAR = 3
_NO_DIGIT = re.compile(r"[\s()（）-]")
# What can only be meant as a mobile number: no area code or local number begins so.
_MOBILE = re.compile(r"1[3-9][0-9]+")


@dataclass(frozen=True)
class Registration:
    """What is written down about a request."""

    title: str
    content: str = ""
    purpose: str = Purpose.CONSULTATION.value
    category: str = ""
    region: str = ""
    place: str = ""
    channel: str = "电话"
    line: str = "综合"
    requester_name: str = ""
    requester_phone: str = ""
    is_confidential: bool = False


def check(registration: Registration, profile: Profile) -> Registration:
    """The registration under the names the city has now; one with faults is refused. A region that
    nobody chose is read from the place where that names one; 不详 leaves it empty.

    :raises InvalidInput: with a sentence per field.
    """
    registration = _renamed(registration, profile)
    faults: dict[str, str] = {}
    if not registration.title.strip():
        faults["title"] = "请写一句诉求标题"
    elif len(registration.title) > 200:
        faults["title"] = f"标题最多 200 字，现有 {len(registration.title)} 字"
    if len(registration.content) > 5000:
        faults["content"] = f"内容最多 5000 字，现有 {len(registration.content)} 字"
    digits = _NO_DIGIT.sub("", registration.requester_phone)
    if _MOBILE.fullmatch(digits) and len(digits) != 11:
        faults["requester_phone"] = f"手机号是 11 位，现在写的是 {len(digits)} 位，请核对"
    lists: Mapping[str, tuple[str, ...]] = {"channel": profile.channels, "line": profile.lines}
    trees = {"region": profile.all_regions, "category": profile.categories}
    if registration.purpose not in {one.stored for one in profile.offered_purposes}:
        names = "、".join(one.name for one in profile.offered_purposes)
        fault = f"没有这种诉求目的，请选 {names} 之一"
        faults["purpose"] = fault if registration.purpose else f"请选诉求目的：{names}"
    for name, allowed in lists.items():
        if len(allowed) > 1 and getattr(registration, name) not in allowed:
            faults[name] = f"没有“{getattr(registration, name)}”这个选项，请从列表中选择"
    paths: dict[str, str] = {}
    for name, allowed in trees.items():
        typed = str(getattr(registration, name)).strip()
        if name == "region" and typed == NOT_KNOWN:
            continue
        paths[name] = meant(allowed, typed) if allowed and typed else typed
        if typed and not paths[name]:
            faults[name] = _nearest(allowed, typed)
    if faults:
        raise InvalidInput("有几项没有填对，请按提示修改", faults)
    typed, place = registration.region, registration.place
    region = paths.get("region") or region_of(profile.all_regions, typed, place, profile.city)
    return replace(registration, region=region, category=paths["category"])


def _nearest(allowed: Sequence[str], typed: str) -> str:
    near = "、".join(path.replace("/", " / ") for path in find_paths(allowed, typed, MAX_NEAR))
    hint = f"是不是：{near}" if near else "请输入几个字或拼音首字母，从提示里选"
    return f"没有“{typed}”这个选项，{hint}"


def _renamed(registration: Registration, profile: Profile) -> Registration:
    return replace(
        registration,
        channel=profile.current("channels", registration.channel),
        line=profile.current("lines", registration.line),
        purpose=profile.current_purpose(registration.purpose),
        region=profile.current("regions", registration.region),
        category=profile.current("categories", registration.category),
    )


def registration_from(data: Mapping[str, Any]) -> Registration:
    """A registration from checked form or JSON values."""
    names = Registration.__dataclass_fields__
    values = {name: value for name, value in data.items() if name in names and value is not None}
    return Registration(**values)
