"""The reviewed lists of indexer/data: what every entry must be, and what it must not break."""

from __future__ import annotations

from collections import Counter

import pytest

from indexer import word_checks as checks
from indexer.filler import strike_filler
from indexer.lexicon import Lexicon
from indexer.query import Understood, understand
from indexer.segment import JiebaSegmenter

MOST_TARGETS = 4


class Everything:
    """A vocabulary that holds every word and hears none: only the lists decide."""

    def frequency(self, word: str) -> int:
        return 1

    def sounding(self, kind: str, key: str) -> list[tuple[str, int]]:
        return []


@pytest.fixture
def read(segmenter: JiebaSegmenter, lexicon: Lexicon):
    def reading(text: str) -> Understood:
        return understand(text, segmenter, lexicon, Everything())

    return reading


def test_every_matter_of_a_hotline_has_its_pairs(lexicon: Lexicon) -> None:
    assert len(lexicon.by_asked) >= 5000


def test_no_pair_stands_twice(lexicon: Lexicon) -> None:
    counts = Counter((entry.asked, entry.target) for entry in lexicon.synonyms)
    assert [pair for pair, count in counts.items() if count > 1] == []


def test_no_word_pulls_in_a_whole_list(lexicon: Lexicon) -> None:
    crowded = {asked: len(entries) for asked, entries in lexicon.by_asked.items()}
    assert {asked: count for asked, count in crowded.items() if count > MOST_TARGETS} == {}


def test_every_shipped_entry_is_sound(lexicon: Lexicon, segmenter: JiebaSegmenter) -> None:
    """The checks that an editor's own entries must pass, see indexer/word_checks.py."""
    problems = [
        *(text for word in lexicon.user_words for text in checks.check_user_word(word, lexicon)),
        *(
            text
            for entry in lexicon.synonyms
            for text in checks.check_synonym(entry.asked, entry.target, lexicon, segmenter)
        ),
        *(text for phrase in lexicon.filler for text in checks.check_filler(phrase, lexicon)),
        *(
            text
            for word in lexicon.function_words
            for text in checks.check_function_word(word, lexicon)
        ),
        *(
            text
            for wrong, right in lexicon.misspellings.items()
            for text in checks.check_misspelling(wrong, right, lexicon)
        ),
    ]
    assert problems == []


@pytest.mark.parametrize(
    "text",
    [
        "云汀市申请教师资格在哪报名",
        "其他问题找哪个窗口",
        "检查下水道要预约吗",
        "根据说明书安装热水器",
        "我的话费被多扣",
        "额度用完了",
        "亲属关系证明",
        "是工商银行吗",
        "心理咨询热线",
        "访问下载页面",
        "违反正常作息施工",
    ],
)
def test_filler_never_eats_into_neighbouring_words(
    lexicon: Lexicon, segmenter: JiebaSegmenter, text: str
) -> None:
    assert strike_filler(text, segmenter, lexicon) == (text, ())


@pytest.mark.parametrize(
    ("said", "subjects"),
    [
        ("喂，请问一下云汀公园几点开门", {"公园"}),
        ("您好麻烦帮我查一下滨河路的路灯", {"路灯"}),
        ("来电人咨询滑板车能不能上地铁", {"滑板车", "地铁"}),
        ("我听说图书馆要搬是不是真的", {"图书馆"}),
    ],
)
def test_the_subject_is_left_when_the_filler_is_gone(read, said: str, subjects: set[str]) -> None:
    kept = set(read(said).kept)
    assert subjects <= kept
    assert not kept & {"请问", "喂", "麻烦", "咨询", "听说", "您好"}


@pytest.mark.parametrize(
    "text",
    [
        "从新疆转来的电动车",
        "身份正常",
        "支付利息",
        "周末婚姻登记上班吗",
        "自己婚假",
        "出租凭什么涨价",
        "关注消费券",
        "申报消费税",
        "恢复盖章",
    ],
)
def test_a_slip_is_never_seen_across_two_right_words(read, text: str) -> None:
    assert read(text).corrections == ()


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("云汀市几号供暧", "供暖"),
        ("房屋租凭要登记吗", "房屋租赁"),
        ("老街折迁公告", "拆迁"),
        ("游泳馆消费卷", "消费券"),
    ],
)
def test_a_slip_of_shape_is_mended(read, typed: str, right: str) -> None:
    assert right in {read_as for _, read_as in read(typed).corrections}


@pytest.mark.parametrize(
    ("said", "official"),
    [
        ("云汀公园附近的红绿灯坏了", "交通信号灯故障"),
        ("我家楼上的阳光房", "违法建设"),
        ("骑电瓶车要戴头盔吗", "电动自行车"),
        ("邻居遛狗不拴绳", "携犬出户"),
        ("会员卡退钱", "退款"),
        ("水表坏了找谁", "水表"),
        ("刻章去哪备案", "印章刻制"),
        ("旧改什么时候轮到翠屏里", "老旧小区改造"),
    ],
)
def test_what_callers_say_also_asks_for_the_official_words(read, said: str, official: str) -> None:
    understood = read(said)
    looked_for = {target for _, target in understood.synonyms}
    assert official in looked_for | set(understood.kept)


@pytest.mark.parametrize(
    ("official", "everyday"),
    [("老年人", "老人"), ("用人单位", "公司"), ("配偶", "老婆"), ("违法建设", "阳光房")],
)
def test_everyday_words_lead_one_way_only(lexicon: Lexicon, official: str, everyday: str) -> None:
    assert official in {entry.target for entry in lexicon.by_asked[everyday]}
    assert everyday not in {entry.target for entry in lexicon.by_asked.get(official, [])}


@pytest.mark.parametrize(
    ("asked", "never"),
    [
        # Money for a child is not money for a parent.
        ("抚养费", "赡养费"),
        ("赡养费", "抚养费"),
        # Care of the old and insurance for old age; insurance of all kinds.
        ("养老", "养老保险"),
        ("保险", "社会保险"),
        ("失业金", "失业保险"),
        # A seal stamped is not a storey added; a firm that lists is not a car with plates.
        ("加盖", "违法建设"),
        ("挂牌", "机动车注册登记"),
        # Any settlement and any payment are not the refund of a doctor's bill.
        ("报销", "结算"),
        ("报销", "支付"),
        # What a grant is for is not a spouse; a degree is not a place at school.
        ("对象", "配偶"),
        ("学位", "招生计划"),
        ("书记", "村民委员会"),
        ("进去", "有期徒刑"),
        ("大队", "村民委员会"),
        ("条件", "申请条件"),
        ("发票", "增值税发票"),
        ("中毒", "食物中毒"),
        ("感染", "确诊病例"),
        ("预告", "预告登记"),
        ("加工", "承揽合同"),
        ("套餐", "电信资费"),
        ("处分", "政务处分"),
        ("鉴定", "司法鉴定"),
        ("单位", "用人单位"),
        ("借款", "贷款"),
        ("定金", "订金"),
        ("退保", "解除保险合同"),
        ("仲裁", "劳动争议仲裁"),
        ("押金", "定金"),
        ("出租人", "房东"),
        ("年检", "年度报告"),
        ("过期", "超过保质期的食品"),
    ],
)
def test_false_friends_are_not_linked(lexicon: Lexicon, asked: str, never: str) -> None:
    """Words with another meaning in another matter would bring answers to another question."""
    assert never not in {entry.target for entry in lexicon.by_asked.get(asked, [])}


@pytest.mark.parametrize(
    ("asked", "official"),
    [
        ("被裁了", "非因本人意愿中断就业"),
        ("老赖", "失信被执行人"),
        ("孩子归谁", "由一方直接抚养"),
        ("不给工资", "拖欠劳动报酬"),
        ("房东", "出租人"),
        ("过户", "转移登记"),
        ("撞车", "道路交通事故"),
        ("借条", "民间借贷"),
    ],
)
def test_verbs_and_situations_lead_to_the_words_of_the_law(
    lexicon: Lexicon, asked: str, official: str
) -> None:
    assert official in {entry.target for entry in lexicon.by_asked[asked]}


def test_an_exclamation_names_no_matter(lexicon: Lexicon) -> None:
    """热死了 tells of no death, 孩子不想要了 of no refund, 走了一下午 of no farewell."""
    asked = lexicon.by_asked
    everyday = ("死了", "不想要了", "看不见", "听不见", "瞎了", "老人走了", "我爸走了", "上家里")
    assert [said for said in everyday if said in asked] == []
    assert {"老人死了", "耳朵听不见", "眼睛看不见"} <= asked.keys()
