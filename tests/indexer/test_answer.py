from __future__ import annotations

import pytest

from indexer.answer import PassageText, best_answer, extract, mark
from indexer.query import Understood

TEXT = (
    "第一条 为规范供热，制定本规定。第二条 采暖期为每年11月15日至次年3月15日。"
    "第三条 居民卧室温度不得低于18摄氏度；达不到的，用户可以申请测温。"
)


@pytest.fixture
def ask(filled):
    from .conftest import public

    def asking(text: str) -> Understood:
        return filled.search(text, public()).understood

    return asking


def test_the_answer_is_whole_sentences_of_the_passage(ask) -> None:
    answer = extract(ask("卧室温度不能低于多少"), TEXT, limit=40)
    assert answer.text == "第三条 居民卧室温度不得低于18摄氏度；达不到的，用户可以申请测温。"
    assert TEXT[answer.start : answer.end] == answer.text


def test_matched_words_are_marked_where_they_stand(ask) -> None:
    answer = extract(ask("采暖期"), TEXT, limit=40)
    assert [TEXT[start:end] for start, end in answer.marks] == ["采暖期"]
    assert all(answer.start <= start < end <= answer.end for start, end in answer.marks)


def test_a_table_row_answers_with_its_row(ask) -> None:
    rows = "| 窗口 | 电话 |\n| 社保窗口 | 0799-8000001 |\n| 医保窗口 | 0799-8000002 |"
    answer = extract(ask("医保窗口电话"), rows, limit=30)
    assert answer.text == "| 医保窗口 | 0799-8000002 |"


def test_a_sentence_of_the_kind_asked_for_is_preferred(ask) -> None:
    text = "失业保险金由社保机构发放。失业保险金每月1980元。"
    assert "1980元" in extract(ask("失业保险金多少钱"), text, limit=20).text


@pytest.mark.parametrize("limit", [20, 50, 300])
def test_the_limit_is_never_exceeded_even_by_one_long_sentence(ask, limit: int) -> None:
    answer = extract(ask("供热"), "供热" + "很长的一句话" * 200, limit=limit)
    assert 0 < len(answer.text) <= limit


def test_nothing_is_answered_from_an_empty_passage(ask) -> None:
    assert extract(ask("供热"), "").text == ""
    with pytest.raises(ValueError, match="20"):
        extract(ask("供热"), TEXT, limit=5)


def test_the_best_of_several_passages_is_named(ask) -> None:
    passages = [
        PassageText(3, "", "本办法自印发之日起施行。"),
        PassageText(8, "", "申领失业保险金需要身份证。"),
    ]
    ordinal, answer = best_answer(ask("领失业保险金带什么材料"), passages)
    assert (ordinal, answer.text) == (8, "申领失业保险金需要身份证。")


def test_marks_in_any_text_point_into_it_as_written(ask) -> None:
    text = "《失業保險金》申領（ＡＰＰ）"
    assert [text[a:b] for a, b in mark(ask("失业保险金app"), text)] == ["失業保險金", "ＡＰＰ"]


def test_a_heading_that_stands_alone_is_not_the_answer(ask):
    passages = [
        PassageText(3, "办理方式", "办理方式"),
        PassageText(4, "办理方式", "方式：窗口；路径：二楼社保专区"),
    ]
    ordinal, answer = best_answer(ask("办理方式"), passages)
    assert (ordinal, answer.text) == (4, "方式：窗口；路径：二楼社保专区")


def test_the_lines_around_the_text_are_no_answer(ask):
    passages = [
        PassageText(0, "文件头", "关于调整校车停靠点的通知"),
        PassageText(1, "二、增设申请", "学校可以提出增设停靠点的申请。"),
    ]
    ordinal, _ = best_answer(ask("校车停靠点调整增设"), passages)
    assert ordinal == 1
