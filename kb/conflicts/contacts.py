"""Reading phones, addresses and opening hours."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from kb.conflicts.numerals import NotANumber, parse_number
from kb.conflicts.values import Address, Hours, Phone

_PHONE = re.compile(
    r"(?<![\d.〔\[/-])(?:(?P<mobile>1[3-9]\d{9})"
    r"|(?P<free>[48]00-?\d{3}-?\d{4}|[48]00\d{7})"
    r"|(?:[(]?(?P<area>0\d{2,3})[)]?[\s-]?)?"
    r"(?:(?P<local>[2-9]\d{6,7})|(?P<short>1(?:2\d{3}|1[029]|2[02])|9[56]\d{3,4})))"
    r"(?:\s?(?:转|-)\s?(?P<ext>\d{1,6}))?(?![\d.]|\s*(?:元|万|号|年|%|人))"
)
_SPOKEN_OF = re.compile(
    r"电话|热线|拨打|致电|咨询|联系|来电|专线|拨|号码|手机|请[打电]|打(?=\d)|[疑询]问"
)
_FAX = re.compile("传真")

_ROAD = re.compile(
    r"(?P<road>[\u4e00-\u9fff]{1,8}?(?:大道|路|街|巷|弄|胡同))(?:[东南西北中](?:段|侧)?)?"
    r"(?P<number>[\d甲乙]+(?:-\d+)?号?(?:院|之[\d一二三四五六七八九十]+)?)(?:号|(?=[^\d路街]|$))"
)
# 地点为青年南路: what leads to the road is no part of its name.
_BEFORE_ROAD = re.compile(".*[为在是到于至](?=[\u4e00-\u9fff]{2})")
_FLOOR = re.compile(
    r"(负?(?:\d{1,2}|[一二三四五六七八九十]{1,3}))(?:层|楼)|(?<![A-Za-z\d])(B?\d)[Ff]\b"
)
_WINDOW = re.compile(
    r"([A-Za-z]?\d{1,4}(?:\s?(?:-|至|、)\s?[A-Za-z]?\d{1,4})*|"
    r"[A-Z]区?\d{1,3})(?:号)?(?:综合)?(?:窗口|窗|室|柜台|办公室|"
    r"房)"
)
_BUILDING = re.compile(
    r"[\u4e00-\u9fff]{2,14}(?:中心|大厅|大厦|大楼|办公楼|服务站|服务厅|大院|公司|医院|学校|广场|银行|局|所(?!在)|馆|站|厅)"
)
_TOWN = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,4}?省)?(?:[\u4e00-\u9fff]{2,4}?市)?(?:[\u4e00-\u9fff]{1,3}?[区县])?"
)

_CLOCK = (
    r"(上午|下午|晚上|早上|早|晚|中午|傍晚)?\s?(?:(\d{1,2})\s?[:：]\s?(\d{2})"
    r"|(\d{1,2}|[一二三四五六七八九十两]{1,3})\s?[点时](?:(半)|(\d{1,2}|[一二三四五]?十[一二三四五六七八九]?)分?)?)"
)
_SPAN = re.compile(rf"{_CLOCK}\s*(?:-+|至|到)\s*(?:次日)?{_CLOCK}")


def phones(text: str, start: int, end: int, label: str) -> Iterator[tuple[Phone, int, int]]:
    """The phone numbers of a levelled piece of text; bare figures only where phones are meant."""
    said = f"{label} {text[start:end]}"
    is_meant = bool(_SPOKEN_OF.search(said))
    if _FAX.search(label):
        return
    for found in _PHONE.finditer(text, start, end):
        if not (is_meant or found["area"]):
            continue
        if _FAX.search(text, max(start, found.start() - 4), found.start()):
            continue
        digits = re.sub(
            r"\D", "", found["mobile"] or found["free"] or found["local"] or found["short"]
        )
        yield Phone(digits, found["area"] or "", found["ext"] or ""), found.start(), found.end()


def same_phone(left: Phone, right: Phone) -> bool:
    """Whether both reach the same desk as far as is printed."""
    return (
        left.digits == right.digits
        and (not left.area or not right.area or left.area == right.area)
        and (not left.extension or not right.extension or left.extension == right.extension)
    )


def is_misprint(left: Phone, right: Phone) -> bool:
    """Whether one looks like the other written wrongly: two neighbouring digits swapped.

    One digit that differs is no sign: the lines of a city's offices are often numbered so.
    """
    if len(left.digits) != len(right.digits) or len(left.digits) < 7:
        return False
    at = [i for i, (a, b) in enumerate(zip(left.digits, right.digits, strict=True)) if a != b]
    return (
        len(at) == 2
        and at[1] == at[0] + 1
        and left.digits[at[0]] == right.digits[at[1]]
        and left.digits[at[1]] == right.digits[at[0]]
    )


def read_address(text: str) -> Address:
    """The parts of an address; all "" when the text names no particular place."""
    plain = re.sub(r"\s", "", text)
    road = _ROAD.search(plain)
    floor, window = _FLOOR.search(plain), _WINDOW.search(plain)
    building = _BUILDING.search(plain[road.end() :] if road else plain)
    return Address(
        road=_TOWN.sub("", _BEFORE_ROAD.sub("", road["road"])) if road else "",
        number=road["number"].removesuffix("号") if road else "",
        floor=_floor((floor[1] or floor[2]) if floor else ""),
        window=re.sub(r"\s", "", window[1]).upper() if window else "",
        building=_TOWN.sub("", building[0]) if building else "",
    )


def _floor(printed: str) -> str:
    sign, number = ("-", printed[1:]) if printed[:1] in ("负", "B") else ("", printed)
    try:
        return f"{sign}{parse_number(number)}" if number else ""
    except NotANumber:
        return printed


def same_address(left: Address, right: Address) -> bool:
    """Whether nothing that both print differs; different words for one house are no difference."""
    if left.road and right.road:
        if not (left.road.endswith(right.road) or right.road.endswith(left.road)):
            return False
        if left.number and right.number and left.number != right.number:
            return False
    elif left.building and right.building and not _alike(left.building, right.building):
        return bool(left.road or right.road)
    if left.floor and right.floor and left.floor != right.floor:
        return False
    return not (left.window and right.window and left.window != right.window)


def _alike(left: str, right: str) -> bool:
    if left in right or right in left:
        return True
    return SequenceMatcher(None, left, right, autojunk=False).ratio() >= 0.6


def opening_hours(text: str, start: int, end: int) -> tuple[Hours, int, int] | None:
    """All opening times of a piece of text together, or None."""
    spans = list(_SPAN.finditer(text, start, end))
    ranges = []
    for found in spans:
        groups = found.groups()
        first = _minutes(groups[:6], "")
        last = _minutes(groups[6:], groups[0] or "")
        if last <= first and last + 720 <= 1440 and not groups[6]:
            last += 720  # 下午1点-5点
        ranges.append((first, last))
    if not ranges:
        return None
    return Hours(tuple(sorted(set(ranges)))), spans[0].start(), spans[-1].end()


def _minutes(groups: tuple[str | None, ...], half_before: str) -> int:
    half_of_day, hour, minute, spoken, half, spoken_minute = groups
    if hour is not None:
        total = int(hour) * 60 + int(minute or 0)
    else:
        total = int(parse_number(spoken or "0")) * 60
        total += 30 if half else int(parse_number(spoken_minute)) if spoken_minute else 0
    late = (half_of_day or half_before) in ("下午", "晚上", "晚", "傍晚")
    return total + 720 if late and total < 720 else total


def same_hours(left: Hours, right: Hours) -> bool:
    """Whether both open and close alike; one that leaves the noon break out is less exact."""
    if len(left.ranges) == len(right.ranges):
        return left.ranges == right.ranges

    def ends(hours: Hours) -> tuple[int, int]:
        return min(a for a, _ in hours.ranges), max(b for _, b in hours.ranges)

    return ends(left) == ends(right)
