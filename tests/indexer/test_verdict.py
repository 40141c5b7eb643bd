"""无依据: what makes the honest answer "nothing", and what never does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from indexer.engine import Engine
from indexer.verdict import BestEntry, certainty, is_answered

from .conftest import item, public

SURE = BestEntry(score=12.0, rarest=3.0, missing=0.0, title=0.8, asked=2.0)


def test_an_entry_that_holds_the_words_and_names_them_answers() -> None:
    assert is_answered(SURE)


@pytest.mark.parametrize(
    "weaker",
    [replace(SURE, score=6.0), replace(SURE, missing=0.9), replace(SURE, title=0.1)],
    ids=["scores less", "lacks a subject", "not its title"],
)
def test_each_sign_speaks_one_way_only(weaker: BestEntry) -> None:
    assert certainty(weaker) < certainty(SURE)


def test_a_number_of_its_own_answers_whatever_else_is_missing() -> None:
    assert is_answered(BestEntry(0.0, 0.0, 1.0, 0.0, 1.0, numbers=1.0))


def test_no_score_is_no_answer() -> None:
    assert not is_answered(replace(SURE, score=0.0))


MATTERS = [
    ("library", "图书馆借阅证办理指南", "图书馆借阅证凭身份证办理，免收工本费，借期三十天。"),
    ("ferry", "轮渡月票购买指南", "轮渡月票在码头窗口购买，每张六十元，当月有效。"),
    ("garden", "植物园夜间开放公告", "植物园夏季夜间开放至二十一时，凭预约入园。"),
    ("kennel", "养犬登记证年审须知", "养犬登记证每年年审一次，凭免疫证明办理。"),
    ("stall", "早点摊位备案办法", "早点摊位向街道备案，凭健康证经营。"),
    ("meter", "水表校验收费标准", "水表校验每只收费三十元，合格的由用户承担。"),
]


@pytest.fixture
def city(engine: Engine) -> Engine:
    engine.apply([item(i, title, text) for i, title, text in MATTERS], [], marker=1)
    return engine


@pytest.mark.parametrize(
    "question", ["图书馆借阅证怎么办", "轮渡月票多少钱", "养犬登记证几年审一次", "水表校验收费吗"]
)
def test_what_an_entry_says_is_answered(city: Engine, question: str) -> None:
    assert city.search(question, public()).answered


@pytest.mark.parametrize("question", ["滑雪场缆车停运通知", "婚姻登记预约怎么取消"])
def test_what_no_entry_says_is_refused(city: Engine, question: str) -> None:
    assert not city.search(question, public()).answered


def test_a_turn_of_speech_no_entry_holds_is_no_missing_subject(city: Engine) -> None:
    assert city.search("呱唧呱唧轮渡月票购买", public()).answered
