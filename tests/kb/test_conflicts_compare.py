"""Comparing two entries: what contradicts and what only looks like it. Invented texts."""

from datetime import date
from typing import Any

import pytest

from indexer.lexicon import default_lexicon
from indexer.segment import build_segmenter
from kb.conflicts.brief import Brief
from kb.conflicts.compare import Difference, compare
from kb.conflicts.entry import Entry, Passage
from kb.conflicts.statements import Reader
from kb.conflicts.words import Words

TITLE = "高龄津贴申领指南"
OTHER = "关于高龄津贴发放的通知"


@pytest.fixture(scope="module")
def reader() -> Reader:
    lexicon = default_lexicon()
    return Reader(Words(build_segmenter(lexicon.user_words), lexicon))


def entry(title: str, *texts: str, **more: Any) -> Entry:
    return Entry(title, [Passage(at, "", text) for at, text in enumerate(texts)], **more)


def found(reader: Reader, left: Entry, right: Entry) -> list[Difference]:
    return compare(Brief(left, reader), Brief(right, reader))


def printed(reader: Reader, left: str, right: str) -> list[tuple[str, str, str]]:
    """Attribute and both values as they are printed, for two texts on 高龄津贴."""
    differences = found(reader, entry(TITLE, left), entry(OTHER, right))
    return [
        (d.attribute, left[d.left.start : d.left.end], right[d.right.start : d.right.end])
        for d in differences
    ]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (
            "年满80周岁的，每人每月发给津贴100元。",
            "津贴标准为每月一百二十元。",
            ("补贴标准", "100元", "一百二十元"),
        ),
        (
            "材料齐全的，5个工作日内办结。",
            "办理时限：七个工作日。",
            ("办理时限", "5个工作日", "七个工作日"),
        ),
        (
            "咨询电话：0577-5550118。",
            "不明白的请拨打5550181。",
            ("咨询电话", "0577-5550118", "5550181"),
        ),
        (
            "办理地点：学府路5号三楼。",
            "请到学府路8号办理。",
            ("办理地址", "学府路5号三楼", "学府路8号办理"),
        ),
        (
            "受理时间：工作日9:00—12:00，13:30—17:00。",
            "工作日上午9点到12点、下午1点半到5点半受理。",
            ("办公时间", "9:00—12:00，13:30—17:00", "上午9点到12点、下午1点半到5点半"),
        ),
        (
            "申请人须年满80周岁。",
            "年龄条件：满八十五周岁。",
            ("年龄条件", "80周岁", "八十五周岁"),
        ),
        (
            "申请材料：身份证、户口簿。",
            "请带居民身份证、户口本和收入证明。",
            ("申请材料", "身份证、户口簿", "居民身份证、户口本和收入证明"),
        ),
        (
            "申请人须具有本市户籍。",
            "不限户籍，住在本市就可以领。",
            ("户籍条件", "具有本市户籍", "不限户籍"),
        ),
        (
            "请在3月31日前提交申请。",
            "申报截止时间：4月30日。",
            ("截止日期", "3月31日", "4月30日"),
        ),
    ],
)
def test_a_contradiction_names_attribute_and_both_values(
    reader: Reader, left: str, right: str, expected: tuple[str, str, str]
) -> None:
    assert printed(reader, left, right) == [expected]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("津贴每人每月1,000元。", "每月发给一千元津贴。"),
        ("津贴每月100元。", "津贴每年1200元。"),
        ("5个工作日内办结。", "办理时限：五个工作日。"),
        ("30日内办结。", "一个月内办结。"),
        ("咨询电话0577-5550118。", "咨询电话：（0577）5550118。"),
        ("地点：本市学府路5号三楼。", "请到学府路5号办理。"),
        ("时间：9:00—17:00。", "时间：上午9点到12点，下午1点半到5点。"),
        ("申请材料：身份证、户口簿。", "材料：户口本、居民身份证原件。"),
        ("申请材料：身份证、户口簿等。", "材料：身份证、户口簿、照片。"),
    ],
)
def test_one_value_in_two_notations_is_no_contradiction(
    reader: Reader, left: str, right: str
) -> None:
    assert printed(reader, left, right) == []


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("城市户籍老人每月100元。", "农村户籍老人每月80元。"),
        ("80—89周岁每月100元。", "90—99周岁每月200元。"),
        ("重度失能的，每月补贴300元。", "轻度失能的，每月补贴100元。"),
        ("2025年每月补贴80元。", "2026年每月补贴100元。"),
        ("5个工作日内办结。", "审核结果公示7个工作日。"),
        ("每月补贴100元。", "骗取补贴的，处500元罚款。"),
        ("补贴由每月80元提高到100元。", "每月补贴100元。"),
        ("80周岁以上每月100元，90周岁以上每月200元。", "满90周岁的，每月200元。"),
        ("咨询电话：0577-5550118。", "监督电话：0577-5550999。"),
        ("每月补贴100元。", "申请人须年满80周岁。"),
    ],
)
def test_other_groups_years_stages_and_branches_are_no_contradiction(
    reader: Reader, left: str, right: str
) -> None:
    assert printed(reader, left, right) == []


def test_another_matter_with_a_similar_name_is_no_contradiction(reader: Reader) -> None:
    left = entry("失业保险金申领指南", "10个工作日内办结。")
    assert found(reader, left, entry("失业补助金申领指南", "15个工作日内办结。")) == []
    assert len(found(reader, left, entry("失业保险金怎么领", "15个工作日内办结。"))) == 1


def test_a_district_sets_its_own_levels_and_has_its_own_window(reader: Reader) -> None:
    city = entry(TITLE, "每月补贴100元。", "咨询电话：5550118。")
    district = entry(
        "汀南区高龄津贴申领指南",
        "每月补贴120元。",
        "咨询电话：5669000。",
        regions=frozenset({"汀南区"}),
    )
    assert found(reader, city, district) == []
    other = entry(TITLE, "每月补贴150元。", regions=frozenset({"汀北区"}))
    assert found(reader, district, other) == []
    same = entry(OTHER, "每月补贴150元。", regions=frozenset({"汀南区"}))
    assert [d.attribute for d in found(reader, district, same)] == ["补贴标准"]
    named = entry(TITLE, "汀南区每月补贴150元。")
    assert [d.attribute for d in found(reader, district, named)] == ["补贴标准"]


def test_what_a_district_unit_says_to_the_whole_city_is_held_against_the_city(
    reader: Reader,
) -> None:
    home = frozenset({"汀南区"})
    city = entry(TITLE, "每月补贴100元。", "咨询电话：5550118。")
    unmarked = entry(OTHER, "每月补贴120元。", "咨询电话：5669000。", home=home)
    assert [d.attribute for d in found(reader, city, unmarked)] == ["补贴标准"]
    assert [d.attribute for d in found(reader, unmarked, city)] == ["补贴标准"]
    marked = entry(OTHER, "每月补贴120元。", regions=home, home=home)
    assert found(reader, city, marked) == []
    own = entry(TITLE, "每月补贴150元。", regions=home, home=home)
    assert [d.attribute for d in found(reader, unmarked, own)] == ["补贴标准"]
    neighbour = entry(TITLE, "每月补贴150元。", home=frozenset({"汀北区"}))
    assert found(reader, unmarked, neighbour) == []


def test_a_slip_in_the_number_of_one_window_is_seen_across_city_and_district(
    reader: Reader,
) -> None:
    city = entry(TITLE, "咨询电话：5550118。")
    slip = entry(TITLE, "咨询电话：5550181。", regions=frozenset({"汀南区"}))
    assert [d.attribute for d in found(reader, city, slip)] == ["咨询电话"]


def test_entries_that_never_hold_together_do_not_contradict(reader: Reader) -> None:
    old = entry(TITLE, "每月补贴100元。", end=date(2026, 12, 31))
    new = entry(OTHER, "每月补贴120元。", start=date(2027, 1, 1))
    assert found(reader, old, new) == []
    assert len(found(reader, old, entry(OTHER, "每月补贴120元。", start=date(2026, 6, 1)))) == 1


def test_a_title_that_asks_how_much_names_the_same_matter(reader: Reader) -> None:
    guide = entry("个人住房公积金贷款额度是多少？", "最高可贷20万元。")
    (difference,) = found(reader, guide, entry("公积金贷款能贷多少", "最高可以贷25万。"))
    assert difference.attribute == "贷款额度"


def test_an_entry_that_ends_the_other_by_name_does_not_contradict_it(reader: Reader) -> None:
    old = entry(TITLE, "每月补贴100元。")
    new = entry(OTHER, "每月补贴120元。", f"原《{TITLE}》同时废止。")
    assert found(reader, old, new) == []


def test_a_row_of_a_table_is_compared_with_the_same_row_only(reader: Reader) -> None:
    rows = ["等级：一级；每月补贴：120元", "等级：二级；每月补贴：80元"]
    left = Entry(TITLE, [Passage(at, "", row, "table_row") for at, row in enumerate(rows)])
    right = entry(OTHER, "一级每月补贴150元。", "二级每月补贴80元。")
    (difference,) = found(reader, left, right)
    assert (difference.left.ordinal, difference.right.ordinal) == (0, 0)


def test_one_matter_for_two_groups_of_people_is_no_contradiction(reader: Reader) -> None:
    left = entry("在校学生租房补贴申请指南", "办理时限：5个工作日。")
    right = entry("退休人员租房补贴申请指南", "办理时限：7个工作日。")
    assert found(reader, left, right) == []
    assert len(found(reader, left, entry("在校学生租房补贴怎么申请", "7个工作日办结。"))) == 1


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (
            entry("装修垃圾清运规定", "装修垃圾临时堆放不得超过48小时。"),
            entry("装修垃圾能放多久", "装修垃圾临时堆放最多三天。"),
            ["期限"],
        ),
        (
            entry("二手房转移登记指南", "10个工作日内办结。"),
            entry("二手房过户要几天", "5个工作日内办结。"),
            ["办理时限"],
        ),
        (
            entry("景区入园优惠规定", "65岁以上老人免费体检每年1次。"),
            entry("园区班车时刻", "65岁以上老人免费体检每年2次。"),
            [],  # one clause, and titles of which neither text speaks
        ),
    ],
)
def test_clauses_or_a_callers_words_show_that_the_matter_is_one(
    reader: Reader, left: Entry, right: Entry, expected: list[str]
) -> None:
    assert [d.attribute for d in found(reader, left, right)] == expected


def test_the_day_of_a_signature_is_no_time_limit(reader: Reader) -> None:
    assert printed(reader, "办理时限：15个工作日。", "高龄津贴办理指南\n2026年2月10日") == []


def test_two_names_of_one_group_of_people_are_one_group(reader: Reader) -> None:
    left = entry("长者乘车补贴申请指南", "本市老年人适用。办理时限：5个工作日。")
    right = entry("老年人乘车补贴申请指南", "长者可申请。办理时限：7个工作日。")
    assert [d.attribute for d in found(reader, left, right)] == ["办理时限"]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("申领高龄津贴不收费。", "证书邮寄费12元。"),
        ("申领高龄津贴不收费。", "津贴每月最高1200元。"),
        ("咨询电话：12349。", "咨询电话：0577-5550118。"),
        ("每年体检两次。", "每年体检2次。"),
        ("每年4月至5月申报。", "每年4月1日至5月31日申报。"),
        ("每户年用水量0-180立方米。", "每户年用水量不超过180吨。"),
    ],
)
def test_beside_one_another_or_otherwise_put_is_no_contradiction(
    reader: Reader, left: str, right: str
) -> None:
    assert printed(reader, left, right) == []


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("每年体检两次。", "每年体检1次。", ("次数限制", "两次", "1次")),
        ("每年4月至5月申报。", "每年6月至7月申报。", ("办理期间", "4月至5月", "6月至7月")),
        (
            "每户年用水量0-180立方米。",
            "每户年用水量不超过216吨。",
            ("数量", "0-180立方米", "216吨"),
        ),
        ("首小时5元，一天最高收25元。", "停一天最多收30元。", ("收费标准", "25元", "30元")),
        ("热线：0577-96301。", "有疑问请打96310。", ("咨询电话", "0577-96301", "96310")),
        ("津贴最高3万元。", "津贴能领5万。", ("补贴标准", "3万元", "5万")),
        ("证书在7个工作日内签发。", "9个工作日内办结。", ("办理时限", "7个工作日", "9个工作日")),
        ("乘车享受八五折优惠。", "老人乘车打7折。", ("折扣", "八五折", "7折")),
        ("对个人处1000元罚款。", "个人可能被罚2000元。", ("罚款", "1000元", "2000元")),
        (
            "参保满6个月的可以申请。",
            "缴费年限不足一年的，不能申请。",
            ("缴费年限", "6个月", "一年"),
        ),
        ("申请人限本市户籍。", "申请不受户籍限制。", ("户籍条件", "限本市户籍", "不受户籍")),
        (
            "申请材料为身份证、户口簿、照片。",
            "要带身份证、户口簿。",
            ("申请材料", "身份证、户口簿、照片", "身份证、户口簿"),
        ),
        (
            "**办理地点** 学府路5号",
            "请到学府路8号办理。",
            ("办理地址", "学府路5号", "学府路8号办理"),
        ),
    ],
)
def test_one_value_is_known_in_another_notation(
    reader: Reader, left: str, right: str, expected: tuple[str, str, str]
) -> None:
    assert expected in printed(reader, left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("补贴标准为每月100元。", "低保老人的补贴标准提高50元。"),
        ("补贴标准为每月100元。", "2024年以前的补贴标准为每月80元。"),
        ("津贴最高20万元。", "津贴惠及25万人，已发给30万老人。"),
        ("办卡每张收费20元。", "遗失补办每张收费5元。"),
        ("参保满一年的可以申请。", "缴费年限不足12个月的，不能申请。"),
    ],
)
def test_what_changed_or_comes_later_is_no_contradiction(
    reader: Reader, left: str, right: str
) -> None:
    assert printed(reader, left, right) == []


def test_an_answer_in_a_callers_words_names_the_matter_in_its_first_sentence(
    reader: Reader,
) -> None:
    guide = entry("结婚登记办事指南", "办理时间：9:00-12:00。")
    answer = entry("领证要带什么？", "办理结婚登记请带身份证。登记处办公时间8:30-12:00。")
    assert [d.attribute for d in found(reader, guide, answer)] == ["办公时间"]
    other = entry("上小学要准备什么？", "新生登记请带户口簿。登记处办公时间8:30-12:00。")
    assert found(reader, guide, other) == []


def test_the_row_of_a_table_of_two_says_what_its_value_is(reader: Reader) -> None:
    row = Passage(0, "", "项目：办结时限；内容：2个工作日", "table_row")
    (difference,) = found(reader, Entry(TITLE, [row]), entry(OTHER, "5个工作日内办结。"))
    assert difference.attribute == "办理时限"
