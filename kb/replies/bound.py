"""What of a reply holds for one case alone, though it becomes knowledge: dates of one visit,
people, doors, what was found out about the caller and done for them.

Pure. Every phrase is marked with its kind, for a person to read; the general wording is what is
left when the sentences go that hold nothing else or name a day. Limits and days that hold for
everybody (12月31日截止, 每月10日, 90日内) are none.
"""

import re
from dataclasses import dataclass
from itertools import dropwhile

from kb.personal_spans import PersonalKind, personal_spans
from kb.terms import Term


class BoundKind(Term):
    """Why a phrase does not hold for the next caller."""

    MOMENT = "moment", "单次日期"
    PERSON = "person", "具体的人"
    PLACE = "place", "具体地址"
    FINDING = "finding", "对这一件的核查"
    DEED = "deed", "为这一件办的"
    CALLER = "caller", "诉求人的情况"
    HIDDEN = "hidden", "遮盖处"


@dataclass(frozen=True)
class Bound:
    """``text[start:end]`` holds for one case."""

    kind: BoundKind
    start: int
    end: int


@dataclass(frozen=True)
class Generalised:
    """:ivar text: the sentences that say something for everybody, empty when none does.
    :ivar dropped: the clauses that went.
    :ivar bound: the clauses of ``text`` that hold for one case alone; a person has to make
        conditions of them.
    """

    text: str
    dropped: tuple[str, ...]
    bound: tuple[str, ...]


_NUMERAL = r"[\d一二三四五六七八九十]{1,3}"
_DAY = (
    rf"(?:\d{{4}}年)?{_NUMERAL}月{_NUMERAL}[日号]"
    r"|[今昨前][日天晚晨]|今早|当晚|[当次][日天](?=[上下]午|晚|已|由|到|完成|恢复|修|派|组织|电话|上门|更换|清)"
    r"|(?:本|上|下|这)(?:周[一二三四五六日]?|星期[一二三四五六日天]?|月底?)"
)
# Followed or led in like this, a day is a rule: until it, from it, every month on it.
_RULE_AFTER = r"(?!之?[前止起至]|到(?!现场|场|达|位)|截止|以前|开始|之间|[-—~])"
_MOMENT = re.compile(
    rf"(?<!每)(?<!每年)(?<!每月)(?<!截至)(?<!从)(?<!自)(?:{_DAY})"
    rf"(?:[上下中]午|晚上?)?(?:\d{{1,2}}(?:[时点](?:\d{{1,2}}分)?|:\d{{2}})(?:许|左右)?)?{_RULE_AFTER}"
    r"|\d{1,3}分钟(?:内|后)?(?=到场|赶到|到达)|接[单报](?:后|当)"
)
_TITLES = "先生|女士|同志|师傅|科长|局长|主任|队长|所长|经理|老师|医生|护士"
_PERSON = re.compile(
    r"[\u4e00-\u9fff][某*]{1,2}(?=[，。、的于在同和向已]|" + _TITLES + r")"
    rf"|(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{{1,3}}(?:{_TITLES})"
)
_FINDING = re.compile(
    r"经[^，。；]{0,10}?(?:核实|核查|核验|调查|了解|测算|查询|查明|踏勘|勘查|调解|协调|统筹|排查|检测|检定|查)(?=[，,：:]|$|您|为)"
    r"|(?:到|赴|赶到|前往)[^，。；]{0,6}现场|(?:情况|反映|问题)?(?:确实|确有|不?属实)"
    r"|(?:核实|核查|核验|调查|了解|查询)(?:后认为|后发现|您|$)"
)
_TOLD = "告知|答复|回复|说明|指导|发送|提醒|推送|转达|通知|解释"
_DONE = (
    "受理|预约|更换|修复|修补|清理|清运|拆除|责令|约谈|立案|处罚|退还|退回|退款|补发|拨付|发放|启动|到场|派|组织|会同|下达|下发|"
    "制止|劝离|纠正|整改|恢复|开通|激活|提交|转办|移送|送检|停业|取缔|张贴|公示|列入|查看|上门|协助|办理|帮助|代收|核实|核查|"
    "联系|协调|安排|完成|登记|审批|调派|重新|贴|到"
)
_DEED = re.compile(
    rf"(?:[现均业]?已|并|客服|工作人员|民警)(?:经|于|通过[^，。；]{{1,6}})?(?:电话|短信|当面|书面|上门|现场|主动|及时)?(?:{_TOLD}|{_DONE})(?!的)(?!后)"
    r"|已[为将给帮向对由]|已(?:电话|短信|当面|书面)|[为帮]您|(?:责令|约谈)[^，。；]{1,20}|要求[^，。；]{1,24}(?:整改|恢复|加固|清理|停工|拆除)|协助激活|系统显示"
    r"|已(?![^，。；]{0,12}的)(?!满|婚|故|退休|参保|备案|缴|取得|失效|废止|取消|停止|实行|实施|截止|领取|开始|有|是|达|超)[^，。；、\d]{1,4}"
)
_CALLER = re.compile(
    r"(?<![请自由])您(?!可|如|若|需|应|要|须|本人|也可)|(?:诉求人|来电人|反映人|投诉人|举报人|当事人)"
)
_HIDDEN = re.compile(r"\*{2,}|\*(?=[号栋幢座单室楼层])")
_MARKS = "，,。；;！!？? ：:"
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?]*|\n+")
_CLAUSE = re.compile(r"[^，,。！？!?；;]+[，,。！？!?；;]*")
# A sentence that draws a conclusion, limits what was said, or has no subject of its own.
_LEANS = re.compile(
    r"^(?:因此|因而|所以|故|据此|综上|为此|由此|对此|鉴于|如此|否则|则|那么|但|不过|然而|只是|其中|除|"
    r"(?:这|该|此|上述)|(?:按|按照|依|依据|根据)[^，。]{0,8}(?:规定|政策)|"
    r"(?:目前|现|暂|尚|均|都|也|还|就|仍|方|才)*(?:不(?!动产)|无法|未|可|应|须|需|能|得))|除外|例外"
)
# How the next caller is spoken to; with 您 or without, it holds.
_LED_IN = re.compile(rf"^(?:[^，。：:]{{0,20}}(?:{_TOLD})[:：]|(?:目前|同时|另|此外|并)[，,])")
# No condition can be made of these: what happened once, to somebody, at one door.
_OF_ONCE = (BoundKind.PERSON, BoundKind.PLACE, BoundKind.HIDDEN, BoundKind.MOMENT)
_PLACES = (PersonalKind.ADDRESS, PersonalKind.PLATE)


def bound_phrases(text: str) -> list[Bound]:
    """What of the text holds for one case alone, in reading order, none overlapping."""
    found = [
        Bound(BoundKind.PLACE, one.start, one.end)
        for one in personal_spans(text)
        if one.kind in _PLACES
    ]
    for kind, pattern in (
        (BoundKind.HIDDEN, _HIDDEN),
        (BoundKind.PERSON, _PERSON),
        (BoundKind.MOMENT, _MOMENT),
        (BoundKind.FINDING, _FINDING),
        (BoundKind.DEED, _DEED),
        (BoundKind.CALLER, _CALLER),
    ):
        for match in pattern.finditer(text):
            if all(match.end() <= one.start or one.end <= match.start() for one in found):
                found.append(Bound(kind, *match.span()))
    return sorted(found, key=lambda one: one.start)


def generalised(text: str) -> Generalised:
    """The text without the sentences that hold for one case alone, and without 经核查 and the like
    before a sentence. A sentence of which a part holds for everybody stays whole: its other part
    may be the condition, and a rule without it would be wider than what was replied. One that
    names a person, a door or a single day goes as a whole."""
    kept: list[str] = []
    dropped: list[str] = []
    bound: list[str] = []
    for passage in _passages(text):
        if passage.startswith("\n"):
            kept.append(passage)
            continue
        clauses = [one for one in _CLAUSE.findall(_LED_IN.sub("", passage)) if one.strip(_MARKS)]
        said = list(dropwhile(_is_finding, clauses))
        dropped += [one.strip(_MARKS) for one in clauses[: len(clauses) - len(said)]]
        phrases = {one.strip(_MARKS): bound_phrases(one.strip(_MARKS)) for one in said}
        of_one_case = [clause for clause, found in phrases.items() if found]
        is_once = any(one.kind in _OF_ONCE for found in phrases.values() for one in found)
        if is_once or len(of_one_case) == len(phrases):
            dropped += phrases
            continue
        bound += of_one_case
        kept.append(_closed("".join(said), passage))
    general = re.sub(r"\n{3,}", "\n\n", "".join(kept)).strip()
    return Generalised(general, tuple(dropped), tuple(bound))


def _passages(text: str) -> list[str]:
    """The sentences of a text, each with those that follow from it or limit it, and the breaks
    between: what may go only as a whole."""
    passages: list[str] = []
    for sentence in _SENTENCE.findall(text):
        before = next((at for at in reversed(range(len(passages))) if passages[at].strip()), None)
        if before is not None and _LEANS.search(sentence.strip()):
            passages[before:] = ["".join((*passages[before:], sentence))]
        else:
            passages.append(sentence)
    return passages


def _is_finding(clause: str) -> bool:
    """Tell whether a clause says no more than that something was looked into."""
    return _FINDING.fullmatch(clause.strip(_MARKS)) is not None


def _closed(said: str, passage: str) -> str:
    """What is left of a passage, ended as the whole was."""
    ending = passage.rstrip()[-1:]
    return said.rstrip(_MARKS) + (ending if ending in "。！？!?；;" else "。")
