"""承诺无时限: something is to be done, and nothing says until when."""

import re
from collections.abc import Iterator

from kb.replies.draft import Draft, Piece
from kb.replies.finding import Finding, Kind, Severity
from kb.replies.phrases import DATE, FINISHED, WITHIN
from kb.terms import Purpose

_VAGUE = re.compile(
    "尽快|尽早|尽速|近期|近日内?|早日|争取|力争|抓紧|择期|择机|择日|择时|改日|不日|适时|适当时候|合适的?时(?:候|机)|时机成熟|另行通知|抽(?:空|时间)|有空|回头|加紧|过后|到位后|落实后|具备后|陆续|稍后|不久|后期|日后|待条件成熟|条件(?:成熟|允许|具备)(?:后|时)?|逐步|过段时间|随后(?=将|会)|下一步|后续|下步"
)
_SOON = re.compile(
    "尽快|尽早|尽速|近期|近日内?|早日|争取|力争|抓紧|择期|择机|择日|择时|改日|不日|适时|适当时候|合适的?时(?:候|机)|时机成熟|另行通知|抽(?:空|时间)|有空|回头|加紧|过后|到位后|落实后|具备后|稍后|不久|逐步|陆续|条件(?:成熟|允许|具备)|过段时间|后期|日后"
)
_DEADLINE = re.compile(
    rf"(?:{DATE.pattern})(?:之?前|以前|起|内|底|完|开|竣|投|至|到)|{WITHIN.pattern}|[月年]底|年内"
    rf"|(?:将|拟|计划|定|预计|于|在)[^，。；]{{0,4}}(?:{DATE.pattern})"
)
_WILL = re.compile(
    "(?:将|拟|会(?![议员同计所场]|.{0,3}[议员])|计划|准备|承诺|答应|同意|打算|考虑|表示(?=[^满理认感知支])|正在(?:协调|研究|论证|推进|办理|申请|筹|制定|联系|施工|安排)|(?:已|并)?(?:通知|要求|督促|责成|催促|请(?![您你持携带到在于凭拨登提]))(?=[^，。]{0,8}(?:予以|进行|处理|维修|更换|清(?!单)|拆|整改|修|退|换|补|装)))"
)
_ACT = re.compile(
    "修复|维修|抢修|整改|改正|完成|更换|处理|解决|安装|加装|清理|清除|清运|拆除|退还|退款|退费|支付|付清|结清|发放|补发|补缴|答复|回复|反馈|告知|联系您|联系诉求人|上门|开通|"
    "恢复|增设|改造|整治|处置|办结|公布|公示|启动|开工|铺设|补种|修剪|疏通|出台|整修|修缮|修补|竣工|完工|通车|建成|投入使用|投用|移除|移走|迁移|搬迁|"
    "施划|硬化|重新|检修|检测|鉴定|加固|交付|交房|办证|办理产权|给出|赔偿|赔付|补偿|返还|核查|核实|调查|查处|协调|约谈|供水|供暖|供气|供电|到位|落实|推进|安排|制定|研究|召开|组织|开展|培训|作出|做出|延伸|通水|调整|到账|送|搬|装|修|换|补|拆|建|改|办|退|清|增|完|实施|纳入|列入|争取|划|推动|推进|办理|发证|颁发|核发|冲抵|抵扣|减免|扣减|灌|铺|挖|填|种|剪|疏|迁|移|捕|查|测"
)
# One-off acts that somebody waits for; the softer ones need a vague word beside them.
_FIRM = re.compile(
    "修复|维修|抢修|更换|安装|加装|清理|清除|清运|拆除|退回|退还|退款|退费|支付|付清|结清|补发|答复|回复您|反馈|上门|开通|恢复|增设|改造|开工|铺设|补种|修剪|疏通|"
    "整修|修缮|修补|竣工|完工|通车|建成|投入使用|投用|移除|移走|迁移|施划|硬化|检修|检测|鉴定|加固|交付|交房|办证|赔偿|赔付|返还|整改|完成|解决|处理完|办结|联系您|告知您|处理|改正|推动|开展|安排[^，。]{2,}|取缔|发证|颁发|核发|冲抵|抵扣|减免|扣减|把[^，。]{1,12}(?=[^，。])|[装灌铺挖填种剪疏迁移捕拆补换退建](?=[^，。])|疏枝|诱捕|出台"
)
_ONGOING = re.compile(
    "继续|持续|定期|长期|常态|日常|不断|进一步加强|加强|加大|严格|跟踪|跟进|巡查|监督|监管|关注|密切|督促|强化|杜绝|提醒|宣传|每[日天周月年]"
)
_CONDITION = re.compile(
    "如(?:有|仍|再|果|您|对|需|发现|逾期|未|遇|不|后续|该|确|存在|其|认为|符合)|若|一旦|一经|逾期|凡|对于?[^，。]{1,16}的[，,]|的[，,]?(?:一律)?将|再次?(?:发现|出现|发生)|届时|"
    "(?:审核|审批|审查|验收|公示|资料齐全|材料齐全|受理|签字|登记|备案)[^，。]{0,8}(?:后|的)|符合[^，。]{0,12}的"
)
# What the citizen is asked to do is no promise.
_ASKED = re.compile(
    "请(?!其|他|她|该|有关|相关|[^，。]{1,8}(?:局|公司|段|站|队|所|部门|单位|街道|社区|物业|中心|镇|村|院|校|方|厂|企业)$)[^，。]{0,8}$|(?:建议|提醒|希望|望)(?:您|你|业主|居民|市民)[^，。]{0,8}$|您(?:可|应|须|需|要)?[^，。]{0,6}$|以便$|便于$"
)
_PAST = re.compile("(?:已|均已|已经|现已|曾|昨日|目前已)[^，。]{0,10}$")
_NOT = re.compile("不(?:会|予|再|能|得|将)|无法|未")


def check(draft: Draft, purpose: Purpose) -> Iterator[Finding]:
    """Promises and demands without a day or a length of time."""
    for sentence, following in zip(draft.sentences, (*draft.sentences[1:], None), strict=False):
        clause = _promise(sentence, following.text if following else "", purpose)
        if clause is not None:
            yield Finding(
                Kind.PROMISE,
                Severity.ADVICE,
                "答应要做的事没有写何时完成，诉求人无从等待，也无法核对是否兑现",
                draft.raw[clause.start : clause.end],
                clause.start,
                clause.end,
                "写明完成的日期或期限；定不下来的，写明何时再答复进展",
            )


def _promise(sentence: Piece, following: str, purpose: Purpose) -> Piece | None:
    """The first clause that promises without a day of its own.

    A deadline elsewhere in the sentence, or what is said of it afterwards, holds for a plain 将
    or 同意, not for 尽快; a day gone by before it is none.
    """
    has_deadline = bool(_DEADLINE.search(sentence.text))
    is_rule = bool(_CONDITION.search(sentence.text))
    is_settled = bool(_DEADLINE.search(following) or FINISHED.search(following))
    for clause in sentence.clauses():
        if DATE.search(clause.text) or WITHIN.search(clause.text):
            continue
        after = sentence.text[clause.end - sentence.start :]
        is_told = has_deadline or is_settled or DATE.search(after) or FINISHED.search(after)
        if _SOON.search(clause.text) is None and (is_told or is_rule):
            continue
        if _is_promise(clause.text, purpose):
            return clause
    return None


def _is_promise(text: str, purpose: Purpose) -> bool:
    if _NOT.search(text) and not re.search("尽快|尽早|近期", text):
        return False
    vague = _VAGUE.search(text)
    if vague is not None and _ASKED.search(text[: vague.start()]):
        return False
    soon = _SOON.search(text)
    if soon is not None and _ACT.search(text):
        return not _PAST.search(text[: soon.start()]) or "要求" in text or "督促" in text
    if purpose is Purpose.CONSULTATION:
        return False
    will = _WILL.search(text)
    if will is None or _ASKED.search(text[: will.start()]) or _ONGOING.search(text):
        return False
    return bool(_FIRM.search(text, will.end()))
