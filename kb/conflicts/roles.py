"""What a value is about (属性): the word near it that says what the sum, time or number is for."""

import re
from dataclasses import dataclass

from kb.conflicts.values import Kind


@dataclass(frozen=True)
class Role:
    """:ivar name: as people read it, e.g. 补贴标准. :ivar is_sure: a word of the text said so."""

    name: str
    is_sure: bool = True


def _table(*rows: tuple[str, str]) -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(pattern)) for name, pattern in rows)


# First the narrow ones: the first that stands nearest to the value wins, a tie goes to the upper.
_ROLES = {
    Kind.MONEY: _table(
        ("罚款", "罚款|处罚|被罚|罚(?=□)|罚金|违约金|滞纳金"),
        ("起付标准", "起付|门槛费"),
        ("最高支付限额", "封顶|最高支付|支付限额|年度限额|报销限额|报销上限"),
        ("收入标准", "收入|财产|资产|存款|净值"),
        ("保证金", "押金|保证金|定金"),
        ("贷款额度", "贷款|借款|授信|可贷|贷到"),
        (
            "缴费标准",
            "个人缴|缴费标准|缴费档|缴存额|保费|参保费|每人缴|缴纳(?:医保|养老|社保)|筹资|缴费",
        ),
        ("租金", "租金|房租"),
        ("价格", "水价|气价|电价|单价|票价|价格|售价|热价|元/立方米|元/度|每立方米|每度"),
        (
            "收费标准",
            "收费|费用|工本费|手续费|收取|交纳|学费|保教费|物业费|停车费|检测费|鉴定费|服务费|"
            "住宿费|餐费|(?<!生活)(?<!安家)(?<!营养)(?<!补助)(?<!抚恤)(?<!丧葬)(?<!护理)(?<!交通)费$|"
            "免费|不收|付费|收(?=□)",
        ),
        (
            "补贴标准",
            "生活费|安家费|营养费|抚恤费|丧葬费|护理费|交通费|补贴|补助|津贴|奖励|奖补|奖金|"
            "救助|发给|发放|资助|抚恤|慰问|待遇|保险金|保障标准|低保|失业金|养老金|给予|"
            "定额|支付|补到|领取|可领|能领|领到|拿到|发[到多]?|补(?![发办领换缴录正考种])",
        ),
    ),
    Kind.SHARE: _table(
        ("利率", "利率|利息|贴息"),
        ("首付比例", "首付"),
        ("报销比例", "报(?=□)|报销|支付比例|统筹|基金支付|自付|住院|门诊"),
        ("缴费比例", "缴费|缴存|费率"),
        ("折扣", "打(?=□)|折|优惠|减免|减征|减按"),
        ("补贴比例", "补贴|补助|补|给予|奖励"),
    ),
    Kind.DURATION: _table(
        ("延长期限", "延长|延期|顺延"),
        ("公示期", "公示"),
        ("有效期", "有效期|有效|(?<!公示)期满|签注|到期|管用"),
        (
            "缴费年限",
            "缴费|缴存|参保|缴纳|缴满|投保|缴社保|交社保|交满|缴了|交够|交了|"
            "参加(?:社会|养老|医疗|职工)[^，。]{0,6}保险",
        ),
        ("居住年限", "居住(?!证)|居住证[^，。]{0,4}(?:满|办了)|暂住|住满|住够"),
        ("从业年限", "从业|工作满|任职|就业满|工龄|服务满|经营满|经营|在岗|实践"),
        ("补发期限", "补发|补缴|追溯|补领"),
        ("贷款期限", "贷款|还款|借款"),
        ("产假期限", "产假|休假|假期|护理假|陪产|育儿假|婚假"),
        (
            "领取期限",
            "领取期限|享受期|享受期限|最长领|可领|领取(?!之)|享受|补贴期限|发放期限|补贴期|能领|连续补",
        ),
        ("答复时限", "答复|回复|反馈|回访"),
        ("到账时限", "到账|拨付|发放到|打到|打入|支付|划拨|到卡|发放|打款|拨款"),
        ("取证时限", "取证|拿到(?!以?后|之后)|制作|制发|领证|寄出|送达|发证|制证|出证|领取证"),
        ("受理时限", "受理(?!之|申请之|后|机构|机关|部门|单位|窗口)"),
        (
            "申请期限",
            "内[^，。]{0,8}(?:申请|申领|申报|提出|登记|报名|补办|备案|报销|办理(?!完)|"
            "缴|复议|起诉)|申请(?:期限|时限|时间)|逾期|提前|前提出|之日起[^，。]{0,12}(?:申请|"
            "申领|申报|提出|登记|报名|备案)",
        ),
        (
            "办理时限",
            "办结|办理|办理期限|办好|办完|审核|审批|审查|决定|完成|时限|出结果|审定|核准|核定|核验|批复|评定|签发(?!之|日)|给出|作出",
        ),
    ),
    Kind.DATE: _table(
        ("执行日期", "起[，,]|□起$"),
        ("发放日", "发放|发到|到账|打到|打入|发"),
        ("截止日期", "截止|截至|止|前|逾期|结束|最迟|之前|不晚于"),
        ("办理期间", "期间|集中|窗口期|办理|缴费|申报|报名|申请|受理|登记|参保"),
        ("开始日期", "开始|起|自|启动|开通"),
    ),
    Kind.AGE: _table(("年龄条件", "")),
    Kind.PHONE: _table(
        ("监督电话", "监督|投诉|举报"),
        ("值班电话", "值班|夜间|24小时|抢修|报修|应急"),
        ("咨询电话", ""),
    ),
    Kind.ADDRESS: _table(("办理地址", "")),
    Kind.HOURS: _table(
        ("禁止时段", "禁止|不得|禁停|限行|停止|噪[声音]|违"),
        ("开放时间", "开放|停车|泊位|游园|闭馆|营业|开馆"),
        ("办公时间", "办公|工作|服务|受理|窗口|上班|对外|时间|办理|咨询|接听"),
    ),
    Kind.MATERIALS: _table(("申请材料", "")),
    Kind.RULE: _table(("办理条件", "")),
    Kind.COUNT: _table(
        ("建筑面积", "面积|建筑"),
    ),
}
_FALLBACK = {
    Kind.MONEY: "金额",
    Kind.SHARE: "比例",
    Kind.DURATION: "期限",
    Kind.DATE: "日期",
    Kind.COUNT: "数量",
    Kind.HOURS: "时段",
}
# Roles that a writer may use for one and the same value.
_NEAR = (
    {"补贴标准", "金额"},
    {"收费标准", "价格", "缴费标准"},
    {"收费标准", "价格", "金额"},
    {"申请期限", "期限"},
    {"到账时限", "期限"},
    {"办理时限", "期限", "受理时限"},
    {"办理时限", "取证时限"},
    {"到账时限", "办理时限"},
    {"到账时限", "取证时限"},
    {"产假期限", "领取期限"},
    {"领取期限", "期限"},
    {"有效期", "期限"},
    {"截止日期", "办理期间", "日期"},
    {"开始日期", "办理期间", "日期"},
    {"发放日", "日期"},
    {"补贴比例", "比例"},
    {"报销比例", "比例"},
    {"缴费比例", "比例"},
    {"折扣", "比例"},
    {"贷款额度", "金额"},
    {"最高支付限额", "金额"},
    {"补贴标准", "最高支付限额"},
    {"办公时间", "开放时间"},
    {"办公时间", "时段"},
)
_MEASURES = ("平方米", "亩")
UNSURE = frozenset(_FALLBACK.values())


def role_of(kind: Kind, own: str, at: int, before: str, label: str, unit: str = "") -> Role:
    """The role of a value.

    :param own: its clause; :param at: where the value stands in it.
    :param before: the clauses before it in the sentence, nearest last.
    :param label: what the sentence, heading and title are about, nearest last.
    :param unit: of a quantity, which tells what a count counts.
    """
    rows = _ROLES[kind]
    if kind == Kind.COUNT and unit not in _MEASURES:
        return Role("次数限制") if unit == "次" else Role(_FALLBACK[kind], is_sure=False)
    if len(rows) == 1:
        return Role(rows[0][0])
    for text, place in (
        (own, at),
        (label.split("\n")[-1], 10_000),
        (before, len(before)),
        (label, 10_000),
    ):
        if text is label and kind == Kind.PHONE:
            continue  # 投诉 in a title names the matter, not the desk behind each number
        named = _first(rows, text) if text is label else _nearest(rows, text, place)
        if named:
            return Role(named)
    return Role(_FALLBACK.get(kind, rows[-1][0]), is_sure=kind not in _FALLBACK)


def _first(rows: tuple[tuple[str, re.Pattern[str]], ...], text: str) -> str:
    return next((name for name, pattern in rows if pattern.search(text)), "")


def names_role(kind: Kind, role: Role, word: str) -> bool:
    """Whether a word only says the role (报销比例, 统筹基金), and so tells no attribute apart."""
    return any(name == role.name and pattern.search(word) for name, pattern in _ROLES[kind])


def _nearest(rows: tuple[tuple[str, re.Pattern[str]], ...], text: str, at: int) -> str:
    best: tuple[int, str] = (10_000_000, "")
    for name, pattern in rows:
        if not pattern.pattern:
            break
        for found in pattern.finditer(text):
            # What stands before a value names it more often than what follows.
            gap = at - found.end() if found.end() <= at else (found.start() - at) * 2 + 6
            if max(gap, 0) < best[0]:
                best = (max(gap, 0), name)
    return best[1]


def of_free() -> Role:
    """The role of 免费 and 不收费, whatever stands around them."""
    return Role("收费标准")


def are_compatible(left: Role, right: Role) -> bool:
    """Whether two roles may be names for one attribute."""
    return left.name == right.name or any({left.name, right.name} <= near for near in _NEAR)


def may_be_one(left: Role, right: Role) -> bool:
    """Whether nothing that the texts say of two values tells their roles apart."""
    return not (left.is_sure and right.is_sure) or are_compatible(left, right)
