"""What a request asks: its questions one by one, each with the kind of answer it wants."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.conflicts.layout import level
from kb.terms import Term


class Wanted(Term):
    """What an answer to a question has to hold."""

    AMOUNT = "amount", "金额或数量"
    WHEN = "when", "时间"
    DURATION = "duration", "时限"
    PLACE = "place", "地点"
    PHONE = "phone", "电话"
    MATERIALS = "materials", "材料"
    WHETHER = "whether", "是或否"
    HOW = "how", "办法"
    WHY = "why", "原因"
    WHO = "who", "由谁负责"
    WHAT = "what", "说明"


@dataclass(frozen=True)
class Question:
    """One question as the request words it, and what it wants."""

    text: str
    wanted: Wanted


# The first that fits wins: 多久 before 多少, 什么时候 before 什么.
_ASKING = (
    (
        Wanted.DURATION,
        "多久|多长时间|几天|几个?(?:工作日|月|小时|年)|多少(?:天|个工作日|个月|时间|年)|时限|办理期限|有效期",
    ),
    (
        Wanted.WHEN,
        "什么时候|何时|什么时间|几号|几点|哪天|哪一天|哪年|几月|(?:开放|营业|上班|办公|报名|开工|完工|竣工|通车|施工|交付|到账|发放|截止|停水|停电|恢复|办理)时间|啥时候",
    ),
    (
        Wanted.PHONE,
        "电话(?:是)?(?:多少|号码|是什么)|(?:咨询|联系|办公|服务|监督|举报|报修)电话|联系方式|打(?:什么|哪个)电话|热线(?:是|号码)",
    ),
    (
        Wanted.AMOUNT,
        "多少钱|多少(?!人)|多大(?:年纪|年龄|岁数)|几(?:元|块|折|成|本|册|针|次|张|份|套|名|件|岁|倍|米|趟|盒|瓶|科|门|户)|(?:要不要|用不用|需不需要|收不收|花不花)[^，。？?]{0,4}(?:钱|费)|(?:收费|补贴|补助|缴费|赔偿|报销|发放|罚款|奖励|额度)?标准|怎么收费|如何收费|收不收费|费用(?:是|要)?(?:多少|怎么|如何)|价格|比例|额度|收费(?:吗|依据)|免费吗|要钱吗|限额",
    ),
    (
        Wanted.MATERIALS,
        "(?:什么|哪些|啥)(?:申请|申报|办理|证明)?(?:材料|资料|手续|证件|证明)|(?:所需|需要的?|申请|办理)(?:的)?(?:材料|资料)|带(?:什么|哪些|啥)|准备(?:什么|哪些|啥)|提供(?:什么|哪些|啥)",
    ),
    (
        Wanted.PLACE,
        "哪里|哪儿|什么地方|何处|在哪|去哪|到哪|哪个(?:窗口|地方|网点|银行|医院|大厅|学校|站|部门办)|地址|办理地点|地点(?:在|是)",
    ),
    (
        Wanted.WHO,
        "给谁|归谁|谁(?:来|负责|管|承担|出钱|的责任)|由谁|找谁|哪个(?:部门|单位)|什么部门|哪家(?:单位|部门)|归(?:谁|哪)|责任(?:方|单位|人)是谁|是谁",
    ),
    (
        Wanted.WHY,
        "为什么|为何|为啥|原因|怎么回事|什么情况|凭什么|依据(?:是)?什么|有何依据|法律依据|什么依据",
    ),
    (Wanted.HOW, "怎么(?!回事|收费)|怎样|如何(?!收费)|流程|程序|步骤|什么办法|什么方式|渠道"),
    (
        Wanted.WHETHER,
        "是否|能否|可否|能不能|可不可以|会不会|有没有|是不是|要不要|需不需要|需要不需要|算不算|行不行|合不合|(?P<verb>[开收给发办上交让准管补报还修供通停查赔退换])不(?P=verb)|有无|吗|属不属于|可以.{0,20}(?:么|嘛)",
    ),
    (Wanted.WHAT, "什么|哪些|哪种|哪个|几|条件|要求(?:是|有)|政策|规定"),
)
_KINDS = tuple((wanted, re.compile(pattern)) for wanted, pattern in _ASKING)
_CUT = re.compile(
    r"[。！!？?；;\n，,]|(?<![\d一二三四五六七八九十])[、]|以及|(?<=[\u4e00-\u9fff])(?:还有|另外|并(?=询问|咨询|问)|同时)"
)
# A request tells before it asks: 外来务工人员咨询居住证怎么续签.
_TOLD_BEFORE = re.compile(r"^.{2,12}?(?:咨询|询问|想问|请问|问)(?=.{4})")
_LEAD = re.compile(
    "^(?:来电人|诉求人|市民|群众|本人|我|现|特|故|并|且|请问|想问一?下?|想咨询|咨询|询问|来电|来信|请教|问|想了解|了解|另外|还有|以及|另|同时|还想问|又问|及|和|表示|希望|希望了解|烦请|麻烦|请|告知|说明|解释|答复|一下|下)+[:：，,]?"
)
# A rhetorical question, or one about the answer itself, wants nothing of its own.
_RHETORICAL = re.compile(
    "难道|何必|谁来保障|天理|良心|于心何忍|有没有王法|(?:还|又)有谁|什么时候是个头|凭什么|岂|何在|怎么(?:能|会|可以|这么|这样)|有没有人管|管不管|还(?:有没有|让不让)"
)


def questions(title: str, content: str) -> list[Question]:
    """The questions of a request in order; the title's only where the content asks nothing."""
    found = list(_in(content)) or list(_in(title))
    unique = {question.text: question for question in found}
    return list(unique.values())


def _in(text: str) -> Iterator[Question]:
    plain = level(text)
    before = ""
    for part in _CUT.split(plain):
        piece = _LEAD.sub("", _TOLD_BEFORE.sub("", _LEAD.sub("", part.strip())))
        if len(piece) < 2:
            continue
        wanted = _wanted(piece)
        if wanted is None or _RHETORICAL.search(piece):
            before = piece
            continue
        # A short question leans on what was said before it: 居住证到期了，怎么换？
        said = piece if len(piece) >= 5 or not before else f"{before}，{piece}"
        yield Question(said[:80], wanted)
        before = piece


def _wanted(piece: str) -> Wanted | None:
    for wanted, pattern in _KINDS:
        if pattern.search(piece):
            is_weak = wanted in (
                Wanted.WHAT,
                Wanted.AMOUNT,
                Wanted.WHY,
                Wanted.PHONE,
                Wanted.PLACE,
                Wanted.HOW,
                Wanted.WHEN,
                Wanted.DURATION,
            )
            if is_weak and not _is_asked(piece, pattern):
                continue
            return wanted
    return None


_WORDS_OF_ASKING = re.compile(
    "什么|哪|多少|多久|多长|几|怎|如何|何时|何处|谁|为何|吗|咨询|询问|请问|啥|求解|告知|何"
)


def _is_asked(piece: str, pattern: re.Pattern[str]) -> bool:
    """标准, 原因, 流程 alone name a thing; they ask when an asking word stands with them, or when
    the piece is little more than they are (办理流程、收费标准)."""
    if _WORDS_OF_ASKING.search(piece):
        return True
    found = pattern.search(piece)
    return found is not None and found.end() == len(piece) and len(piece) <= 10
