"""Where a text tells which house or flat somebody lives in. Pure.

The house an office stands in is published and is nobody's home. Whether one is meant is read from
the sentence around it: 请到滨江路66号政务大厅, not 您住的滨江路66号属城关派出所.
"""

import re
from collections.abc import Iterator

_N = r"[\dA-Za-z一二三四五六七八九十百零〇]{1,5}"
_BUILDING = rf"{_N}[ \-]?(?:号楼|栋|幢|座|号院|弄|期)"
_DOOR = rf"{_N}[ \-]?(?:室|房(?![屋产租管])|户(?![籍口]))"
_FLOOR = rf"(?:{_N}[ \-]?[楼层][ ,，]?)?"
_BARE_DOOR = r"\d{3,4}(?:号(?!楼))?(?!\d|[ ]?[年月日元人个户名平米千公％%])"
_FLAT = re.compile(
    rf"(?:{_BUILDING}){{0,2}}[ ,，]?{_N}[ \-]?单元[ ,，]?{_FLOOR}"
    rf"(?:{_N}[ \-]?(?:室|房|户|号)|\d{{3,4}}(?!\d))"
    rf"|{_BUILDING}[ ,，]?{_FLOOR}(?:{_DOOR}|{_BARE_DOOR})"
    rf"|(?:{_BUILDING}){{1,2}}[ ,，]?{_N}[ \-]?单元"
    rf"|(?<=号)[ ]?{_N}[ \-]?单元"
    rf"|(?<!\d)\d{{1,3}}-\d{{1,2}}-\d{{3,4}}(?:室|号|房)"
    rf"|(?<=号)[ ]?(?:{_N}[ \-]?[楼层])?\d{{3,4}}室"
    rf"|(?<=[\u4e00-\u9fff])\d{{3,4}}室"
)
# What number 12 stands behind: a road, or where people live.
_HOUSE = re.compile(
    r"(?:(?<=[路街道巷弄里村组屯苑庄坊])|(?<=胡同)|(?<=小区)|(?<=花园)|(?<=家园)|(?<=公寓)|(?<=家属院))"
    r"[ ]?\d{1,5}(?:[-之]\d{1,3})?(?:号(?:附\d{1,3}号)?)(?![线楼文令])"
)
_PLACES = "窗口|大厅|中心|服务站|受理点|网点|营业厅|科室|办公室|医院|学校|银行"
_AGENCIES = "局|委员会|大队|支队|派出所"
_OFFICE_BEFORE = re.compile(
    f"{_PLACES}|{_AGENCIES}|办公|办事|[^住小]所(?:地址|在地)?[:]|服务|前往|请到|地址[:为]"
)
_OFFICE_BEHIND = re.compile(f"{_PLACES}|{_AGENCIES}|办公|办事|服务")
_PLACE_BEHIND = re.compile(_PLACES)
# Behind these the sentence tells what becomes of the address, not what stands there.
_TELLS = re.compile(r"属|归|由|被|向|到|去|找|报|是|已|管辖|辖区|负责|联系|拨打")
_HOME = re.compile(
    "住(?:址|在|于|户|的|着)|您住|家(?:住|里|中|庭)|业主|户主|房主|诉求人|来电人|反映人|租(?:住|户|客)|居住"
)
# Somebody of an office goes there, so it is not the office.
_VISITED = re.compile(r"(?:民警|人员|队员|干部|网格员)[^，请]{0,12}?(?:到|赴|前往|对|在)[^，请]*$")
_CLAUSE_END = "。；;！!？?\n"
_BEFORE, _BEHIND = 30, 16


def homes(text: str) -> Iterator[tuple[int, int]]:
    """The places (start, end) of house numbers, entrances and doors, in no order; they overlap.

    :param text: with digits of one width (:func:`kb.conflicts.layout.level`).
    """
    for pattern in (_FLAT, _HOUSE):
        for match in pattern.finditer(text):
            is_number = re.search(r"\d|[一二三四五六七八九十]", match[0])
            if is_number and not _is_office(text, match):
                yield match.span()


def _is_office(text: str, match: re.Match[str]) -> bool:
    """Tell whether the sentence around the address says that an office stands there."""
    starts = [text.rfind(mark, 0, match.start()) for mark in _CLAUSE_END]
    before = text[max(max(starts) + 1, match.start() - _BEFORE, 0) : match.start()]
    ends = [at for mark in _CLAUSE_END if (at := text.find(mark, match.end())) >= 0]
    behind = text[match.end() : min([*ends, match.end() + _BEHIND])]
    if _HOME.search(f"{before}{match[0]}{behind}") or _VISITED.search(before):
        return False
    return bool(_OFFICE_BEFORE.search(before)) or _stands_there(behind)


def _stands_there(behind: str) -> bool:
    """滨江路66号政务大厅 and 滨江路66号，一楼大厅; not 滨江路66号，派出所已核实."""
    tells = _TELLS.search(behind)
    said = behind[: tells.start()] if tells else behind
    name, _, apart = said.partition("，")
    return bool(_OFFICE_BEHIND.search(name)) or bool(_PLACE_BEHIND.search(apart))
