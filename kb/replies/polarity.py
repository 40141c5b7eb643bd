"""是与否: what a reply affirms or denies of a thing, and whether two replies are opposed."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb.conflicts.words import Words
from kb.replies.draft import Draft


@dataclass(frozen=True)
class Stand:
    """A thing affirmed or denied.

    :ivar about: the word it is said of (属实, 修复).
    :ivar is_pending: a denial that only says not yet.
    :ivar topics: content words of its sentence.
    """

    about: str
    holds: bool
    said: str
    sentence: str
    start: int
    end: int
    topics: frozenset[str]
    pairs: frozenset[str]
    is_act: bool = False
    is_pending: bool = False


# What is found to be so or not; one alone is enough where it speaks of the whole matter.
_STATES = [
    "属实",
    "存在",
    "符合",
    "属于",
    "同意",
    "需要",
    "享受",
    "支持",
    "收取",
    "具备",
    "构成",
    "取得",
    "发现",
    "受理",
    "负责",
    "允许",
    "超标",
    "合格",
    "达标",
    "违规",
    "违法",
    "违章",
    "合法",
    "合规",
    "有效",
    "正常",
    "到期",
    "拖欠",
    "欠缴",
    "欠费",
    "收到",
    "签订",
    "享有",
    "纳入",
    "列入",
    "安全",
    "超时",
    "超范围",
    "漏水",
    "断水",
    "停水",
    "停产",
    "停业",
    "办证",
    "备案",
    "审批",
    "许可",
    "公示",
    "通过",
    "签字",
    "缴费",
    "参保",
    "扰民",
    "占用",
    "污染",
    "泄漏",
    "渗漏",
    "破损",
    "损坏",
]
# What was done or not.
_ACTS = [
    "修复",
    "维修",
    "更换",
    "清理",
    "清运",
    "拆除",
    "整改",
    "退还",
    "退款",
    "支付",
    "发放",
    "补发",
    "到账",
    "恢复",
    "办结",
    "解决",
    "安装",
    "开通",
    "完成",
    "竣工",
    "完工",
    "通车",
    "缴纳",
    "注销",
    "疏通",
    "消除",
    "移走",
    "搬离",
    "关闭",
    "停工",
    "立案",
    "处罚",
    "告知",
    "联系",
    "验收",
    "交付",
    "施划",
    "补种",
    "修剪",
    "硬化",
    "加装",
    "赔偿",
    "达成",
    "搬迁",
    "开工",
    "检测",
    "答复",
    "登记",
    "撤销",
]
_WHOLE = frozenset({"属实"})
_WORDS = {**dict.fromkeys(_STATES, False), **dict.fromkeys(_ACTS, True)}
_NAMED = "|".join(sorted(_WORDS, key=lambda word: -len(word)))
_STAND = re.compile(
    rf"(?P<not>不(?:再|能|会|予|用|应|得|可|宜|够)?|未(?:能|予|曾|再|及时|按[^，。]{{0,6}})?|没有?|尚未|暂未|仍未|还未|并未|从未|均未|并无|无(?:需|法|权|任何|须)?|不予|暂不|非|拒绝|部分未|未见|正在|仍在|有待|待|即将|将(?:于[^，。]{{1,12}})?|拟|计划|准备)?"
    rf"(?P<fill>(?:被|予以|给予|进行|任何|相关|有|全部|实际|得到|办理|采取|对其|组织|全面|明显|此类|上述|该|其他)*)(?P<word>{_NAMED})"
)
_NEGATIVE = re.compile("^(?:不|未|没|尚未|暂未|仍未|还未|并未|从未|均未|并无|无|非|拒绝|部分未)")
_PENDING = re.compile("^(?:正在|仍在|有待|待|即将|将|拟|计划|准备)")
_NOT_YET = re.compile("尚未|暂未|还未|仍未|暂不")
_PAPER = "(?:许可|手续|证照|执照|资质|备案|批文|审批|规划许可|资格|合同)"
_YES_NO = (
    (
        "手续",
        re.compile(rf"(?:已|具有|持有|取得|办理了?|有)[^，。不没未无]{{0,10}}{_PAPER}"),
        re.compile(rf"(?:没有|未|无|不具备|缺少)[^，。]{{0,10}}{_PAPER}"),
    ),
    (
        "可以",
        re.compile(
            "(?<!不)可以|(?<![不无未许])可(?=[办申享领报提凭在到异参补用])|能够?(?=办|申|享|领|报|提|在|凭|参|补|使用)"
        ),
        re.compile("不可以?|不能|不予|不得|无法(?=办|申|享|领|报|提|参|补)|不允许|不支持"),
    ),
    (
        "收费",
        re.compile(
            "(?<!不)(?<!免)(?<!再)(?:需|须|要|应|将|按)[^，。]{0,8}(?:收费|缴费|收取费用|支付费用)|收取[^，。]{0,8}费"
        ),
        re.compile("免费|不收(?:取)?(?:任何)?费|无需(?:缴|付|交)费|免收"),
    ),
    (
        "合法",
        re.compile("(?<!不)(?:合法|合规|符合规定|手续齐全|证照齐全)"),
        re.compile("违法|违规|不合法|不合规|无证|手续不全|未取得[^，。]{0,6}(?:许可|执照|手续)"),
    ),
    (
        "达标",
        re.compile("(?<!不)(?<!未)达标|未超标|未超过|合格|符合[^，。]{0,10}标准"),
        re.compile("(?<!未)(?<!不)超标|不达标|未达标|不合格|超过[^，。]{0,10}标准"),
    ),
    (
        "属实",
        re.compile("(?<!不)(?<!部分)(?<!基本)属实|情况存在|确有其事|确实存在"),
        re.compile(
            "不属实|与事实不符|未发现[^，。]{0,14}(?:情况|现象|行为|问题)|不存在[^，。]{0,14}(?:情况|现象|行为|问题)|没有[^，。]{0,10}(?:情况|现象)"
        ),
    ),
    (
        "责任",
        re.compile(
            "属(?:于)?我(?:局|单位|街道|委|中心|公司|镇)|由我(?:局|单位|街道|委|中心|公司|镇)(?:负责|管理|承担)"
        ),
        re.compile("不属(?:于)?我(?:局|单位|街道|委|中心|公司|镇)|不归我|非我(?:局|单位|街道)"),
    ),
)


def stands(draft: Draft, words: Words) -> Iterator[Stand]:
    """What a reply affirms and denies, in order."""
    for sentence in draft.sentences:
        if re.search("[?？]|是否|反映[^。]{0,30}(?:的问题|一事)[^，。]{0,4}$", sentence.text):
            continue
        for clause in sentence.clauses():
            if re.match(
                "(?:您|来电人|诉求人|市民)?反映|(?:针对|关于|对于)", clause.text
            ) and not re.search("属实|存在", clause.text):
                continue
            # What is said before in the sentence tells what a short clause speaks of.
            near = sentence.text if len(clause.text) < 14 else clause.text
            topics, pairs = words.topics(near), _pairs(near)
            taken: set[str] = set()
            for about, yes, no in _YES_NO:
                found = no.search(clause.text)
                holds = found is None
                found = found or yes.search(clause.text)
                if found is not None:
                    taken.add(about)
                    yield Stand(
                        about,
                        holds,
                        found[0],
                        sentence.text,
                        clause.start + found.start(),
                        clause.start + found.end(),
                        topics,
                        pairs,
                    )
            for found in _STAND.finditer(clause.text):
                word = found["word"]
                if word in taken or _is_part(clause.text, found):
                    continue
                sign = found["not"] or ""
                yield Stand(
                    word,
                    not (_NEGATIVE.match(sign) or _PENDING.match(sign)),
                    found[0],
                    sentence.text,
                    clause.start + found.start(),
                    clause.start + found.end(),
                    topics - {word},
                    pairs,
                    _WORDS[word],
                    bool(_NOT_YET.search(sign) or _PENDING.match(sign)),
                )


_NOT = re.compile(
    "没有|尚未|暂未|并未|从未|仍未|还未|均未|不予|不再|不能|不得|不可以?|无法|未(?![来成知必])|不(?![动锈断久仅但少便足管同过良])|没(?![收])|无(?![障人线证锡])|非(?![机常法])"
)
_LIGHT = re.compile(
    r"于?(?:\d{1,4}[年月日时分号])+|确系|确实|"
    "已经|已|均|都|全部|可以|能够?|将|会|正在|仍|尚|也|还|再|进行|予以|了"
)


def denied_clauses(draft: Draft, other: Draft) -> Iterator[tuple[Stand, Stand]]:
    """Clauses of both that say nearly the same, one with a denial and one without."""
    before = list(_plain_stands(other))
    for stand in _plain_stands(draft):
        for old in before:
            if stand.holds != old.holds and _nearly(stand.about, old.about):
                if not (stand.holds and old.is_pending):
                    yield stand, old
                break


def _plain_stands(draft: Draft) -> Iterator[Stand]:
    for sentence in draft.sentences:
        for clause in sentence.clauses():
            for part in re.finditer("[^、]+", clause.text):
                bare = re.sub("[^\u4e00-\u9fff]", "", _LIGHT.sub("", _NOT.sub("", part[0])))
                if len(bare) >= 4:
                    start = clause.start + part.start()
                    signs = _NOT.findall(part[0])
                    yield Stand(
                        bare,
                        len(signs) % 2 == 0,
                        part[0],
                        sentence.text,
                        start,
                        start + len(part[0]),
                        frozenset(),
                        frozenset(),
                        True,
                        bool(_NOT_YET.search(part[0]) or _PENDING.search(part[0])),
                    )


def _nearly(one: str, other: str) -> bool:
    mine, theirs = _pairs(one), _pairs(other)
    few, many = sorted((len(mine), len(theirs)))
    shared = len(mine & theirs)
    return few > 1 and shared >= 0.75 * few and shared >= 0.5 * many


def _is_part(clause: str, found: re.Match[str]) -> bool:
    """要求整改, 尽快修复, 如未修复 are neither done nor not done; 修复工作 names work."""
    before, after = clause[: found.start()], clause[found.end() :]
    return bool(
        re.search(
            "(?:要求|责令|督促|建议|尽快|协调|如|若|逾期|是否|申请|请|可|能|关于|如何|计划|将|拟|后|前|负责|需|应|以便|继续|限期|限[^，。]{0,6}|日内|之前)[^，。]{0,6}$",
            before,
        )
        or re.match(
            "(?:工作|措施|方案|通知书?|工程|费用?|标准|条件|时间|期限|前|后再|之?前|的|范围|流程|手续|材料|单位|人员|情况)",
            after,
        )
    )


def opposed(new: Stand, old: Stand, words: Words) -> bool:
    """Whether the new stand takes back the old one.

    What was not yet done may be done now; what was done cannot be undone.
    """
    if new.about != old.about or new.holds == old.holds:
        return False
    if new.is_act and new.holds:
        return not old.is_pending and not re.match("未|没|无法|不", old.said)
    if new.about in _WHOLE:
        return True
    total = min(words.total(new.topics), words.total(old.topics))
    by_words = words.met(new.topics, old.topics) / total if total else 0.0
    by_pairs = len(new.pairs & old.pairs) / max(1, min(len(new.pairs), len(old.pairs)))
    return max(min(1.0, by_words), by_pairs) >= 0.34


_RUN = re.compile("[\u4e00-\u9fff]+")


def _pairs(text: str) -> frozenset[str]:
    return frozenset(run[at : at + 2] for run in _RUN.findall(text) for at in range(len(run) - 1))
