"""Search at the desk: the shape of its JSON, what agents may see, past days, hostile words."""

import re
from html import unescape
from urllib.parse import quote

import pytest
from sqlalchemy import update

from kb.db import Database
from kb.models import KnowledgeItem
from kb.terms import Role
from tests.web.agent_desk.conftest import WAITING, Desk, Library
from tests.web.conftest import Login


def test_the_answer_has_cards_the_reading_and_the_fragments(desk: Desk, library: Library):
    answer = desk.search(WAITING)
    assert answer["answered"] is True
    assert answer["state"] == "hit"
    assert answer["as_of"] == "2026-05-07"
    assert "补缴" in answer["understood"]["kept"]
    card = answer["cards"][0]
    assert card["item_id"] == library.insurance
    assert card["standing"] == "in_force"
    assert card["script"] == "您好，现在仍然可以补缴，补缴后等待三个月就能报销。"
    assert card["script_characters"] == 25
    assert card["ask_first"] == ["断保前是居民医保吗"]
    assert card["can_adopt"] is True
    assert len(answer["fragments"]["cards"]) == len(answer["cards"])
    assert "口播" in answer["fragments"]["cards"][0]
    assert 'role="option"' in answer["fragments"]["hits"]


def test_an_empty_library_is_said_and_leads_whoever_may_fill_it(
    desk: Desk, login_as: Login, library: Library, database: Database
):
    said = "知识库里还没有发布的条目"
    assert said not in desk.search("")["fragments"]["none"]
    with database.unit_of_work() as session:
        session.execute(update(KnowledgeItem).values(state="withdrawn"))
    for asked in ("", WAITING):
        none = desk.search(asked)["fragments"]["none"]
        assert said in none and "请知识管理员先发布" in none
    both = login_as(Role.AGENT, Role.EDITOR)
    assert 'href="/units/write/qa"' in both.get("/desk").text


def test_a_card_fills_in_the_category_only_when_it_says_what_was_asked(
    desk: Desk, library: Library
):
    assert desk.search(WAITING)["cards"][0]["is_close"] is True
    loose = desk.search("小区门口烧烤摊油烟扰民居民医保")
    assert [card["is_close"] for card in loose["cards"]] == [False] * len(loose["cards"])
    assert loose["cards"]


def test_a_card_says_no_sentence_twice(desk: Desk, library: Library):
    answer = desk.search("低空飞行扰民内部处置口径")
    card, shown = answer["cards"][0], answer["fragments"]["cards"][0]
    assert card["item_id"] == library.internal
    texts = [unescape(text).strip() for text in re.findall(r">([^<]+)<", shown)]
    assert texts.count("低空飞行扰民先由治安支队核实。") == 1
    assert texts.count(card["title"]) == 1


def test_a_contact_answers_with_number_place_and_hours(desk: Desk, library: Library):
    answer = desk.search("临江区医保窗口电话是多少")
    card = answer["cards"][0]
    assert card["item_id"] == library.contact
    assert card["fact"]["phone"] == "0000-7654321"
    assert '<p class="phone num">0000-7654321</p>' in answer["fragments"]["cards"][0]
    assert card["summary"] == "0000-7654321 · 江北路 18 号 · 工作日 9:00—17:00"


def test_the_centre_sees_internal_entries_of_every_unit_and_they_are_marked(
    desk: Desk, library: Library
):
    answer = desk.search("低空飞行扰民内部处置口径")
    assert answer["cards"][0]["item_id"] == library.internal
    assert "内部，不得外传" in answer["fragments"]["cards"][0]


def test_an_expired_entry_is_absent_by_default_and_found_for_its_day(desk: Desk, library: Library):
    query = "新生儿临时救助"
    today = desk.search(query)
    assert library.expired not in [card["item_id"] for card in today["cards"]]
    then = desk.search(query, as_of="2025-06-01")
    assert then["is_past"] is True
    assert "当日有效" in then["fragments"]["cards"][0]
    assert "现行有效" not in then["fragments"]["cards"][0]
    assert "当日有效" in then["fragments"]["hits"]
    card = next(card for card in then["cards"] if card["item_id"] == library.expired)
    assert (card["standing"], card["standing_today"]) == ("in_force", "expired")
    assert card["can_adopt"] is False
    assert "2025-06-01" in then["fragments"]["cards"][0]


def test_kind_and_unit_narrow_the_list(desk: Desk, library: Library):
    only = desk.search("医保", kind="contact")
    assert [card["item_id"] for card in only["cards"]] == [library.contact]
    none = desk.search("医保", unit="市公安局")
    assert library.insurance not in [card["item_id"] for card in none["cards"]]


def test_without_a_basis_it_says_so_and_offers_the_order(desk: Desk):
    answer = desk.search("火星移民船票")
    assert answer["answered"] is False
    assert answer["state"] == "none"
    assert "没有查到现行依据" in answer["fragments"]["none"]
    assert "转工单" in answer["fragments"]["none"]


def test_nothing_typed_is_not_an_error(desk: Desk):
    answer = desk.search("")
    assert answer["state"] == "empty"
    assert answer["cards"] == []


@pytest.mark.parametrize(
    "query",
    [
        "社" * 10_000,
        "[" * 2_000,
        "(" * 1_000 + ")" * 1_000,
        "\x00\x01\x1b医保\x7f",
        '补缴 OR * NOT title:"',
        "%_\\'--",
        "\u202e医保\u200b",
        "？！。，",
    ],
)
def test_hostile_words_get_an_answer_or_a_sentence(desk: Desk, query: str):
    for path in ("/desk/search", "/desk"):
        answer = desk.client.get(path, query_string={"q": query})
        assert answer.status_code == 200, (path, query[:20], answer.status_code)


def test_half_a_surrogate_in_the_address_is_no_error(desk: Desk):
    broken = "%ED%A0%80" + quote("医保")
    assert desk.client.get(f"/desk/search?q={broken}").status_code == 200


@pytest.mark.parametrize("wrong", [{"as_of": "昨天"}, {"as_of": "2026-02-30"}, {"kind": "rumour"}])
def test_a_filter_that_cannot_be_read_gets_its_sentence(desk: Desk, wrong: dict[str, str]):
    answer = desk.client.get(
        "/desk/search", query_string={"q": "医保", **wrong}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.get_json()["error"]["message"]


def test_without_a_script_the_page_itself_has_the_cards(desk: Desk, library: Library):
    page = desk.client.get("/desk", query_string={"q": WAITING}).text
    assert "可以补缴，补缴后固定等待三个月。" in page
    assert f'name="item_id" value="{library.insurance}"' in page
    assert 'formaction="/desk/adopt"' in page


NEAR = "小孩医保能不能连着狗一起上报打针"


def test_a_near_card_warns_and_may_still_be_adopted_by_whoever_has_read_it(desk: Desk) -> None:
    answer = desk.search(NEAR)
    assert answer["state"] == "none"
    first = answer["cards"][0]
    assert (first["is_near"], first["can_adopt"]) == (True, True)
    assert "相近，系统没有把握" in answer["fragments"]["cards"][0]
    assert "确认能答，采纳" in answer["fragments"]["cards"][0]
    assert desk.adopt(NEAR)["outcome"] == "online"


def test_without_a_script_no_near_card_is_open_until_one_is_picked(desk: Desk) -> None:
    first = desk.client.get("/desk", query_string={"q": NEAR}).text
    assert "没有查到现行依据" in first
    assert "确认能答，采纳" not in first
    picked = desk.client.get("/desk", query_string={"q": NEAR, "pick": "1"}).text
    assert "确认能答，采纳" in picked


def test_a_card_of_a_district_says_so(desk: Desk, library: Library, database: Database):
    assert "只适用于" not in desk.search(WAITING)["fragments"]["cards"][0]
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, library.insurance)
        assert item.current_version
        item.current_version.regions = ["临江区"]
    answer = desk.search(WAITING)
    assert "只适用于 <b>临江区</b>" in answer["fragments"]["cards"][0]
    assert '<span class="tag">临江区</span>' in answer["fragments"]["hits"]
