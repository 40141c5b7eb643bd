"""Words that part groups, levels and kinds of one matter (城市/农村, 一级/二级, 首次/再次).

Two clauses that stand on different sides of one row do not contradict each other.
"""

import re
from collections.abc import Mapping

_ROWS: tuple[Mapping[str, str], ...] = (
    {"城": "城市|城镇|城区", "乡": "农村|乡村|农业户"},
    {
        "本地": "本市户籍|本地户籍|户籍在本|本市户口|市内",
        "外地": "非本市|外地|外省|外市|市外|异地|省外|跨省",
        "境外": "港澳|台湾|外籍|境外",
    },
    {
        "职工": "职工|在职|用人单位|单位参保|单位就业",
        "居民": "(?<!非)居民(?!身份证|最低)",
        "非居民": "非居民|工商业用",
        "灵活": "灵活就业|个体|自由职业",
    },
    {"单位": "^单位|企业(?!职工)|单位(?:申|缴存|开户|账户)|法人|机构", "个人": "个人|自然人"},
    {"退休": "退休", "在职": "在职"},
    {
        "一级": "一级|Ⅰ级|一档|第一档|一类|甲级|第一阶梯|特级甲",
        "二级": "二级|Ⅱ级|二档|第二档|二类|乙级|第二阶梯",
        "三级": "三级|Ⅲ级|三档|第三档|三类|丙级|第三阶梯",
        "四级": "四级|Ⅳ级|四档|四类",
        "五级": "五级|五档|五类",
        "基层": "基层|社区卫生|乡镇卫生院|一级及以下",
    },
    {
        "本科": "本科|学士",
        "硕士": "硕士",
        "博士": "博士",
        "大专": "大专|专科|高职",
        "中专": "中专|中职|技校",
    },
    {
        "初级": "初级(?!中学)|五级工",
        "中级": "中级|四级工",
        "高级": "(?<!最)高级(?!中学|技师)|三级工",
        "技师": "(?<!高级)技师",
        "高级技师": "高级技师",
    },
    {
        "幼": "幼儿园|(?<![开放入])学前",
        "小学": "小学",
        "初中": "初中|初级中学",
        "高中": "高中|高级中学",
        "大学": "大学|高校|高等学校",
    },
    {
        "首": "首次|初次|第一次|首套|新办|首办|新申请",
        "再": "再次|第二次|二套|第二套|复审|续办|续签|续期|延续|换领|换发|换证",
        "补": "补领|补办|补发证|遗失|丢失",
        "变更": "变更",
        "注销": "注销",
        "复议": "复议|复评|重新(?:评定|鉴定)|申诉|(?<!无)异议",
    },
    {"男": "男(?:性|职工|方|子|生|$|满|年)", "女": "女(?:性|职工|方|子|生|$|满|年)|妇女"},
    {"门诊": "门诊", "住院": "住院"},
    {"冬": "冬季|冬令|采暖期|供暖期", "夏": "夏季|夏令"},
    {
        "工作日": "工作日|周一至周五|周一到周五|星期一至星期五",
        "周末": "周末|周六|周日|双休|节假日|星期六",
    },
    {
        "单人": "单身|单缴存|单方|一人|个人缴存|单职工",
        "双人": "双方|夫妻双|双缴存|两人|双职工|家庭",
    },
    {
        "多孩": "多子女|多孩",
        "一孩": "一孩|第一个子女|一胎|头胎",
        "二孩": "二孩|第二个子女|二胎|两孩",
        "三孩": "三孩|第三个子女|三胎",
    },
    {"轻度": "轻度", "中度": "中度", "重度": "重度|极重"},
    {"分散": "分散供养|散居", "集中": "集中供养"},
    {"租房": "租房|租赁|租住|承租", "购房": "购房|买房|购买[^，。]{0,6}(?:住房|房屋)"},
    {"新房": "新建(?:商品)?房|新房|一手房|商品房", "旧房": "二手房|存量房"},
    {"新": "新建|新增|新装|新购|新置", "更新": "更新|改建|扩建|改造|翻新"},
    {side: f"{side}[级类型款]" for side in "ABCD"},
    {"加急": "加急|特急|绿色通道", "普通": "普通件|一般件"},
    {"全日": "全日制|全额", "半日": "非全日|半额"},
    {"年": "年票|年卡|年费", "月": "月票|月卡|月费", "次": "单次|次票|日票"},
    {"大型": "大型|重型|大车", "小型": "小型|轻型|微型|小车"},
    {
        "学生": "学生|在校",
        "老人": "老年人|老人|高龄",
        "儿童": "儿童|婴幼儿|未成年|孤儿",
        "残疾": "残疾",
        "军人": "退役|军人|军属",
        "毕业生": "毕业生",
        "失业者": "失业人员|下岗",
        "农民": "农民工|农民",
        "孕": "孕妇|产妇|孕产",
    },
    {"生产": "生产|制造", "经营": "经营", "使用": "使用"},
    {"首次装": "线上|网上|网办|手机|小程序", "窗": "窗口|现场|线下|柜台"},
)
_OF_HOUSEHOLD, _OF_STAGE = (
    next(at for at, row in enumerate(_ROWS) if side in row) for side in ("本地", "补")
)
# What is done to something that one has already, at a price and in a time of its own.
_LATER = frozenset({"补", "变更", "注销", "复议"})
_COMPILED = tuple(
    tuple((side, re.compile(pattern)) for side, pattern in row.items()) for row in _ROWS
)
# Rows on how something is done; they part values only when both clauses name one.
Sides = tuple[frozenset[str], ...]


def sides_of(text: str) -> Sides:
    """On which sides a levelled text stands, row by row; an empty set where it says nothing."""
    return tuple(
        frozenset(side for side, pattern in row if pattern.search(text)) for row in _COMPILED
    )


def on_other_sides(left: Sides, right: Sides) -> bool:
    """Whether two clauses stand on different sides of a row."""
    return any(
        one and other and one.isdisjoint(other) for one, other in zip(left, right, strict=True)
    )


def without_household(sides: Sides) -> Sides:
    """The sides but for where one is registered, which a rule on it is itself about."""
    return tuple(side if at != _OF_HOUSEHOLD else frozenset() for at, side in enumerate(sides))


def is_later_step(left: Sides, right: Sides) -> bool:
    """Whether only one of two is about a replacement, a change or a cancellation."""
    one, other = left[_OF_STAGE], right[_OF_STAGE]
    return bool(one ^ other) and not (one and other) and (one | other) <= _LATER


def said_by_one(left: Sides, right: Sides) -> int:
    """How many rows only one of the two names."""
    return sum(bool(one) != bool(other) for one, other in zip(left, right, strict=True))
