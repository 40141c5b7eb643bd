"""Which questions ask for one matter: worked by hand, near but different matters stay apart."""

import pytest

from indexer.lexicon import default_lexicon
from indexer.segment import build_segmenter
from kb.gaps.grouping import Groups, compare
from kb.gaps.matter import Matter, Reader, as_json, from_json


@pytest.fixture(scope="module")
def reader() -> Reader:
    lexicon = default_lexicon()
    return Reader(build_segmenter(lexicon.user_words), lexicon)


def grouped(reader: Reader, *questions: str) -> list[int]:
    """The number of each question's group, groups numbered as they come up."""
    groups, numbers, found = Groups(), 0, []
    for question in questions:
        matter = reader.matter(question)
        placed = groups.place(matter)
        if placed is None:
            numbers += 1
        number = placed.group_id if placed else numbers
        groups.add(number, question, matter)
        found.append(number)
    return found


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("公租房怎么退租", "我想问一下公租房退租手续"),  # the same words, other filler
        ("狗证怎么办理", "养犬登记要多少钱"),  # another name; which part is asked does not matter
        ("请问失业金怎么领呀", "失业保险金领取条件"),  # short name and full name
        ("电动车怎么上牌啊", "电动车上牌"),
        ("居住证补办", "居住证丢了补办要什么材料"),  # more said of the same
        ("养老院收费标准", "养老院怎么申请"),
    ],
)
def test_questions_of_one_matter_come_together(reader: Reader, one: str, other: str) -> None:
    assert grouped(reader, one, other) == [1, 1]
    assert grouped(reader, other, one) == [1, 1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("公租房怎么退租", "公租房续租要什么材料"),  # another act
        ("居住证办理", "居住证补办"),
        ("小学报名时间", "初中报名时间"),  # another school
        ("鹭洲区停水", "汀南区停水"),  # another place
        ("2025年医保缴费标准", "2026年医保缴费标准"),  # another year
        ("社保怎么交", "社保怎么退"),  # single verbs that turn it round
        ("新生儿上户口", "新生儿医保怎么交"),
        ("共享单车乱停谁管", "共享单车押金不退"),
        ("公墓多少钱一个", "养老院多少钱"),  # only the form of the question is common
    ],
)
def test_near_but_different_matters_stay_apart(reader: Reader, one: str, other: str) -> None:
    assert grouped(reader, one, other) == [1, 2]
    assert grouped(reader, other, one) == [1, 2]


def test_a_short_question_draws_no_two_matters_together(reader: Reader) -> None:
    # 公租房 says half of each of the two others and is of neither.
    assert grouped(reader, "公租房", "公租房退租", "公租房续租", "公租房") == [1, 2, 3, 1]


def test_a_question_that_fits_one_member_and_contradicts_another_stays_out(
    reader: Reader,
) -> None:
    # 老年证补办 goes with 老年证; then 老年证年审 may not, for 补办 is there.
    first, second, third = grouped(reader, "老年证补办丢失", "老年证补办", "老年证年审")
    assert (first, second) == (1, 1)
    assert third == 2


@pytest.mark.parametrize("question", ["在哪里办理", "需要什么材料", "多少钱", "？？", ""])
def test_the_form_of_a_question_alone_is_no_matter(reader: Reader, question: str) -> None:
    assert reader.matter(question).said == ()
    assert Groups().place(reader.matter(question)) is None


def test_the_reason_names_what_both_say_and_what_only_one_does(reader: Reader) -> None:
    likeness = compare(reader.matter("公租房怎么退租"), reader.matter("公租房续租"))
    assert likeness.common == ("公租房",)
    assert likeness.only_one == ("退租",)
    assert likeness.only_other == ("续租",)
    assert likeness.are_apart
    # 1 of 2 is common on each side, all weigh the same: (1 + 1) / (2 + 2).
    assert likeness.share == 0.5


def test_the_oldest_of_equally_like_groups_is_taken(reader: Reader) -> None:
    groups = Groups()
    for number in (7, 3):
        groups.add(number, "狗证", reader.matter("狗证"))
    placed = groups.place(reader.matter("狗证怎么办"))
    assert placed is not None
    assert placed.group_id == 3


def test_a_matter_is_kept_and_read_back_whole(reader: Reader) -> None:
    matter = reader.matter("公租房怎么退租")
    assert from_json(as_json(matter)) == matter
    assert from_json([]) == Matter(())
