"""Entries whose titles name a matter differently, and what shows that it is one. Invented texts."""

from datetime import date

import pytest

from indexer.lexicon import default_lexicon
from indexer.segment import build_segmenter
from kb.conflicts.brief import Brief
from kb.conflicts.compare import compare
from kb.conflicts.entry import Entry, Passage
from kb.conflicts.quantities import quantities
from kb.conflicts.statements import Reader
from kb.conflicts.words import Words

GUIDE = (
    "申请材料：申请表、营业执照、场地平面图。",
    "登记费每摊150元，自受理之日起8个工作日内办结。",
    "登记证有效期两年，地址：柳荫路12号，电话：5550118。",
)
HALL = "地址：柳荫路12号。电话：5550118。受理时间：9:00-17:00。"


@pytest.fixture(scope="module")
def reader() -> Reader:
    lexicon = default_lexicon()
    return Reader(Words(build_segmenter(lexicon.user_words), lexicon))


def entry(title: str, *texts: str, day: date | None = None) -> Entry:
    return Entry(title, [Passage(at, "", text) for at, text in enumerate(texts)], today=day)


def found(reader: Reader, left: Entry, right: Entry) -> list[str]:
    return sorted(d.attribute for d in compare(Brief(left, reader), Brief(right, reader)))


def test_texts_that_agree_in_most_are_compared_whatever_their_titles_say(reader: Reader) -> None:
    guide = entry("夜间经营点备案", *GUIDE)
    answer = (
        "带申请表、营业执照、场地平面图去柳荫路12号。",
        "一个摊收一百五，八个工作日出结果，登记证管两年。",
    )
    assert found(reader, guide, entry("夜里摆摊要备案吗？", *answer)) == []
    other = [text.replace("八个工作日", "五个工作日") for text in answer]
    assert found(reader, guide, entry("夜里摆摊要备案吗？", *other)) == ["办理时限"]


def test_one_hall_for_two_matters_does_not_make_them_one(reader: Reader) -> None:
    left = entry("夜间经营点备案", f"{HALL}10个工作日办结，收费50元。")
    right = entry("犬只免疫登记", f"{HALL}3个工作日办结，收费20元。")
    assert found(reader, left, right) == []


def test_a_year_that_is_over_does_not_contradict_the_rule_of_today(reader: Reader) -> None:
    day = date(2026, 5, 7)
    rule = entry("高龄津贴申领指南", "津贴每月100元。", day=day)
    assert found(reader, rule, entry("2024年度高龄津贴通知", "津贴每月80元。", day=day)) == []
    assert found(reader, rule, entry("高龄津贴说明", "2024年度津贴每月80元。", day=day)) == []
    this_year = entry("2026年度高龄津贴通知", "津贴每月80元。", day=day)
    assert found(reader, rule, this_year) == ["补贴标准"]


def test_what_is_for_a_group_that_the_other_never_names_is_apart(reader: Reader) -> None:
    general = entry("公园游览年票办理指南", "年票每张120元。")
    assert found(reader, general, entry("学生公园游览年票办理指南", "年票每张60元。")) == []
    both = entry("公园游览年票办理指南", "年票每张120元，学生凭证购买。")
    assert found(reader, both, entry("学生公园游览年票办理指南", "年票每张60元。")) != []


def test_labels_in_brackets_begin_a_statement_each(reader: Reader) -> None:
    left = entry("夜间经营点备案指南", "【办理时限】8个工作日　【收费】不收费　【电话】5550118")
    right = entry("夜间经营点备案怎么办", "【办理时限】6个工作日　【收费】30元　【电话】5550118")
    assert found(reader, left, right) == ["办理时限", "收费标准"]


@pytest.mark.parametrize(
    ("text", "kind", "value", "unit"),
    [
        ("一方3块1", "money", "3.1", "元"),
        ("每斤三块五。", "money", "3.5", "元"),
        ("一年交一百五。", "money", "150", "元"),
        ("最多能取1.8万，", "money", "18000.0", "元"),
        ("按三分之二补", "share", "66.6667", "%"),
        ("补实际费用的2/3。", "share", "66.6667", "%"),
        ("加收1‰的违约金", "share", "0.1000", "%"),
        ("可以先付一半。", "share", "50", "%"),
        ("停不到一刻钟", "duration", "15", "分钟"),
        ("用气400方以内", "count", "400", "立方米"),
    ],
)
def test_spoken_amounts_and_fractions(text: str, kind: str, value: str, unit: str) -> None:
    (reading,) = quantities(text)
    assert (reading.kind, str(reading.meaning.low), reading.meaning.unit) == (kind, value, unit)


@pytest.mark.parametrize("text", ["2026/3/1前报名", "第1/2页", "一个月发六百元", "二分之一处"])
def test_dates_pages_and_what_is_counted_by_are_no_lengths_or_shares(text: str) -> None:
    kinds = {str(reading.kind) for reading in quantities(text)}
    assert kinds <= ({"money"} if "元" in text else {"share"} if "分之" in text else set())
