"""What a reply says to or about its requester and to nobody else: greeting, contact, reaction.

None of it is knowledge: an entry made from the reply answers the next caller, whom nobody has
phoned and who has not said 满意. A clause is left out when it is such talk and nothing besides; a
clause that says anything else stays as it was written, for a person to read.
"""

import re
from dataclasses import dataclass

from kb.replies.draft import Draft
from kb.replies.phrases import DATE, WITHIN

_REQUESTER = (
    "诉求人|来电人|反映人|投诉人|举报人|求助人|咨询人|当事人|申请人|建议人|来信人|写信人|留言人|提问人|"
    "市民朋友|市民|群众|网友|网民|居民|业主|用户|客户|家长|家属|您本人|您|你|对方|本人|其|"
    "[\u4e00-\u9fff]{1,2}(?:先生|女士|同志)"
)
# Somebody was told, or could not be reached; somebody is content or not; courtesy.
_CORE = (
    "告知|告诉|反馈|回复|答复|联系|沟通|说明|解释|通知|致电|回电|电告|回访|转达|知会|拨打|接听|接通|"
    "满意|认可|理解|接受|同意|异议|谅解|支持|知晓|知悉|知情|清楚|明白|放心|意见|感谢|谢谢|谢意|致谢|"
    "您好|你好|尊敬|关心|关注|信任|监督|歉意|抱歉|道歉|致歉|不便|祝|此复|特此|敬礼|"
    "来电|来信|留言|收悉|如下"
)
# Words that go with these and say nothing by themselves.
_BESIDE = (
    "第一时间|及时|主动|再次|多次|耐心|详细|逐一|当即|随即|当场|现场|短信|微信|手机|电话|座机|当面|上门|口头|书面|"
    "方式|途径|形式|通过|采取|采用|无人|未能|无法|无|没有|未|不|上|下|到|得|取得|关机|停机|空号|拒接|"
    "相关|有关|上述|以上|全部|具体|情况|处理|办理|核实|调查|核查|结果|过程|进度|事项|事宜|事情|事|问题|诉求|需求|政策|规定|流程|原因|内容|"
    "工作人员|经办人员|经办人|工作|我们|我单位|我中心|我街道|我[局委办院所队站处科镇乡区县市]|本单位|单位|本[局委办院所队站处科镇乡区县市]|部门|热线|服务|12345|"
    "表示|予以|给予|进行|作了|做了|作|做|非常|十分|比较|基本|深表|表|衷心|很|更|最|现已|现|已经|已|均|都|再|又|也|亦|并且|并|且|但|而|同时|最后|现将|"
    "将|于|经|向|与|和|跟|给|对|为|就|以|把|由|从|在|的|地|了|过|后|前|时|此|特|可|能|会|请|敬请|望|盼|希望|恳请|欢迎|继续|今后|以后|一如既往|"
    "其他|其它|任何|疑问|疑义|不明|需要|帮助|咨询|随时|"
    "带来|造成|给|生活|工作|身体|愉快|顺利|健康|如意|万事|阖家|家庭|幸福|平安|朋友|先生|女士|理解|配合|宝贵|建议|反映|提出|我|们|人|好|吧|啊"
)
# Who told them: an office or somebody of it; stands before the telling and holds none of it.
_TELLS = re.compile(f"{_CORE}|{_REQUESTER}")
_TELLER = re.compile(
    "(?:[^，。；]{0,4}(?:日|月|时|分|午))?(?:(?![和与向给对请])[\u4e00-\u9fff]){1,16}?"
    "(?:局|委员会|委|办公室|街道办?|办事处|社区|居委会|村委会|中心|公司|支队|大队|中队|派出所|所|站|镇|乡|医院|学校|窗口|科|处|"
    "物业|网格员|专班|民警|负责人|工作人员|客服|同志)(?:工作人员|客服人员|客服|同志|负责人)?"
)
_WORDS = re.compile(f"{_REQUESTER}|{_CORE}|{_BESIDE}")
_SAID = re.compile(r"[\u4e00-\u9fffA-Za-z\d]")
# What the requester says of the outcome, whatever it is, and what they had asked.
_THEY_SAY = re.compile(
    f"^(?:[经并且但后，]|目前|现|随后|最终|同时)*(?:{_REQUESTER})[^，。；]{{0,8}}?"
    "(?:表示|(?<!所)(?:称|说(?!明))|回复[:：]?|反馈|确认|签字|签收|评价|无异议|没有异议)"
)
_ASKED = re.compile(
    f"^(?:现?就|关于|针对|对于?|收到|您好)?[^，。；]{{0,6}}?(?:{_REQUESTER})[^，。；]{{0,24}}?"
    "(?:反映|咨询|投诉|提出|询问|举报|求助|留言|来信|来电|诉求|问题)"
    "[^，。；]*?(?:收悉|获悉|知悉|收到|问题|情况|事项|诉求|事宜|留言|来信|建议|如下)$"
)
_NICK = '[“"][^”"]{1,20}[”"]'
_GREETED = re.compile(
    f"(?:尊敬的)?(?:{_REQUESTER})?(?:{_NICK})?(?:{_REQUESTER})?\\s*(?:您好|你好)"
    f'|(?:尊敬的)?(?:{_REQUESTER})\\s*(?:{_NICK})?|[“"]\\w+[”"]|[\u4e00-\u9fff]{{2,8}}(?:您好|你好)'
)
# An invitation for a certain time is news: 您可在5月上旬关注.
_INVITED = re.compile("可|请")
_DIRECTED = re.compile("(?:可|可以|请|应)[向到在通持带登拨]")
_PARTS = re.compile(r"[^，,：:。！!？?；;\n]+[，,：:。！!？?；;]*|[，,：:。！!？?；;]+|\n+")
_HOUR = re.compile(r"[上下中]午|\d{1,2}(?:时|点|:\d{2})(?:\d{1,2}分|许|左右)?")
_MARKS = "，,：:；; \t\u3000"
_ENDS = "。！!？?；;"


@dataclass(frozen=True)
class ForAll:
    """:ivar text: the reply without the talk; ``left_out`` the clauses of talk, in order."""

    text: str
    left_out: tuple[str, ...]


def for_all(reply: str) -> ForAll:
    """A reply without what it says to or about its requester alone."""
    kept: list[str] = []
    left_out: list[str] = []
    for part in _PARTS.findall(reply):
        clause = part.rstrip(_MARKS + _ENDS).strip()
        if clause and _is_talk(clause) and not _is_label(part, clause):
            if kept and kept[-1][-1:] in _MARKS and _is_time(kept[-1]):
                left_out.append(kept.pop().rstrip(_MARKS))
            left_out.append(clause)
            _close(kept, part)
        elif clause or part.startswith("\n") or (kept and not kept[-1].endswith("\n")):
            kept.append(part)
    text = "".join(kept)
    text = re.sub(r"(?m)^[ \t\u3000]*[，,：:。！!？?；;]+", "", text)
    return ForAll(re.sub(r"\n{3,}", "\n\n", text).strip(), tuple(left_out))


def _is_time(part: str) -> bool:
    """Tell whether it says only when: 5月8日10时."""
    return not _SAID.search(_HOUR.sub("", DATE.sub("", Draft(part).text)))


def _is_label(part: str, clause: str) -> bool:
    """Tell whether something follows that needs it: 联系电话：0571-…"""
    leads_on = part.rstrip()[-1] in "：:" and not clause.endswith("如下")
    return leads_on and not _GREETED.fullmatch(clause)


def _close(kept: list[str], part: str) -> None:
    """The sentence that a clause of talk ended is ended by what stands before it."""
    ending = part.rstrip()[-1:]
    if ending in _ENDS and kept and kept[-1][-1:] in _MARKS:
        kept[-1] = kept[-1].rstrip(_MARKS) + ending


def _is_talk(clause: str) -> bool:
    text = Draft(clause).text
    if _GREETED.fullmatch(text) or _THEY_SAY.search(text):
        return True
    if _ASKED.search(text) and not _DIRECTED.search(text):
        return True
    dated = WITHIN.sub("", _HOUR.sub("", DATE.sub("", text)))
    if dated != text and _INVITED.search(text):
        return False
    if not re.search(_CORE, text):
        return False
    teller = _TELLER.match(dated)
    if teller is not None and not _TELLS.search(teller[0]) and _TELLS.search(dated, teller.end()):
        dated = dated[teller.end() :]
    return not _SAID.search(_WORDS.sub("", dated))
