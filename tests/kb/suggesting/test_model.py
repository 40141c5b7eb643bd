"""Category suggestions: what is learned from settled requests, at once or one by one."""

import numpy as np
import pytest

from indexer.segment import build_segmenter
from kb.suggesting.features import Told, counted, told
from kb.suggesting.model import CategoryModel, Lesson
from kb.suggesting.packing import PackDamaged, digest, pack, unpack
from tests.kb.suggesting.telling import CATEGORIES, HEAT, NOISE, WAGES, lessons

CUT = build_segmenter().cut


def trained() -> CategoryModel:
    model = CategoryModel(CATEGORIES)
    model.train(lessons())
    return model


@pytest.mark.parametrize(
    ("said", "category"),
    [
        ("暖气一点都不热，室温才十三度", HEAT),
        ("老板拖欠工资，要了几次都不给", WAGES),
        ("楼下半夜施工太吵了，噪音让人睡不着", NOISE),
    ],
)
def test_a_new_request_gets_the_category_of_those_like_it(said: str, category: str) -> None:
    assert trained().rank(told(said), CUT)[0].category == category


def test_shares_are_a_distribution_over_all_categories() -> None:
    ranked = trained().rank(told("老板拖欠工资"), CUT, limit=3)
    assert sum(one.share for one in ranked) == pytest.approx(1.0)
    assert ranked[0].share > ranked[1].share >= ranked[2].share > 0


def test_the_words_that_spoke_for_it_are_named() -> None:
    best = trained().rank(told("他们单位老板这半年都在拖欠工资"), CUT)[0]
    assert "拖欠工资" in best.words
    assert "老板" in best.words
    assert "半年" not in best.words


def test_settled_requests_like_it_are_named_most_alike_first() -> None:
    best = trained().rank(Told("暖气漏水", "暖气管道漏水，报修没有人来"), CUT)[0]
    water = next(one.request_id for one in lessons() if one.words.title == "暖气漏水")
    assert best.neighbours[0].request_id == water
    assert len(best.neighbours) <= 3
    likeness = [one.likeness for one in best.neighbours]
    assert likeness == sorted(likeness, reverse=True)


@pytest.mark.parametrize("said", ["", "   ", "OK 12345", "🙂"])
def test_nothing_is_suggested_for_a_text_without_known_features(said: str) -> None:
    assert trained().rank(told(said), CUT) == []


def test_a_model_without_lessons_suggests_nothing() -> None:
    assert CategoryModel(CATEGORIES).rank(told("暖气不热"), CUT) == []
    assert CategoryModel(()).rank(told("暖气不热"), CUT) == []


def test_names_of_the_lists_alone_give_a_first_suggestion() -> None:
    model = CategoryModel(CATEGORIES)
    words = {HEAT: "供热 暖气不热 供暖", WAGES: "劳动权益 拖欠工资", NOISE: "噪音扰民 夜间施工"}
    model.train([Lesson(-1, Told(text, text), category) for category, text in words.items()])
    best = model.rank(told("家里暖气不热"), CUT)[0]
    assert (best.category, best.neighbours) == (HEAT, ())


def test_a_request_learned_alone_moves_its_words_to_its_category() -> None:
    model = trained()
    strange = Told("共享单车乱停", "共享单车堆在小区门口，堵住盲道")
    before = {one.category: one.share for one in model.rank(strange, CUT)}
    model.learn(Lesson(100, strange, NOISE))
    model.learn(Lesson(101, Told("共享单车占道", "共享单车停满人行道"), NOISE))
    after = {one.category: one.share for one in model.rank(strange, CUT)}
    assert after[NOISE] > before.get(NOISE, 0)
    assert max(after, key=lambda category: after[category]) == NOISE


def test_a_lesson_of_an_unknown_category_is_left_out() -> None:
    model = trained()
    model.learn(Lesson(100, Told("路灯不亮", "路灯坏了"), "城市管理/路灯"))
    assert model.linear.learned == 12


def test_the_same_lessons_in_the_same_order_give_the_same_bytes() -> None:
    assert pack(trained()) == pack(trained())


def test_a_packed_model_ranks_as_the_one_that_was_packed() -> None:
    model = trained()
    packed = pack(model)
    again = unpack(packed, digest(packed))
    ranked = [model.rank(told("暖气不热"), CUT), again.rank(told("暖气不热"), CUT)]
    assert [one.category for one in ranked[0]] == [one.category for one in ranked[1]]
    assert ranked[0][0].share == pytest.approx(ranked[1][0].share, abs=1e-3)
    assert ranked[0][0].words == ranked[1][0].words
    assert pack(again) == packed


@pytest.mark.parametrize("place", [0, 100, -1])
def test_changed_bytes_are_noticed(place: int) -> None:
    packed = pack(trained())
    broken = bytearray(packed)
    broken[place] ^= 1
    with pytest.raises(PackDamaged):
        unpack(bytes(broken), digest(packed))


def test_bytes_that_are_no_model_are_refused_even_with_their_own_digest() -> None:
    with pytest.raises(PackDamaged):
        unpack(b"not a model", digest(b"not a model"))


def test_title_and_content_are_counted_apart() -> None:
    title, content = counted(Told("供热", "")), counted(Told("", "供热"))
    assert not np.intersect1d(title.buckets, content.buckets).size


def test_a_single_line_lends_its_first_sentence_as_a_title() -> None:
    assert told("暖气不热。已经报修三次").title == "暖气不热"
    assert told("标题\n正文第一句。第二句") == Told("标题", "正文第一句。第二句")
