"""Which kind of answer a question wants: a phone number, a sum, days, papers, who, how, whether."""

from __future__ import annotations

import re

PHONE, PLACE, CHANNEL, PAPERS, AGE = "phone", "place", "channel", "papers", "age"
AMOUNT, SHARE, COUNT, QUANTITY = "amount", "share", "count", "quantity"
TIME, YEARS, MONTHS, DAYS, HOURS, DATE = "time", "years", "months", "days", "hours", "date"
WHO, CONDITIONS, STEPS, ALLOWED = "who", "conditions", "steps", "allowed"
MOST, DEADLINE, PENALTY, SUM, REASON = "most", "deadline", "penalty", "sum", "reason"

# Many sentences look as if they told these; a number or a place is plain.
MANNERS = frozenset({WHO, CONDITIONS, STEPS, ALLOWED})

_NUMBER = r"[\d一二两三四五六七八九十百千万半]"
_HOW_MANY = "(?:几|多少|几多)"

# Narrow kinds first: what a narrow pattern has read (多少天) no wide one (多少) reads again.
_ASKED = {
    DEADLINE: re.compile(
        f"{_HOW_MANY}个?(?:天|日|工作日|月)(?:之?内|以内|前)|什么时候(?:之?前|截止)|最迟|最晚|截止"
    ),
    PENALTY: re.compile("(?:怎么|咋)(?:处理|罚)|处罚|罚款|罚多少|会怎样|会怎么样|后果|追究"),
    SUM: re.compile("(?:怎么|怎样|如何|咋)(?:计?算|计)|计算|公式|算法"),
    REASON: re.compile("为什么|为何|为啥|原因|(?:怎么|咋)回事"),
    PHONE: re.compile("电话|号码|多少号|热线|怎么联系|联系方式|打哪个|找谁联系"),
    AGE: re.compile(f"{_HOW_MANY}岁|年龄|年纪|多大|岁数|周岁"),
    SHARE: re.compile(f"百分之几|{_HOW_MANY}成|比例|费率|利率|税率"),
    YEARS: re.compile(f"{_HOW_MANY}年"),
    MONTHS: re.compile(f"{_HOW_MANY}个?月"),
    DAYS: re.compile(f"{_HOW_MANY}个?(?:天|日|工作日|星期|礼拜)"),
    HOURS: re.compile(f"{_HOW_MANY}个?小时|{_HOW_MANY}点|{_HOW_MANY}分钟"),
    DATE: re.compile(
        "什么时候|啥时候?|多会儿|多咱|几时|何时|哪天|哪一天|几号|到期(?!了|后|怎么|如何|能|要)|哪年"
    ),
    TIME: re.compile("多久|多长|期限|时限|时间|有效期"),
    AMOUNT: re.compile(
        f"多少钱|多钱|几个钱|啥价|{_HOW_MANY}(?:元|块|万|千|百)|额度|标准|金额|收费|费用|[要收花交]钱|免费"
        "|[补报贷借发给交缴领收付罚赔奖扣退](?:销|款|贴|助|费)?(?:多少|几多)"
    ),
    COUNT: re.compile(f"{_HOW_MANY}(?:次|个|人|名|家|套|位|种|户|份|条|平)"),
    QUANTITY: re.compile("多少|几多"),
    CHANNEL: re.compile(
        "(?:什么|哪个|哪些|哪种)(?:小程序|公众号|平台|网站|app|软件|渠道|途径)|手机上|网上"
    ),
    PLACE: re.compile(
        "[在去搁上]哪|到哪(?!一?步)|哪里|哪儿|哪个地方|地址|(?:什么|啥)地方|怎么走|位置|地点"
    ),
    PAPERS: re.compile("材料|资料|证件|[带要]什么|[带要拿备]啥(?!子?(?:条件|资格|时))|手续"),
    WHO: re.compile(
        "谁|(?:哪些|哪类|哪种|什么|啥)(?:人|对象|企业|单位|群体|家庭)|哪个?部门|哪边|对象"
    ),
    CONDITIONS: re.compile("条件|资格|够格|符合|门槛|(?:什么|啥|哪些)要求|算不算"),
    STEPS: re.compile("怎么(?!处理|算)|咋(?!处理|罚|算|样|了|回事)|啷个|怎样|如何|流程|步骤|程序"),
    ALLOWED: re.compile(
        "能不能|可不可以|可以.{0,12}吗|能.{0,12}(?:吗|不$|不(?=[，,。？?]))|可否|能否|行不行|是否|是不是|要不要|用不用|需不需要|有没有|吗"
    ),
}
# Asked beside any other kind (最多能借多少), so it is read apart.
_MOST = re.compile("最[多高长大低少短]|至多|至少|上限|封顶|顶格")
# What a sentence that answers such a question looks like.
_ANSWERS = {
    DEADLINE: re.compile(
        rf"{_NUMBER}\s*(?:个?(?:工作日|月)|日|天)(?:之?内|以内|前)|之日起|[月日]前|截止|截至"
    ),
    PENALTY: re.compile("责令|罚款|停止|吊销|追究|警告|取消|依法处理|予以处理|处罚|撤销|信用"),
    SUM: re.compile("计算|公式|[×÷*=]|乘以|除以|之和|计发|按.{1,20}(?:计|的)|平均"),
    REASON: re.compile("因为|由于|原因|因此|为了|所以"),
    MOST: re.compile(
        "最[多高长大低少短]|不超过|不高于|不低于|不少于|不得超|以内|上限|封顶|至多|至少"
    ),
    PHONE: re.compile(r"\d{3,4}-\d{7,8}|(?<!\d)[2-8]\d{6,7}(?!\d)|(?<!\d)1\d{10}(?!\d)|电话|热线"),
    AGE: re.compile(rf"{_NUMBER}+(?:周岁|岁)|出生"),
    SHARE: re.compile(rf"\d\s*(?:%|‰|bp|个百分点)|百分之|分之|{_NUMBER}成"),
    YEARS: re.compile(rf"(?<!\d)(?:\d{{1,2}}|{_NUMBER}{{1,3}})(?:个?周?年)"),
    MONTHS: re.compile(rf"{_NUMBER}个月"),
    DAYS: re.compile(
        rf"{_NUMBER}\s*(?:个?(?:工作日|自然日|日历日)|日内|日前|天)|当[日天场]|立等|即时"
    ),
    HOURS: re.compile(rf"\d[:：]\d\d|{_NUMBER}\s*(?:个?小时|时|点|分钟)"),
    DATE: re.compile(
        r"\d+月(?:\d+日|底|初)?(?!\d|日|[以之]?[前后]?出生)|起(?:施行|实施|执行|至)|之日|(?<!\d)\d+日(?![以之]?[前后]?出生)|每年|每月"
    ),
    TIME: re.compile(
        rf"{_NUMBER}\s*(?:个?(?:工作日|月|小时|星期)|日|天|年|周|点|时|分钟)|\d:\d\d|长期|当[日天场]|即时"
    ),
    AMOUNT: re.compile(rf"\d[\d,.]*\s*(?:元|万|亿|%|倍)|{_NUMBER}+元|免收|免费|不收|分之"),
    COUNT: re.compile(rf"{_NUMBER}+\s*(?:次|个|人|名|家|套|位|种|户|份|条|平)"),
    QUANTITY: re.compile(r"\d|[一二两三四五六七八九十百千万]+(?:元|个|%|倍|名|人|家|次)"),
    CHANNEL: re.compile("小程序|公众号|平台|网站|网址|app|系统|专区|微信|登录|扫码"),
    PLACE: re.compile("地址|路|街|号楼|大厅|窗口|中心|服务厅|网点|平台|小程序|公众号|app|现场"),
    PAPERS: re.compile("(?<!虚假)(?<!不实)材料|资料|身份证|户口|证明|申请表|复印件|原件|凭证"),
    WHO: re.compile("人员|对象|家庭|企业|部门|机构|单位|负责|由"),
    CONDITIONS: re.compile("条件|符合|满足|下列|以下|以上|之一|应当|须|需|均可"),
    STEPS: re.compile("步骤|登录|点击|选择|填写|提交|提出|申请|办理|方式|通过|应当"),
    ALLOWED: re.compile("可以|可|不得|不能|无需|不需|不予|不再|不可|应当|允许|仍|须|需|禁止|有效"),
}

# How the headings of official documents name what stands below them (收费标准, 办理流程).
_WHEN = re.compile("时间|期限|时限|时段|日期|期间|有效期|安排")
_MONEY = re.compile("标准|金额|费用|收费|价格|额度|补贴|待遇|经费")
_HEADINGS = {
    **dict.fromkeys((TIME, YEARS, MONTHS, DAYS, HOURS, DATE, DEADLINE), _WHEN),
    **dict.fromkeys((AMOUNT, QUANTITY, COUNT, MOST, SUM), _MONEY),
    SHARE: re.compile("比例|标准|待遇|费率|利率"),
    PHONE: re.compile("电话|咨询|联系|投诉|服务热线"),
    PLACE: re.compile("地点|地址|机构|窗口|网点|渠道"),
    CHANNEL: re.compile("方式|渠道|途径|平台"),
    PAPERS: re.compile("材料|资料|证件|手续"),
    AGE: re.compile("条件|年龄|对象|范围"),
    WHO: re.compile("对象|范围|人员|部门|机构|职责|分工"),
    CONDITIONS: re.compile("条件|资格|对象|范围|要求"),
    STEPS: re.compile("方式|方法|流程|程序|步骤|渠道|途径|指引|操作"),
    PENALTY: re.compile("处理|处罚|责任|罚则|监督|违规|违法"),
}


def wanted(text: str) -> frozenset[str]:
    """The kinds of answer that normalised question text asks for."""
    return _read(text)[0]


def unasked(text: str) -> str:
    """What is left of normalised text without the words that ask (要带什么 → 要)."""
    return _read(text)[1]


def _read(text: str) -> tuple[frozenset[str], str]:
    kinds = {MOST} if _MOST.search(text) else set()
    for want, pattern in _ASKED.items():
        rest = pattern.sub(" ", text)
        if rest != text:
            kinds.add(want)
            text = rest
    return frozenset(kinds), text


def gives(want: str, text: str) -> bool:
    """Whether normalised text looks like an answer of that kind."""
    return bool(_ANSWERS[want].search(text))


def names(want: str, heading: str) -> bool:
    """Whether a normalised heading says that an answer of that kind stands below it."""
    return want in _HEADINGS and bool(_HEADINGS[want].search(heading))
