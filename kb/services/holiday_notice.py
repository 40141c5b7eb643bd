"""放假安排 as the State Council words it, read into days off and make-up workdays.

``国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。``
"""

import re
from datetime import date, timedelta

from kb.errors import InvalidInput

MAX_TEXT, MAX_SPAN = 5000, 31
Days = dict[date, tuple[bool, str]]

_NUMBERING = re.compile(r"^[（(]?[一二三四五六七八九十\d]{1,3}[）)]?[、.．\s]+(?=\D)")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY = re.compile(
    r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日(?:（(?P<notes>[^）]*)）)?"
)
_RANGE = re.compile(rf"{_DAY.pattern}\s*(?:至|到|—|-|~)\s*{_DAY.pattern.replace('?P<', '?P<to_')}")
_COUNT = re.compile(r"(?:共|放假)\s*(\d{1,2})\s*天")
_WEEK = "一二三四五六日"


def read_notice(text: str, year: int) -> Days:
    """The days of the notice that differ from the plain week, with their notes.

    :param year: for days without a year of their own.
    :raises InvalidInput: a line cannot be read, or says something the calendar contradicts
        (weekday, number of days, a make-up day on a weekday); the sentence names the line.
    """
    if len(text) > MAX_TEXT:
        raise _fault(f"最多 {MAX_TEXT} 字，现有 {len(text)} 字")
    found: Days = {}
    for line in text.splitlines():
        cleaned = _NUMBERING.sub("", _ISO.sub(r"\1年\2月\3日", _plain(line.strip())))
        if not cleaned:
            continue
        for day, value in _read_line(cleaned, year).items():
            if day in found and found[day] != value:
                raise _fault(f"{day} 写了两次，一次是“{found[day][1]}”，一次是“{value[1]}”")
            found[day] = value
    if not any(not works for works, _ in found.values()):
        raise _fault("没有读到放假的日子；请粘贴通知里“元旦：1月1日至3日放假”这样的各行")
    return found


def _plain(line: str) -> str:
    return line.replace("(", "（").replace(")", "）").replace(":", "：")


def _read_line(line: str, year: int) -> Days:
    name, colon, rest = line.partition("：")
    if not colon or not name.strip() or len(name) > 20:
        raise _fault(f"看不懂这一行：“{line[:40]}”；应写作“元旦：1月1日至3日放假”")
    name, days = name.strip(), Days()
    for sentence in re.split(r"[。；;]", rest):
        if "上班" in sentence:
            days |= _workdays(sentence, name, year)
        elif _DAY.search(sentence):
            days |= _holidays(sentence, name, year)
    if not days:
        raise _fault(f"“{name}”这一行没有写日期")
    return days


def _holidays(sentence: str, name: str, year: int) -> Days:
    match = _RANGE.search(sentence)
    if match:
        first = _date(match, year, sentence)
        last = _date(match, first.year, sentence, "to_", month=first.month)
        if last < first:
            last = last.replace(year=last.year + 1)
    elif single := _DAY.search(sentence):
        first = last = _date(single, year, sentence)
    else:
        raise _fault(f"看不懂“{sentence.strip()[:40]}”")
    length = (last - first).days + 1
    if length > MAX_SPAN:
        raise _fault(f"“{name}”从 {first} 到 {last} 有 {length} 天，太长了")
    count = _COUNT.search(sentence)
    if count and int(count[1]) != length:
        raise _fault(f"“{name}”写的是 {count[1]} 天，{first} 至 {last} 却是 {length} 天")
    return {first + timedelta(days=offset): (False, f"{name}放假") for offset in range(length)}


def _workdays(sentence: str, name: str, year: int) -> Days:
    days, month = Days(), 0
    for match in _DAY.finditer(sentence):
        day = _date(match, year, sentence, month=month)
        month = day.month
        if day.weekday() < 5:
            raise _fault(f"“{name}”的 {day} 是周{_WEEK[day.weekday()]}，本来就上班，请核对")
        days[day] = (True, f"{name}调休上班")
    if not days:
        raise _fault(f"看不懂“{sentence.strip()[:40]}”")
    return days


def _date(
    match: re.Match[str], year: int, sentence: str, prefix: str = "", *, month: int = 0
) -> date:
    """The day of a match; its weekday, if it names one, must be right."""
    said_year, said_month = match[f"{prefix}year"], match[f"{prefix}month"]
    if not said_month and not month:
        raise _fault(f"“{sentence.strip()[:40]}”没有写月份")
    try:
        day = date(int(said_year or year), int(said_month or month), int(match[f"{prefix}day"]))
    except ValueError as error:
        raise _fault(f"“{sentence.strip()[:40]}”里的日期不存在") from error
    weekday = re.search(r"(?:周|星期)([一二三四五六日天])", match[f"{prefix}notes"] or "")
    if weekday and _WEEK.index(weekday[1].replace("天", "日")) != day.weekday():
        raise _fault(
            f"{day} 是周{_WEEK[day.weekday()]}，通知里写的是周{weekday[1]}；请核对年份和日期"
        )
    return day


def _fault(problem: str) -> InvalidInput:
    return InvalidInput(problem, {"text": problem})
