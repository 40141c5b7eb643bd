"""Autocomplete by characters, pinyin, initials and mixtures; near questions. Invented phrases."""

import pytest

from indexer.segment import JiebaSegmenter
from indexer.suggest import MAX_PHRASES, Phrase, Suggester


def title(text: str, weight: int = 0, kind: str = "title") -> Phrase:
    return Phrase(text, kind, weight, text)


FUND = title("住房公积金提取指南", 3)
BUY = title("购房后公积金怎么提取", 9, "question")
PERMIT = title("居住证办理须知", 5)
BUS = title("老年公交卡年检", 1)
HEAT = title("暖气不热怎么报修", 2, "asked")


@pytest.fixture(scope="module")
def suggester(segmenter: JiebaSegmenter) -> Suggester:
    return Suggester([FUND, BUY, PERMIT, BUS, HEAT], segmenter)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("公积金", [BUY, FUND]),
        ("公", [BUY, BUS, FUND]),  # 公 begins a word in all three, heaviest first... see below
        ("gongjijin", [BUY, FUND]),
        ("gongjij", [BUY, FUND]),
        ("gjj", [BUY, FUND]),
        ("gjj提取", [FUND]),
        ("公积金tq", [FUND]),
        ("gongjj", [BUY, FUND]),
        ("jzz", [PERMIT]),
        ("juzhuzheng", [PERMIT]),
        ("ＪＺＺ", [PERMIT]),
        ("暖氣", [HEAT]),
        ("nqbr", [HEAT]),
        ("不存在", []),
        ("qqqq", []),
        ("", []),
        ("？！ 。", []),
        ("\x00\ud800", []),
    ],
)
def test_what_is_typed_finds(suggester: Suggester, typed: str, expected: list[Phrase]) -> None:
    found = suggester.suggest(typed)
    if typed == "公":
        assert set(found) == set(expected)
    else:
        assert found == expected


def test_a_words_beginning_comes_before_its_inside(segmenter: JiebaSegmenter) -> None:
    inside, begins = title("办事大厅医疗保险窗口", 50), title("险情上报", 0)
    assert Suggester([inside, begins], segmenter).suggest("险") == [begins, inside]


def test_the_most_used_comes_first_and_a_title_among_equals(segmenter: JiebaSegmenter) -> None:
    asked, question = title("停水问谁", 2, "asked"), title("停水多久", 2, "question")
    named, often = title("停水通知与查询", 2), title("停水报修电话", 7, "asked")
    found = Suggester([asked, question, named, often], segmenter).suggest("停水")
    assert found == [often, named, question, asked]


def test_a_text_is_suggested_once(segmenter: JiebaSegmenter) -> None:
    twice = [title("停水多久", 1), title("停水，多久？", 4, "asked")]
    assert Suggester(twice, segmenter).suggest("停水") == [twice[1]]


def test_the_list_is_bounded(segmenter: JiebaSegmenter) -> None:
    many = [title(f"补贴{number}", number) for number in range(30)]
    made = Suggester(many, segmenter)
    assert [one.weight for one in made.suggest("补贴", limit=3)] == [29, 28, 27]
    assert made.suggest("补贴" * 500) == []
    assert MAX_PHRASES >= 30_000


def test_one_built_from_an_earlier_one_finds_the_same(segmenter: JiebaSegmenter) -> None:
    earlier = Suggester([FUND, HEAT], segmenter)
    later = Suggester([FUND, BUY, PERMIT], segmenter, earlier)
    fresh = Suggester([FUND, BUY, PERMIT], segmenter)
    for typed in ("公积金", "gjj", "jzz", "gjj提取", "nqbr", "juzhu"):
        assert later.suggest(typed) == fresh.suggest(typed)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("公基金提取", FUND),  # a slip that sounds the same
        ("公积金能提取吗", FUND),
        ("暖气报修", HEAT),
    ],
)
def test_near_questions_share_pairs_or_sounds(
    suggester: Suggester, asked: str, expected: Phrase
) -> None:
    assert suggester.near([asked])[0] == expected


def test_nothing_is_near_what_is_about_something_else(suggester: Suggester) -> None:
    assert suggester.near(["火星移民船票"]) == []
    assert suggester.near(["公"]) == []
    assert suggester.near([""]) == []
