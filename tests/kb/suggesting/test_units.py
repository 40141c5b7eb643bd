"""Unit suggestions: which row fits, which units the text names, how evidence adds up."""

import pytest

from kb.suggesting.matters import Matter, NamedUnit, fitting, from_catalogue, from_text
from kb.suggesting.units import ASSISTING, LEAD, Evidence, after_own_returns, rank

CITY_NOISE = Matter(
    1, "施工噪音", ("工地噪音", "夜间施工"), "城市管理/噪音扰民", "", 10, (11,), "三定第四条"
)
SOUTH_NOISE = Matter(2, "施工噪音", ("夜间施工",), "城市管理/噪音扰民", "汀南区", 20, (), "区三定")
LAMP = Matter(3, "路灯", ("路灯不亮",), "城市管理/井盖路灯", "", 30, (), "")
ALL = (CITY_NOISE, SOUTH_NOISE, LAMP)


def test_a_row_of_the_region_stands_before_that_of_the_city() -> None:
    fits = fitting(ALL, "工地夜间施工", "城市管理/噪音扰民", "汀南区")
    assert {fit.matter.entry_id for fit in fits} == {1, 2}
    assert [piece.unit_id for piece in from_catalogue(fits, "城市管理/噪音扰民")] == [20]


def test_a_region_s_row_also_answers_to_the_words_of_the_city_s() -> None:
    fits = fitting(ALL, "工地噪音太大", "城市管理/噪音扰民", "汀南区")
    assert [piece.unit_id for piece in from_catalogue(fits, "城市管理/噪音扰民")] == [20]


CARD = Matter(4, "身份证办理", ("身份证",), "户籍证件/身份证", "", 40, (), "")


def test_who_gives_their_own_number_does_not_ask_about_identity_cards() -> None:
    given = "水箱里有泥沙，我身份证号是110101199003070011"
    assert fitting([CARD], given, "", "") == []
    assert fitting([CARD], "身份证丢了去哪补办", "", "")[0].words == ("身份证",)


def test_the_unit_that_sent_the_order_back_is_told_apart() -> None:
    pieces = [Evidence(10, 0.75, "派单目录"), Evidence(20, 0.5, "相似工单")]
    first, second = after_own_returns(rank(pieces, {}, 90), {10})
    assert (first.unit_id, second.unit_id) == (20, 10)
    assert second.reasons[0] == "退回过这件诉求的工单"


def test_a_row_of_another_region_does_not_fit() -> None:
    fits = fitting(ALL, "工地夜间施工", "", "汀北区")
    assert [fit.matter.entry_id for fit in fits] == [1]
    assert fits[0].words == ("夜间施工",)


def test_without_words_the_category_decides() -> None:
    fits = fitting(ALL, "说不清的事", "城市管理/井盖路灯", "")
    assert [(fit.matter.entry_id, fit.words) for fit in fits] == [(3, ())]


def test_lead_and_assisting_units_are_told_apart_with_the_words() -> None:
    pieces = from_catalogue(fitting(ALL, "夜间施工吵人", "", ""), "")
    assert [(p.unit_id, p.role) for p in pieces] == [(10, LEAD), (11, ASSISTING)]
    assert pieces[0].reason == "派单目录“施工噪音”，说到夜间施工，主办"
    assert pieces[0].weight > pieces[1].weight


def test_units_named_in_the_text_and_of_the_region_count() -> None:
    units = [
        NamedUnit(1, "柳荫街道办事处", ("柳荫街道",), True),
        NamedUnit(2, "汀南区人民政府", ("汀南区",), True),
        NamedUnit(3, "市公安局", ("派出所",), False),
    ]
    pieces = {p.unit_id: p.reason for p in from_text(units, "柳荫街道槐安路有人打架", "汀南区")}
    assert pieces == {1: "文中说到“柳荫街道”", 2: "发生在汀南区"}


@pytest.mark.parametrize(
    ("text", "is_named"),
    [
        ("拨打12345反映过", True),
        ("12345热线说会回电", True),
        ("联系电话13812345678", False),
        ("卡号612345", False),
        ("编号12345a", False),
    ],
)
def test_a_short_name_of_digits_is_not_read_out_of_a_number(text: str, is_named: bool) -> None:
    hotline = NamedUnit(1, "市12345热线中心", ("12345", "热线中心"), False)
    assert [piece.unit_id for piece in from_text([hotline], text, "")] == [1] * is_named


def test_independent_reasons_add_up_and_stand_in_order_of_weight() -> None:
    (unit,) = rank([Evidence(1, 0.5, "小"), Evidence(1, 0.6, "大")], {}, 90)
    assert unit.score == pytest.approx(0.8)  # 1 - 0.5 * 0.4
    assert unit.reasons == ("大", "小")


def test_a_unit_that_keeps_returning_falls_behind_and_it_is_said() -> None:
    evidence = [Evidence(1, 0.6, "目录"), Evidence(2, 0.5, "常办")]
    first, second = rank(evidence, {1: 3}, 90)
    assert first.unit_id == 2
    assert second.score == pytest.approx(0.33)  # 0.6 * (1 - 3 * 0.15)
    assert second.reasons[-1] == "近 90 天退回同类工单 3 次"


def test_a_unit_stands_once_and_as_lead_when_anything_says_so() -> None:
    evidence = [Evidence(1, 0.3, "协办", ASSISTING), Evidence(1, 0.2, "主办", LEAD)]
    assert [(unit.unit_id, unit.role) for unit in rank(evidence, {}, 90)] == [(1, LEAD)]
