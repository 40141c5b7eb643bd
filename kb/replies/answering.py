"""Whether a reply is about what was asked, and which of several questions it leaves open."""

import re
from collections.abc import Iterator, Sequence

from kb.conflicts.words import Words
from kb.replies.asked import Question, Wanted, questions
from kb.replies.draft import Draft
from kb.replies.finding import Finding, Kind, Severity
from kb.replies.phrases import DATE, WITHIN

# Below this sum of shares (title and content) the reply is about something else: nine in ten pairs
# of real messages and replies to other messages lie below, one in seven of real pairs, which are
# mostly 已收悉 and 已转办.
UNRELATED, DOUBTFUL = 0.15, 0.35
_ONLY_PASSED_ON = re.compile("收悉|已收到|转(?:交|办|送|给|至|请|由)?|移交|移送")

# A place one can go to: 到…窗口, 在…小程序; a street alone may be where the matter lies.
_THERE = (
    "窗口|大厅|中心|派出所|服务站|网点|柜台|小程序|平台|APP|app|网站|官网|公众号|门诊|医院|学校|社区|村委|居委"
    "|银行|政务网|自助机|专窗|站|局|所|处|办|院|馆|店|厅|窗"
)
_EVIDENCE = {
    Wanted.AMOUNT: re.compile(
        r"\d+(?:\.\d+)?\s*(?:元|%|万|块|角|分钱|平方|倍|折|个?人|户|吨|度|米|公里|次|针|张|份|套|名|本|册|周?岁|趟|盒|科|门)|[一二三四五六七八九十百千万两半]+(?:元|成|倍|折|次|块|针|张|份|本|名|周?岁)|百分之|免费|不收(?:取)?(?:任何)?费|免收|无需(?:缴|付|交)费|不另收|按[^，。]{1,12}(?:标准|比例|规定|公式)[^，。]{0,4}(?:计|收|执行|缴|核定)|标准为|金额|票价|限额"
    ),
    Wanted.WHEN: re.compile(
        f"{DATE.pattern}|{WITHIN.pattern}|"
        + r"\d{1,2}[:：]\d{2}|\d{1,2}时|[上下]午|\d点|全天|24小时|工作日|随时|届时|之后|期间|"
        "尚未确定|暂未|无法确定|待定"
    ),
    Wanted.DURATION: re.compile(
        r"(?<![满过续])(?:\d{1,4}|[一二三四五六七八九十两半])\s*个?(?:工作日|小时|分钟|天|日|月|年|周(?!岁))(?!前|以前|起)|当场|即时|即办|当[天日]|立等可取|长期有效|尚未确定|不设时限"
    ),
    Wanted.PLACE: re.compile(
        rf"(?:到|在|去|往|至|向|通过|登录|搜索|关注|打开|走|进入|位于|找|由|用|使用)[^，。；：]{{0,24}}(?:{_THERE})|地址|地点|所在地|就近|现场|网上|线上|路\d+号|街\d+号|[东南西北]侧|旁边?|附近|一带|路段|路口"
    ),
    Wanted.PHONE: re.compile(r"\d{3,4}-\d{7,8}|\d{7,8}|1\d{10}|12\d{3}|9[56]\d{3}|400-?\d+|热线"),
    Wanted.MATERIALS: re.compile(
        "身份证|户口(?:本|簿)|证明|申请表|合同|照片|执照|产权证|证书|发票|凭证|[居住学生结婚离健康残疾产]证|病历|存折|银行卡|社保卡|委托书|票据|[无不](?:需|用)(?:要)?(?:提供|携带|带|材料)|行驶证|驾驶证|登记证|不动产权|(?:材料|资料|证件|手续)(?:有|为|是|包括|如下|：|清单)"
    ),
    Wanted.WHETHER: re.compile(
        "收费|免费|不收|可以|可(?:在|到|以|凭|持|通|直|申|办|享|按|自|提|登|用|由|异|向|于|选|跨|先|同|代)|不可|不能|能(?:够|在|凭|办|享|申|用)?|符合|不符|需要?|须|无需|不需|不用|必须|应当|应(?:当|该|由|按|在)|属于|不属于|不予|允许|不得|不支持|支持|暂不|不享受|享受|已(?:经)?|尚未|没有|有|未|是|不是|会|不会|同意|不同意|存在|不存在|属实|不属实|不|开[办设放]|提供|设有|照常|均|凡|仅|只|合法|违法|违规|有效|无效"
    ),
    Wanted.HOW: re.compile(
        "申请|提交|登录|拨打|前往|携带|通过|办理|联系|到[^，。]{1,16}(?:窗口|中心|局|所|大厅|网点|社区)|网上|线上|小程序|按|流程|首先|第一步|然后|凭|持|选择|点击|填写|审核|向[^，。]{1,16}(?:申请|反映|举报|投诉|起诉|提出)|仲裁|协商|诉讼|处理|整改|安排|解决|用|刷脸|扫码|如下|方式|渠道|步骤|需|应|可"
    ),
    Wanted.WHY: re.compile(
        "因|由于|原因|系|鉴于|导致|造成|主要是|是由|属|根据|按照|依据|为(?:了|保障|配合|避免|确保|防止)|受[^，。]{1,16}影响|所致|未(?:按|达|能|及时|缴|提交|满)|《|规定"
    ),
    Wanted.WHO: re.compile(
        "(?:发|补|归|付|交|判)给|归[^，。]{1,8}所有|由[^，。]{2,20}(?:负责|承担|维修|维护|管理|办理|牵头|处理|实施|建设)|(?:局|委|办|公司|中心|街道|社区|物业|业主|产权人|单位|镇|村|部门|所|队|开发商|施工方|建设单位|责任人|学校|医院|银行)"
    ),
    Wanted.WHAT: re.compile(r"[\u4e00-\u9fff]{6,}"),
}
# What a figure in the reply belongs to when it is no answer: a birthday, a day gone by, a limit
# before which one may come.
_OTHERWISE = re.compile(
    r"(?:满|未满|期满|逾期|超过|连续|每|缴存满|缴满|毕业)[^，。；]{0,8}?(?:\d+|[一二三四五六七八九十两半])个?(?:天|日|个?月|年|次)[^，。；]{0,2}"
    r"|(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?[^，。；]{0,14}(?:出生|公告|公布|印发|发布)|已于[^，。；]{0,10}[日月年]|[今明去]年(?!\d|底|内|年底)"
    r"|(?:延后|推迟|历时|耗时|延误)[^，。；]{0,3}\d+个?(?:天|日|月|年|周)"
    r"|(?:全天|24小时|\d+点?半?)[^，。；]{0,6}(?:接听|值班|服务|受理|电话|有人)"
    r"|(?:工作日)?\d{1,2}[:：]\d{2}\W\d{1,2}[:：]\d{2}[^，。；]{0,6}(?:接听|值班|服务|受理|有人)"
    r"|(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?前?已?[未年]?满|\d+周岁|[一二三四五六七八九十]+周岁|(?:\d{4}|二〇..)年[^，。；]{1,6}日\s*$|〔\d{4}〕\d+号|网点[^，。；]{0,12}开门"
)
_MONEY = re.compile(
    r"[\d一二三四五六七八九十百千万两半]\s*(?:元|块|角|万|%|折|成|倍)|百分之|[免不][^，。]{0,4}(?:费|钱|票)|按[^，。]{1,16}(?:计|收|执行|缴|核定|发)|标准|金额|价"
)
_ASKS_MONEY = re.compile("钱|费|价|元|标准|补贴|补助|工资|押金")
_AGE = re.compile("\\d周?岁|[一二三四五六七八九十]周?岁|年龄")
# A day that answers "when" is one to come, or said of a rule.
_AHEAD = re.compile(
    "预计|计划|将|拟|定于|预定|[前底]|之[前后内]|以[前内]|[起至]|—|-|~|每|时间|工作日|随时|届时|上午|下午|目前|暂|尚|待|全天|24小时"
)
_IF = re.compile("^(?:如|若|对于?|逾期|需要)")
# How one gets there on line, in other words.
_ONLINE = re.compile("网上|线上|手机|网络|在线")
_BY_NET = re.compile("小程序|APP|app|公众号|平台|网|自助|掌上|电子|线上")
_HARD = frozenset({Wanted.AMOUNT, Wanted.WHEN, Wanted.DURATION, Wanted.PHONE, Wanted.MATERIALS})
_ASKING_WORDS = re.compile(
    "要不要|什么|哪些|哪里|哪个|哪儿|哪|多少钱|多少|多久|多长|时间|怎么|怎样|如何|何时|是否|能否|可否|能不能|可不可以|有没有|会不会|是不是|请问|咨询|询问|吗|呢|为什么|为何|来电人|诉求人|反映|希望|谁|办理|需要|可以|电话|材料|资料|地址|地点|"
    "手续|流程|标准|条件|政策|规定|情况|问题|要求|原因|方式|时候|申请|负责|部门|单位|市民|本人|个人|表示"
)


class Answering:
    """Compares requests and replies with one set of word lists."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def check(self, title: str, content: str, draft: Draft) -> Iterator[Finding]:
        """答非所问 for the whole, or 漏答 for every question that is left open."""
        related = self.relatedness(title, content, draft.text)
        if related < UNRELATED and not _names_the_same(f"{title} {content}", draft.text):
            yield self._unrelated(title or content, draft, Severity.SERIOUS)
            return
        asked = questions(title, content)
        request = f"{title} {content}"
        missed = [one for one in asked if self._is_missed(one, asked, title, request, draft)]
        if missed and len(missed) == len(asked) and related < DOUBTFUL:
            yield self._unrelated(title or content, draft, Severity.ADVICE)
            return
        for question in missed:
            yield Finding(
                Kind.QUESTION_MISSED,
                Severity.SERIOUS
                if len(missed) < len(asked) or len(asked) == 1
                else Severity.ADVICE,
                f"诉求问到“{question.text}”，答复里没有找到对应的{question.wanted.label}",
                quote=question.text,
                suggestion="补上这一问的答复；不归本单位的，写明由谁答复",
            )

    def _unrelated(self, about: str, draft: Draft, severity: Severity) -> Finding:
        is_passed_on = len(draft.text) < 80 and _ONLY_PASSED_ON.search(draft.text)
        reason = "答复只说已收到或已转办" if is_passed_on else "答复里几乎没有提到，可能贴错了答复"
        return Finding(
            Kind.UNANSWERED,
            severity,
            f"诉求说的是“{about[:40]}”，{reason}",
            quote=about[:80],
            suggestion="对照诉求逐项答复；不归本单位的，写明归谁、已怎样转交",
        )

    def relatedness(self, title: str, content: str, reply: str) -> float:
        """How much of what the request is about the reply speaks of: 0 to 2, title and content."""
        said = self._words.topics(reply)
        pairs = _pairs(reply)
        return self._share(title, said, pairs) + self._share(content[:300], said, pairs)

    def _share(self, text: str, said: frozenset[str], pairs: frozenset[str]) -> float:
        plain = _ASKING_WORDS.sub(" ", text)
        topics = self._words.topics(plain)
        total = self._words.total(topics)
        if not total:
            return 0.0
        by_words = self._words.met(topics, said) / total
        own = _pairs(plain)
        by_pairs = len(own & pairs) / len(own) if own else 0.0
        return 0.5 * by_words + 0.5 * by_pairs

    def _is_missed(
        self,
        question: Question,
        asked: Sequence[Question],
        title: str,
        request: str,
        draft: Draft,
    ) -> bool:
        if question.wanted in _HARD:
            return not _has_value(question, asked, request, draft)
        if not _EVIDENCE[question.wanted].search(draft.text):
            return True
        if len(asked) == 1 or question.wanted is Wanted.WHAT:
            return False
        evidence = _EVIDENCE[question.wanted]
        if _ONLINE.search(question.text) and _BY_NET.search(draft.text):
            return False
        if question.wanted is Wanted.HOW:
            sentences = [one.text for one in draft.sentences if not _IF.match(one.text)]
            if not any(evidence.search(one) for one in sentences):
                return True
        return not any(
            _speaks_of(question, asked, title, sentence.text)
            for sentence in draft.sentences
            if evidence.search(sentence.text)
        )


def _has_value(question: Question, asked: Sequence[Question], request: str, draft: Draft) -> bool:
    """Whether a clause gives the figure, day or paper that a question wants.

    What the request says itself (今天停电, 交了6年) is no answer, nor is a birthday or the date
    under the reply.
    """
    told = {match[0] for other in asked for match in DATE.finditer(other.text)}
    evidence = _EVIDENCE[question.wanted]
    if question.wanted is Wanted.AMOUNT and question.text.find("多大") >= 0:
        evidence = _AGE
    elif question.wanted is Wanted.AMOUNT and _ASKS_MONEY.search(question.text):
        evidence = _MONEY
    own = set("".join(_CJK_RUN.findall(_ANY_MATTER.sub("", _ASKING_WORDS.sub("", question.text)))))
    for sentence in draft.sentences:
        plain = _OTHERWISE.sub("", sentence.text)
        plain = DATE.sub(lambda match: "" if match[0] in told else match[0], plain)
        if question.wanted is Wanted.DURATION:
            plain = DATE.sub(lambda match: "" if match[0][-1] in "日年月号" else match[0], plain)
        for found in evidence.finditer(plain):
            if found[0] in request and question.wanted is not Wanted.MATERIALS:
                continue
            if question.wanted is not Wanted.WHEN or _AHEAD.search(_near(plain, found)):
                return True
            if own & set(_near(plain, found)):
                return True
    return False


def _near(text: str, found: re.Match[str]) -> str:
    """The clause around a place."""
    start = max(text.rfind(mark, 0, found.start()) for mark in "，。；") + 1
    ends = [at for mark in "，。；" if (at := text.find(mark, found.end())) >= 0]
    return text[start : min(ends, default=len(text))]


def _speaks_of(question: Question, asked: Sequence[Question], title: str, sentence: str) -> bool:
    """Whether a sentence shares a word with what only this question asks, or half its characters.

    卡在哪儿办 is met by 办卡点, though no two characters stand side by side in both.
    """
    asks = _ASKING_WORDS.sub(" ", question.text.rpartition("，")[2])
    plain = "".join(_CJK_RUN.findall(_ANY_MATTER.sub(" ", asks)))
    if len(plain) < 2:
        return True
    others = "".join(other.text for other in asked if other is not question)
    pairs = _pairs(asks)
    own = pairs - _pairs(f"{title} {others}") or pairs
    chars = set(plain)
    if question.wanted is Wanted.HOW:
        own = pairs
    return bool(own & _pairs(sentence)) or len(chars & set(sentence)) >= 0.5 * len(chars)


# What is done in any matter (去哪里办, 怎么弄) names none.
_ANY_MATTER = re.compile("[去办要能领拿弄到来做给找得想还都会该应就有是的了在]")
# Characters of grammar and of set phrases: three of those in a row name nothing.
_GRAMMAR = frozenset("的了是在有和不我您你他这那问题情况反映进行相关部门单位处理解决希望请求没要")


def _names_the_same(request: str, reply: str) -> bool:
    """Whether both name the same places or things: three characters in a row."""
    return not _triples(request).isdisjoint(_triples(reply))


def _triples(text: str) -> frozenset[str]:
    return frozenset(
        run[at : at + 3]
        for run in _CJK_RUN.findall(text)
        for at in range(len(run) - 2)
        if _GRAMMAR.isdisjoint(run[at : at + 3])
    )


_CJK_RUN = re.compile("[\u4e00-\u9fff]+")


def _pairs(text: str) -> frozenset[str]:
    return frozenset(
        run[at : at + 2] for run in _CJK_RUN.findall(text) for at in range(len(run) - 1)
    )
