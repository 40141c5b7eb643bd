"""Reading lists of papers (材料) and telling what one list has and the other has not."""

import re
from difflib import SequenceMatcher

from kb.conflicts.values import Materials

_PAPER = re.compile(
    "(?:证|证书|证件|证明|表|书|簿|户口本|照片?|相片|复印件|原件|卡|合同|协议|发票|凭证|收据|单|报告|执照|病历|病史|小结|存折|账号|账户"
    "|材料|记录|清单|批文|票据|函|图纸?|章程|档案|决议|流水|承诺|方案|信息|说明|意见|文件|计划书?|资料|户口|清册|名册|声明|遗嘱|判决)$"
)
_LISTED = re.compile("材料|资料|证件|须带|需带|带什么|携带|提交|提供")
_ASKED = re.compile(
    r"(?:(?:应当?|须|需要?|请)?(?:提交|提供|携带|带上?|带齐|备齐|准备(?:好)?|"
    r"出具|出示|(?<![上提转递移成])交(?=[\u4e00-\u9fff]{2,8}[、和])|要带|材料(?:为|是|包括|有)|(?<![支保])持有?(?!续)|凭(?!证)|交验|递交|报送|上传))"
    r"(?:以下|下列|如下)?(?:(?:申请|办理)?(?:材料|资料|证件))?[:]?"
)
_STOP = re.compile(
    r"(?:到|前往|向|去|在(?!职)|即可|办理|申请(?!表|书|人)|领取|提出|报名|来|就能|就可以|登录|后|才)"
)
_CONDITIONAL = re.compile(
    "还需|另需|还应|还须|另须|委托|代办|代理|如有|如属|属于|需补充|的[,，]?$|其中|特殊|不需|无需|不用|免交|免于提交|不再"
)
_OTHER_LABEL = re.compile("电话|时间|方式|地点|地址|流程|步骤|窗口")
_ENDING = re.compile(
    r"(?:\([^)]*\)|[一二两三四五\d]+(?:份|张|套|个)|各|等(?:材料|资料|证件)?|即可|\s)+$"
)
_SPLIT = re.compile(r"[、；;,，\n]|和(?!解)|及(?:其)?|与|以及|并|还有|加上?(?!盖)")
_EITHER = re.compile("或者?|/")
_DROP = re.compile(
    r"\([^)]*\)|\s|^[\d一二三四五六七八九十]+[.、)]|[一二两三四五\d]+(?:份|张|套|个|寸)(?:以?上|以?内)?|各|近期|近[一二三\d]年|免冠|彩色"
    r"|[一二两\d]寸|原件|复印件|扫描件|电子版|加盖公章的?|有效(?:期内)?的?|本人|申请人|申请者|当事人|双方|夫妻|的|相关|等$|居民|材料$"
    r"|填写|填好|签字|《|》|需要|提供|提交|携带|带上?|(?<!申)请|须|需|持"
)
_SAME = (
    ("身份证", "身份证件", "身份证明", "二代身份证", "二代证", "第二代身份证", "身份证明文件"),
    ("户口簿", "户口本", "户口薄", "户籍证明", "户口"),
    ("社保卡", "社会保障卡", "社会保险卡", "第三代社保卡"),
    (
        "银行卡",
        "银行账户",
        "银行账号",
        "银行存折",
        "存折",
        "银行卡号",
        "银行账户信息",
        "收款账户",
        "银行借记卡",
    ),
    ("照片", "相片", "证件照", "登记照"),
    (
        "不动产权证",
        "不动产权证书",
        "房产证",
        "房屋所有权证",
        "房屋产权证",
        "不动产证",
        "产权证",
        "房本",
    ),
    ("结婚证", "婚姻证明", "结婚证书"),
    ("租赁合同", "房屋租赁合同", "租房合同", "住房租赁合同"),
    ("劳动合同", "劳动合同书"),
    ("申请表", "申请书", "申请审批表", "申报表", "登记表", "审批表"),
    ("残疾人证", "残疾证"),
    ("营业执照", "工商营业执照", "营业执照副本", "执照"),
    ("出生证", "出生医学证明", "出生证明"),
    ("毕业证", "毕业证书", "学历证书", "学历证明"),
    ("就业创业证", "就业失业登记证"),
)
_CANONICAL = {name: group[0] for group in _SAME for name in group}


def read_papers(text: str, start: int, end: int, label: str) -> tuple[Materials, int, int] | None:
    """The list of papers in a levelled sentence, or None when it names fewer than two.

    A list that holds only for some applicants (委托办理的还需…) is none.
    """
    if _CONDITIONAL.search(label):
        return None
    if _CONDITIONAL.search(text, start, end):
        return None
    if label and _OTHER_LABEL.search(label):
        return None
    begin, is_list = start, bool(label)
    if not is_list:
        asked = _ASKED.search(text, start, end)
        if asked is None:
            return None
        begin = asked.end()
    said = text[begin:end]
    stop = None if is_list else _STOP.search(said)
    said = said[: stop.start()] if stop else said
    parts = [part for part in _parts(said) if part.strip()]
    papers = tuple(paper for part in parts if (paper := _paper(part)))
    if len(papers) < 2 or (
        is_list and not _LISTED.search(label) and len(papers) < 0.6 * len(parts)
    ):
        return None
    is_open = bool(re.search("等(?:材料|资料|证件|相关|有关)*\\s*$", said))
    return Materials(papers, is_open), begin, begin + len(said.rstrip())


def _parts(said: str) -> list[str]:
    flat = re.sub(r"\([^)]*\)", lambda found: "□" * len(found[0]), said)
    return [part.replace("□", "") for part in _SPLIT.split(flat)]


def _paper(part: str) -> frozenset[str]:
    names = []
    for name in _EITHER.split(part):
        plain = name.strip()
        before = None
        while plain and plain != before:
            before, plain = plain, _DROP.sub("", plain)
        if plain and _PAPER.search(_ENDING.sub("", name)) and len(plain) <= 20:
            names.append(_CANONICAL.get(plain, plain))
    return frozenset(names)


def difference(left: Materials, right: Materials) -> tuple[list[str], list[str]]:
    """Papers only the left list has, and those only the right one has."""
    return _without(left, right), _without(right, left)


def _without(one: Materials, other: Materials) -> list[str]:
    missing = (paper for paper in one.papers if not any(_same(paper, has) for has in other.papers))
    return [next(iter(sorted(paper))) for paper in missing]


def _same(left: frozenset[str], right: frozenset[str]) -> bool:
    if left & right:
        return True
    return any(_alike(a, b) for a in left for b in right)


def _alike(left: str, right: str) -> bool:
    shorter, longer = sorted((left, right), key=len)
    if longer.endswith(shorter) and len(shorter) >= 3:
        return True
    return SequenceMatcher(None, left, right, autojunk=False).ratio() >= 0.75


def same_materials(left: Materials, right: Materials) -> bool:
    """Whether both ask for the same; an open list (等) leaves room for more."""
    only_left, only_right = difference(left, right)
    if only_left and right.is_open and not only_right:
        return True
    if only_right and left.is_open and not only_left:
        return True
    return not only_left and not only_right
