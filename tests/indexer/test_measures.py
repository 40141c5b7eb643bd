"""Ages and measures of a question: how they are read, and what a number alone may not answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from indexer.lexicon import Lexicon
from indexer.measures import bound_of, measures_in, stages_of, with_ages
from indexer.numerals import NotANumber, in_characters, value_of
from indexer.segment import JiebaSegmenter
from indexer.whoosh_engine import WhooshEngine

from .conftest import item, public


@pytest.mark.parametrize(
    ("said", "value", "unit"),
    [
        ("82岁", 82, "周岁"),
        ("八十二周岁", 82, "周岁"),
        ("十六度", 16, "℃"),
        ("租了两年", 2, "年"),
        ("满15天", 15, "日"),
        ("半年", 6, "个月"),
        ("一个半月", 45, "日"),
        ("两年半", 30, "个月"),
        ("四口人", 4, "人"),
        ("用了三百方水", 300, "立方米"),
        ("给三千吗", 3000, "元"),
        ("一百五块", 150, "元"),
    ],
)
def test_a_measure_is_read_in_digits_and_in_characters(said: str, value: int, unit: str) -> None:
    assert [(found.value, found.unit) for found in measures_in(said)] == [(value, unit)]


@pytest.mark.parametrize(
    "said",
    [
        "一年交多少",  # no count: a rate
        "2026年9月3日",
        "二六年",
        "三年级",
        "18路",
        "三方协议",
        "下半年",
        "第3年",
        "电话12345",
        "五百强",
        "从2025，开始",
        "坐18路",
    ],
)
def test_what_counts_nothing_is_no_measure(said: str) -> None:
    assert measures_in(said) == []


@pytest.mark.parametrize(("said", "value"), [("停车收我30，合理吗", 30), ("考了85", 85)])
def test_a_number_of_nothing_said_is_a_measure_without_a_unit(said: str, value: int) -> None:
    assert [(found.value, found.unit) for found in measures_in(said)] == [(value, "")]
    assert measures_in(said)[0].spellings == (str(value),)


def test_a_measure_is_looked_for_as_documents_write_it() -> None:
    assert measures_in("八十岁")[0].spellings == ("80周岁", "80岁", "八十周岁", "八十岁")
    assert measures_in("6个月")[0].spellings == ("6个月", "六个月", "半年")


@pytest.mark.parametrize(
    ("said", "read_as"),
    [
        ("我妈82了能领啥", "我妈82岁了能领啥"),
        ("爷爷今年九十一，身体好", "爷爷今年九十一岁，身体好"),
        ("我爸76斤", "我爸76斤"),
        ("我妈等了30分钟", "我妈等了30分钟"),
        ("我妈打了20了", "我妈打了20了"),
        ("我妈300了", "我妈300了"),
        ("我今年66了", "我今年66岁了"),
        ("我家老人85了", "我家老人85岁了"),
        ("孩子都15了", "孩子都15岁了"),
        # What nobody called an age: a mark, a queue, what is taken or paid for somebody.
        ("科目一我才80，能过吗", "科目一我才80，能过吗"),
        ("排队到我80了", "排队到我80了"),
        ("罚我60了", "罚我60了"),
        ("停车收我妈30，合理吗", "停车收我妈30，合理吗"),
        ("收了我爸70", "收了我爸70"),
        ("门票老人50，孩子30", "门票老人50，孩子30"),
    ],
)
def test_a_number_told_of_a_person_is_their_age(said: str, read_as: str) -> None:
    assert with_ages(said) == read_as


def test_an_age_stands_for_what_people_of_that_age_are_called() -> None:
    eighty, seventy, two = measures_in("80岁"), measures_in("70岁"), measures_in("2岁")
    assert stages_of(eighty[0], "80岁") == ("高龄", "老年人")
    assert stages_of(seventy[0], "70岁") == ("老年人",)
    assert stages_of(two[0], "2岁") == ("婴幼儿",)
    assert stages_of(eighty[0], "80岁的老人") == ()  # said already
    assert stages_of(measures_in("80元")[0], "80元") == ()


def test_an_old_age_falls_under_the_round_age_below_it() -> None:
    assert bound_of(measures_in("87岁")[0]) == ("80周岁", "80岁", "八十周岁", "八十岁")
    for said in ("80岁", "17岁", "87元"):
        assert bound_of(measures_in(said)[0]) == ()


@pytest.mark.parametrize("value", [0, 7, 10, 15, 80, 100, 105, 110, 1005, 1234])
def test_numbers_in_characters_are_read_as_written(value: int) -> None:
    assert value_of(in_characters(value)) == value


def test_numerals_that_are_no_number_are_refused() -> None:
    for text in ("二五", "百千", "零八"):
        with pytest.raises(NotANumber):
            value_of(text)


RECORDS = [
    item(
        "elder",
        "高龄津贴怎么领？",
        "本市户籍满80周岁的老年人，每人每月100元，家属可以代办补贴确认。",
    ),
    item("disabled", "残疾人补贴有哪些？", "困难残疾人生活补贴每月120元，护理补贴每月80元。"),
    item("child", "育儿补贴有没有？", "婴幼儿满80天起可以申请补贴，每年3600元。"),
    item("heat", "供热收费标准", "居民热费每平方米23元，室温不低于20℃。"),
]


@pytest.fixture(scope="module")
def engine(
    tmp_path_factory: pytest.TempPathFactory, segmenter: JiebaSegmenter, lexicon: Lexicon
) -> Iterator[WhooshEngine]:
    folder = tmp_path_factory.mktemp("measures") / "index"
    made = WhooshEngine.create(folder, segmenter, lexicon)
    made.apply(RECORDS, [], marker=1)
    yield made
    made.close()


@pytest.mark.parametrize(
    "asked",
    ["我爸80了有啥补贴", "我爸八十了有啥补贴", "我爸80岁有啥补贴", "爸爸今年八十，有补贴没"],
)
def test_an_age_finds_the_age_and_no_sum(engine: WhooshEngine, asked: str) -> None:
    assert engine.search(asked, public()).hits[0].item_id == "elder"


@pytest.mark.parametrize(
    "asked",
    [
        "80岁能跳伞吗",
        "二十度的酒好喝吗",
        "80块的鞋掉色",
        "考试我才80，能过吗",
        "120块的鞋掉色",
        "罚他100了",
    ],
)
def test_a_number_alone_answers_nothing(engine: WhooshEngine, asked: str) -> None:
    assert not engine.search(asked, public()).answered


@pytest.mark.parametrize(
    "said", ["三百千年半能退吗", "一二年半前交的", "十十个半月了", "三百千元退不退"]
)
def test_numerals_that_are_no_number_state_nothing(said: str) -> None:
    assert measures_in(said) == []
