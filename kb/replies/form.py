"""格式: too short, left-over blanks, unit names that do not exist or are somebody else's."""

import re
from collections.abc import Callable, Collection, Iterator

from kb.replies.draft import Draft
from kb.replies.finding import Finding, Kind, Severity
from kb.terms import Purpose

# Characters a reply needs at least; a consultation may be answered with one figure or day.
MIN_CHARS, MIN_ANSWER = 25, 15
_LONGEST_BLANK = 9
_CJK = re.compile("[\u4e00-\u9fff\\d]")
# What a template leaves to be filled in. 【办理情况】 is a heading, 〔2026〕 or 【2026】 a number.
_TO_FILL = "请?填|待补|待定|待填|单位|部门|名称|姓名|日期|时间|地点|金额|电话|此处|略|[Xx×_ ]"
_BLANK = re.compile(
    r"[×xX✕＊]{2,}(?=[年月日号路街区县镇村局元时])|[×✕*]{1,2}(?=[年月日号])"
    r"|(?<![\d*])[Xx]{2,}(?![A-Za-z\d])|(?<=20)[Xx×]{2}(?=[年〕\]】)）])|_{2,}|…{3,}|…{2}(?=[\u4e00-\u9fff])|\.{6,}"
    rf"|【(?:[^】]{{0,4}}(?:{_TO_FILL})[^】]{{0,8}})?】|\{{\{{?[^}}]{{1,20}}\}}?\}}"
    rf"|[(（](?:{_TO_FILL})[^)）]{{0,10}}[)）](?<![)）]\d)|某某[\u4e00-\u9fff]"
)
# Headings of the forms that replies are kept in.
_HEADING = re.compile("情况|结果|意见|过程|依据|建议|内容|措施|说明|主体|诉求|类别|方式|环节")
_UNFINISHED = re.compile(
    "[，,、:：;；(（《“]$|[，,。；](?:后续|因此|所以|并且?|同时|另外|此外|其中|由于|因为|对于|关于|目前|现|已|将|如下|下一步|但是?|且|经|根据|按照|为|我局)$|(?:的|和|与|或|及|由|对|向|在|于|将|把|被|为|是|并|经)$"
)
_GREETING = re.compile("您好|你好|尊敬的|先生|女士|市民|网友|同志")
_CLOSING = re.compile(
    "感谢|谢谢|此复|特此|专此|敬礼|祝|欢迎|如有[^。]{0,20}(?:联系|拨打|致电|咨询)|联系电话|咨询电话|满意|认可|理解"
)
_SELF = re.compile("我(局|委|街道|镇|乡|中心|公司|院|支队|大队|所|区|县)")
_ENDINGS = {
    "局": "局",
    "委": "委(?:员会)?|委",
    "街道": "街道(?:办事处)?",
    "镇": "镇(?:人民)?(?:政府)?",
    "乡": "乡(?:人民)?(?:政府)?",
    "中心": "中心",
    "公司": "公司|集团|水务|燃气|热力|供电",
    "院": "院",
    "支队": "支队|局",
    "大队": "大队|局",
    "所": "所",
    "区": "区|管委会",
    "县": "县",
}
_SIGNED = re.compile(
    r"[。！!\n]\s*([\u4e00-\u9fff]{3,24}(?:局|委员会|办公室|中心|街道办事处|街道|公司|政府|支队|大队|委))\s*(?:[\d一二三四五六七八九十〇零年月日\s.\-/]{0,16})\s*$"
)


def check(
    draft: Draft,
    unit: str,
    units: Collection[str],
    purpose: Purpose,
    is_mistaken_for: Callable[[str, str], bool],
) -> Iterator[Finding]:
    """What can be seen without knowing the matter.

    :param unit: the unit that replies, "" when unknown; ``units`` every unit's full name.
    :param is_mistaken_for: whether one character is easily written for the other.
    """
    yield from _length(draft, purpose)
    yield from _blanks(draft)
    yield from _ending(draft)
    yield from _names(draft, unit, units, is_mistaken_for)
    if not _GREETING.search(draft.text[:30]):
        yield Finding(Kind.FORM, Severity.HINT, "开头没有称呼", suggestion="可加“您好”")
    if not _CLOSING.search(draft.text[-60:]):
        yield Finding(
            Kind.FORM, Severity.HINT, "结尾没有致意或联系方式", suggestion="可加咨询电话或一句致谢"
        )


def _length(draft: Draft, purpose: Purpose) -> Iterator[Finding]:
    size = len(_CJK.findall(draft.text))
    is_answer = purpose is Purpose.CONSULTATION and re.search(r"\d|免费|不收", draft.text)
    if size < (MIN_ANSWER if is_answer else MIN_CHARS):
        yield Finding(
            Kind.FORM,
            Severity.SERIOUS,
            f"汉字和数字只有 {size} 个（标点、字母不计），说不清办理情况",
            draft.raw.strip(),
            0,
            len(draft.raw),
            "写明核实情况、处理结果和依据",
        )


def _blanks(draft: Draft) -> Iterator[Finding]:
    for found in _BLANK.finditer(draft.text):
        start, end = found.span()
        is_heading = draft.text[start] == "【" and _HEADING.search(found[0])
        is_remark = (
            draft.text[start] in "({（" and start and draft.text[end : end + 1] not in "月日"
        )
        if is_heading or (is_remark and len(found[0]) > _LONGEST_BLANK):
            continue
        yield Finding(
            Kind.FORM,
            Severity.SERIOUS,
            "模板里的空没有填",
            draft.raw[start:end],
            start,
            end,
            "填上实际内容，或删去",
        )


def _ending(draft: Draft) -> Iterator[Finding]:
    text = draft.text.rstrip()
    if _UNFINISHED.search(text):
        yield Finding(
            Kind.FORM,
            Severity.ADVICE,
            "最后一句没有写完",
            text[-1],
            len(text) - 1,
            len(text),
            "补完这一句",
        )
    for opening, closing in ("《》", "“”", "（）"):
        if draft.raw.count(opening) != draft.raw.count(closing):
            at = draft.raw.find(opening if opening in draft.raw else closing)
            yield Finding(
                Kind.FORM, Severity.HINT, f"{opening}{closing}不成对", draft.raw[at], at, at + 1
            )


def _names(
    draft: Draft,
    unit: str,
    units: Collection[str],
    is_mistaken_for: Callable[[str, str], bool],
) -> Iterator[Finding]:
    known = {name for name in (*units, unit) if name}
    if unit:
        yield from _said_of_self(draft, unit)
    signed = _SIGNED.search(draft.text)
    if signed is not None and unit and not _is_same_unit(signed[1], unit):
        start, end = signed.span(1)
        yield Finding(
            Kind.FORM,
            Severity.SERIOUS,
            f"落款是“{signed[1]}”，办理单位是“{unit}”",
            draft.raw[start:end],
            start,
            end,
            f"落款写“{unit}”",
        )
    for name in known:
        yield from _nearly(draft, name, known, is_mistaken_for)


def _said_of_self(draft: Draft, unit: str) -> Iterator[Finding]:
    for found in _SELF.finditer(draft.text):
        if not re.search(f"(?:{_ENDINGS[found[1]]})", unit) and not _belongs(found[1], unit):
            yield Finding(
                Kind.FORM,
                Severity.ADVICE,
                f"自称“{found[0]}”，办理单位是“{unit}”",
                draft.raw[found.start() : found.end()],
                found.start(),
                found.end(),
                "改成本单位的自称",
            )
            return


def _belongs(ending: str, unit: str) -> bool:
    """A district or county speaks for its offices; an office may speak of its region."""
    return ending in ("区", "县") or (ending == "局" and bool(re.search("队|所|院", unit)))


def _is_same_unit(signed: str, unit: str) -> bool:
    one, other = _bare(signed), _bare(unit)
    return one in other or other in one or _is_short(one, other) or _is_short(other, one)


def _is_short(short: str, long: str) -> bool:
    rest = iter(long)
    return len(short) >= 3 and short[-1] == long[-1] and all(char in rest for char in short)


def _bare(name: str) -> str:
    return re.sub("^[\u4e00-\u9fff]{2,4}(?=市)|^市|办事处$|人民政府$", "", name)


def _nearly(
    draft: Draft,
    name: str,
    known: Collection[str],
    is_mistaken_for: Callable[[str, str], bool],
) -> Iterator[Finding]:
    """A unit's name with one or two characters mistaken; another district is another unit."""
    size = len(name)
    if size < 5:
        return
    text = draft.text
    tail = name[-1]
    at = text.find(tail)
    while at >= 0:
        start = at - size + 1
        said = text[start : at + 1] if start >= 0 else ""
        wrong = [place for place in range(len(said)) if said[place] != name[place]]
        is_near = bool(said) and 0 < len(wrong) <= (1 if size < 7 else 2) and said not in known
        is_near = is_near and all(is_mistaken_for(said[place], name[place]) for place in wrong)
        if is_near and not any(other in text[max(0, start - 6) : at + 1] for other in known):
            yield Finding(
                Kind.FORM,
                Severity.SERIOUS,
                f"没有“{said}”这个单位，像是“{name}”",
                draft.raw[start : at + 1],
                start,
                at + 1,
                f"改为“{name}”",
            )
        at = text.find(tail, at + 1)
