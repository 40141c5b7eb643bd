"""无依据: what makes the honest answer "nothing", and what never does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from indexer.best_entry import Place, subjects_of
from indexer.engine import Engine
from indexer.postings import NO_IDS, Postings, TermPostings
from indexer.query import Alternative, Concept
from indexer.verdict import BestEntry, Subjects, certainty, is_answered

from .conftest import item, public

SAID = Subjects(asked=2.0, title=0.8, lost=0.0, unnamed=0.0)
SURE = BestEntry(score=12.0, rarest=3.0, subjects=SAID)


def test_an_entry_that_holds_the_words_and_names_them_answers() -> None:
    assert is_answered(SURE)


@pytest.mark.parametrize(
    "weaker",
    [
        replace(SURE, score=6.0),
        replace(SURE, subjects=replace(SAID, lost=4.0)),
        replace(SURE, subjects=replace(SAID, unnamed=0.9)),
        replace(SURE, subjects=replace(SAID, title=0.1)),
    ],
    ids=["scores less", "lacks what others have", "lacks a thing", "not its title"],
)
def test_each_sign_speaks_one_way_only(weaker: BestEntry) -> None:
    assert certainty(weaker) < certainty(SURE)


def test_a_number_of_its_own_answers_whatever_else_is_missing() -> None:
    assert is_answered(replace(SURE, score=0.0, subjects=replace(SAID, lost=9.0), numbers=1.0))


def test_no_score_is_no_answer() -> None:
    assert not is_answered(replace(SURE, score=0.0))


NOT_HERE, HERE = 0, 1  # of two candidates the second is looked at


def _stands(items: list[int], found: int, *, titled: bool = False) -> TermPostings:
    ids = np.array(items, np.int32)
    postings = Postings(ids, np.ones(len(ids), np.float32), 1.0, found)
    return TermPostings(postings, postings, ids if titled else NO_IDS)


def test_what_an_entry_has_of_the_question_by_hand() -> None:
    table = {
        "码头": _stands([HERE], 3, titled=True),
        "彩票": _stands([NOT_HERE], 1),
        "头彩": _stands([NOT_HERE], 1),
        "兑奖": _stands([], 0),
    }

    def lookup(group: str, term: str) -> TermPostings:
        return table[term]

    concepts = [
        Concept("码头", 1.0, (Alternative(("码头",), "exact", "码头"),)),
        Concept("彩票", 0.8, (Alternative(("彩票",), "exact", "彩票"),)),
        Concept("兑奖", 0.5, (Alternative(("兑奖",), "exact", "兑奖"),)),
    ]
    grams = [("码头", 0.9), ("头彩", 0.6), ("彩票", 0.5), ("兑奖", 0.7)]
    place = Place(lookup, lookup, HERE, entries=10)
    many = place._replace(entries=1_000)
    subjects = subjects_of(concepts, grams, {"彩票", "码头"}, place)
    assert subjects.asked == pytest.approx(1.89)
    assert subjects.title == pytest.approx(1 / 1.89)
    # 兑奖 stands nowhere, so it is no loss; 头彩 only stands where two words meet.
    assert subjects.lost == pytest.approx(0.5)
    assert subjects.unnamed == pytest.approx(0.8)
    # One of a thousand has 彩票 by chance: it was no subject to be missed.
    assert subjects_of(concepts, grams, set(), many).lost == 0.0


def test_a_measure_is_missed_where_it_is_not_stated_and_never_answers_alone() -> None:
    table = {
        "82": _stands([HERE], 2),
        "周岁": _stands([NOT_HERE], 2),
        "码头": _stands([NOT_HERE], 2),
    }

    def lookup(group: str, term: str) -> TermPostings:
        return table[term]

    age = Concept("82岁", 0.8, (Alternative(("82", "周岁"), "exact", "82岁"),), is_measure=True)
    pier = Concept("码头", 1.0, (Alternative(("码头",), "exact", "码头"),))
    place = Place(lookup, lookup, HERE, entries=10)
    subjects = subjects_of([age, pier], [], set(), place)
    assert subjects.unnamed == pytest.approx(0.4)  # half of it: the number, not the unit
    assert subjects.only_measured
    assert not is_answered(replace(SURE, subjects=replace(SAID, only_measured=True)))
    table["码头"] = _stands([HERE], 2)
    assert not subjects_of([age, pier], [], set(), place).only_measured


def test_what_an_age_stands_for_is_no_sign_and_half_a_phrase_is_not_said() -> None:
    table = {
        "82": _stands([HERE], 2),
        "周岁": _stands([HERE], 2),
        "高龄": _stands([HERE], 2),
        "科目": _stands([HERE], 2),
        "一": _stands([NOT_HERE], 2),
    }

    def lookup(group: str, term: str) -> TermPostings:
        return table[term]

    said = Alternative(("82", "周岁"), "exact", "82岁")
    stage = Alternative(("高龄",), "synonym", "82岁", 0.7)
    age = Concept("82岁", 0.8, (said, stage), is_measure=True)
    test = Concept("科目一", 1.0, (Alternative(("科目", "一"), "exact", "科目一"),))
    place = Place(lookup, lookup, HERE, entries=10)
    assert subjects_of([age, test], [], set(), place).only_measured
    table["82"] = table["周岁"] = _stands([NOT_HERE], 2)
    assert subjects_of([age], [], set(), place).unnamed == pytest.approx(0.8)
    assert subjects_of([age], [], set(), place).title == 0


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


@pytest.mark.parametrize("question", ["滑雪场缆车停运通知", "高铁车票退票收费吗"])
def test_what_no_entry_says_is_refused(city: Engine, question: str) -> None:
    assert not city.search(question, public()).answered


def test_a_turn_of_speech_no_entry_holds_is_no_missing_subject(city: Engine) -> None:
    assert city.search("呱唧呱唧轮渡月票购买", public()).answered
