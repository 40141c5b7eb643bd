"""Public search: what is found, what is not, what is written down, and hostile questions."""

from datetime import date

from flask.testing import FlaskClient
from sqlalchemy import select

from kb.db import Database
from kb.models import SearchRecord
from kb.services.search_log import masked_query
from tests.web.api_v1.city import City

CANARY = "朱雀暗号七五三"


def test_a_spoken_question_finds_the_card(client: FlaskClient, city: City) -> None:
    item = city.publish("居民医保断了怎么补缴？", valid_until=date(2030, 12, 31))
    page = client.get("/search?q=请问医保断了怎么补缴啊").text
    assert f'href="/entry/{item}"' in page
    assert "可以补缴，补缴后等待 3 个月。" in page
    assert "现行有效" in page
    assert 'href="tel:09991234567"' in page


def test_nothing_found_offers_the_hotline(client: FlaskClient, city: City) -> None:
    city.publish("居民医保断了怎么补缴？")
    page = client.get("/search?q=小区上空能不能放风筝").text
    assert "没有找到可以直接答复的内容" in page
    assert 'href="tel:12345"' in page


def test_an_internal_entry_is_not_there(client: FlaskClient, city: City) -> None:
    city.publish("居民医保断了怎么补缴？")
    before = client.get(f"/search?q={CANARY}").text
    city.hide(f"{CANARY}怎么答", facts={"conclusion": f"{CANARY}的答复。"})
    after = client.get(f"/search?q={CANARY}").text
    assert after == before


def test_a_withdrawn_entry_is_gone_after_the_drain(client: FlaskClient, city: City) -> None:
    item = city.publish("居民医保断了怎么补缴？")
    assert f"/entry/{item}" in client.get("/search?q=医保补缴").text
    city.withdraw(item)
    assert f"/entry/{item}" not in client.get("/search?q=医保补缴").text


def test_an_expired_entry_is_absent_but_open_by_link(client: FlaskClient, city: City) -> None:
    item = city.publish("居民医保缴费通告", valid_until=date(2026, 5, 7))
    assert f"/entry/{item}" in client.get("/search?q=居民医保缴费").text
    city.clock.forward(days=1)
    assert f"/entry/{item}" not in client.get("/search?q=居民医保缴费").text
    assert "已到期，不能再照此办理。" in client.get(f"/entry/{item}").text


def test_a_search_is_written_down_without_personal_numbers(
    client: FlaskClient, database: Database, city: City
) -> None:
    item = city.publish("居民医保断了怎么补缴？")
    client.get("/search?q=医保补缴 13812345678 510101199001011234")
    with database.reading() as session:
        record = session.scalars(select(SearchRecord)).one()
    assert record.top_item_id in (item, None)
    assert record.audience == "public"
    assert "13812345678" not in record.query
    assert "19900101" not in record.query


def test_any_long_number_is_masked() -> None:
    assert masked_query("车架号 12345678901 怎么查\n") == "车架号 123**** 怎么查"


HOSTILE = (
    "%00",
    "%ED%A0%80",
    "%FF%FE",
    "(" * 2000,
    "[" * 2000,
    "医" * 5000,
    "%20",
    "？！。",
    "'; DROP TABLE knowledge_item; --",
    "*",
    "?*" * 100,
    "title:医保 AND (NOT audience:internal)",
    "\u202e\u200b\u0001",
    "<script>alert(1)</script>",
    "{{7*7}}",
)


def test_hostile_questions_get_a_page(client: FlaskClient, city: City) -> None:
    for text in HOSTILE:
        answer = client.get(f"/search?q={text}")
        assert answer.status_code in (200, 422), text[:40]
        assert "<script>alert" not in answer.text
        assert 'role="search"' in answer.text


def test_a_page_far_away_says_so(client: FlaskClient, city: City) -> None:
    city.publish("居民医保断了怎么补缴？")
    assert "没有更多结果了" in client.get("/search?q=医保补缴&page=4").text
