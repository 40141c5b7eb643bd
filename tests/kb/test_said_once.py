"""What a card says once: 结论, 口播 and the clause, told apart by their words alone."""

import pytest

from kb.presenters.said_once import is_clause_said, is_conclusion_spoken

ONE = "渡轮月票凭身份证补办一次。"


def card(conclusion: str, script: str, clause: str, **more: object) -> dict[str, object]:
    kind = more.pop("clause_kind", "text")
    known = {"title": "渡轮月票丢了能补吗？", "kind": "qa", "facts": []}
    known |= {"conclusion": conclusion, "script": script}
    return known | {"clause": {"kind": kind, "text": clause}} | more


def test_one_sentence_stands_once() -> None:
    same = card(ONE, ONE, f"（一）{ONE}")
    assert is_conclusion_spoken(same)
    assert is_clause_said(same)


@pytest.mark.parametrize(
    ("conclusion", "script", "spoken"),
    [
        ("能补一次。", "您好，渡轮月票凭身份证补办一次。", False),
        ("能补一次。", "能补一次，请到码头服务台。", True),
        # A long conclusion, of which the 口播 has room for the beginning alone.
        ("能补一次。补办要先挂失，挂失三天后办。", "能补一次。", False),
        ("", "能补一次。", True),
    ],
)
def test_a_conclusion_is_left_out_only_where_all_of_it_is_said(
    conclusion: str, script: str, spoken: bool
) -> None:
    assert is_conclusion_spoken(card(conclusion, script, "")) is spoken


def test_a_row_of_a_table_is_the_same_in_writing_and_in_speech() -> None:
    row = "票种：月票；票价（元/张）：90"
    assert is_conclusion_spoken(card(row, "票种：月票，票价90元/张", row, clause_kind="table_row"))


def test_a_clause_that_says_more_stays() -> None:
    assert not is_clause_said(card(ONE, ONE, f"{ONE}补办三天后可取。"))
    assert not is_clause_said(card(ONE, ONE, f"{ONE}\n来源：《渡轮月票问答》"))


def test_what_the_fields_beside_it_show_is_said() -> None:
    fee = [{"name": "fee", "label": "费用", "value": "每张 15 元", "is_asked": False}]
    clause = f"{ONE}\n费用：每张 15 元"
    assert is_clause_said(card(ONE, ONE, clause, facts=fee))
    assert not is_clause_said(card(ONE, ONE, clause))


def test_the_card_of_a_number_shows_no_conclusion_that_could_stand_for_the_clause() -> None:
    assert not is_clause_said(card(ONE, "电话 0999-8000001。", ONE, kind="contact"))


@pytest.mark.parametrize(
    ("script", "clause"),
    [
        ("每立方米2.86元。", "86元。"),
        ("每月二百三十元。", "三十元。"),
        ("不可以办理。", "可以办理。"),
        ("电话 0999-80000012。", "电话 0999-8000001。"),
    ],
)
def test_words_inside_others_that_say_something_else_are_not_said(script: str, clause: str) -> None:
    assert not is_clause_said(card("", script, clause))
    assert not is_conclusion_spoken(card(clause, script, ""))
    assert is_clause_said(card("", clause, clause))
