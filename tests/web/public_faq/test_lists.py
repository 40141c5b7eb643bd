"""The first page, lists and what crawlers get: public entries that hold, and nothing else."""

from datetime import date, timedelta

from flask.testing import FlaskClient

from kb.db import Database
from kb.models import Adoption, KnowledgeItem, SearchRecord
from kb.terms import KnowledgeKind
from tests.web.api_v1.city import City

CANARY = "朱雀暗号七五三"
PAGES = ("/", "/notices", "/questions", "/category/教育", "/sitemap.xml", "/search?q=")


def _adopt(city: City, item_id: int, times: int) -> None:
    for _ in range(times):
        request = city.register()
        with city.database.unit_of_work() as session:
            item = session.get_one(KnowledgeItem, item_id)
            session.add(
                Adoption(
                    request_id=request.id,
                    item_id=item_id,
                    version_id=item.current_version_id,
                    unit_id=item.unit_id,
                    at=city.clock(),
                )
            )
        city.clock.forward(seconds=1)


def _searched(database: Database, city: City, query: str, item_id: int, times: int) -> None:
    with database.unit_of_work() as session:
        for _ in range(times):
            session.add(
                SearchRecord(
                    at=city.clock(),
                    query=query,
                    audience="public",
                    answered=True,
                    top_item_id=item_id,
                )
            )


def test_an_empty_city_has_a_calm_first_page(client: FlaskClient, city: City) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "还没有发布的内容" in answer.text


def test_a_city_without_categories_says_how_much_there_is(client: FlaskClient, city: City) -> None:
    city.publish("甲", category="", facts={"conclusion": "甲的答复。"})
    page = client.get("/").text
    assert "还没有发布的内容" not in page
    assert '已发布 <span class="num">1</span> 条' in page and "按单位找" in page


def test_the_line_of_an_entry_is_what_it_says_not_why_it_was_made(
    client: FlaskClient, city: City
) -> None:
    item = city.publish(
        "租房提取办法",
        facts={},
        kind=KnowledgeKind.POLICY,
        body="第一条 为支持职工租房提取，制定本办法。\n第二条 每月可以提取 1200 元。",
    )
    _adopt(city, item, 3)
    page = client.get("/").text
    assert "每月可以提取 1200 元" in page and "制定本办法" not in page


def test_categories_are_counted_by_first_level(client: FlaskClient, city: City) -> None:
    city.publish("甲")
    city.publish("乙", category="社会保障/社保卡", facts={"conclusion": "乙的答复。"})
    city.publish("过期的", valid_until=date(2026, 5, 6), facts={"conclusion": "旧答复。"})
    page = client.get("/").text
    assert '<span>社会保障</span><small class="num">2<' in page
    listed = client.get("/category/社会保障").text
    assert ">甲<" in listed
    assert ">乙<" in listed
    assert "过期的" not in listed


def test_notices_tell_how_long_they_last(client: FlaskClient, city: City) -> None:
    today = date(2026, 5, 7)
    for title, start, end in (
        ("江北路停水", today + timedelta(days=1), today + timedelta(days=2)),
        ("望山大道封闭", today - timedelta(days=9), today + timedelta(days=13)),
        ("常年公告", today - timedelta(days=90), None),
        ("昨天结束的", today - timedelta(days=9), today - timedelta(days=1)),
    ):
        city.publish(
            title,
            kind=KnowledgeKind.NOTICE,
            valid_from=start,
            valid_until=end,
            facts={"conclusion": f"{title}。"},
        )
    page = client.get("/notices").text
    assert "明天开始" in page
    assert '<b class="t-warn">还剩 13 天</b>' in page
    assert "当前有效" in page
    assert "昨天结束的" not in page


def test_the_most_adopted_answer_comes_first(client: FlaskClient, city: City) -> None:
    seldom = city.publish("社保卡怎么挂失", facts={"conclusion": "拨打电话挂失。"})
    often = city.publish("医保怎么补缴")
    _adopt(city, seldom, 1)
    _adopt(city, often, 2)
    page = client.get("/questions").text
    assert page.index("医保怎么补缴") < page.index("社保卡怎么挂失")
    assert "拨打电话挂失。" in page


def test_only_questions_asked_twice_that_hit_public_answers_are_shown(
    client: FlaskClient, database: Database, city: City
) -> None:
    shown = city.publish("医保怎么补缴")
    hidden = city.hide("内部口径")
    _searched(database, city, "医保补缴", shown, 2)
    _searched(database, city, "只问过一次", shown, 1)
    _searched(database, city, "王小明138****5678的医保", shown, 3)
    _searched(database, city, "王小明的医保", shown, 3)
    _searched(database, city, "内部怎么答", hidden, 3)
    page = client.get("/").text
    hot = page.split("大家在搜")[1].split("</p>")[0]
    assert ">医保补缴</a>" in hot
    for absent in ("只问过一次", "王小明", "内部怎么答"):
        assert absent not in page


def test_an_internal_entry_changes_nothing_the_public_sees(client: FlaskClient, city: City) -> None:
    city.publish("义务教育入学", category="教育/义务教育")
    city.publish("停水通知", kind=KnowledgeKind.NOTICE, category="教育/义务教育")
    before = {path: client.get(path).text for path in PAGES}
    for kind in (KnowledgeKind.NOTICE, KnowledgeKind.QA):
        hidden = city.hide(
            f"{CANARY}{kind.value}",
            kind=kind,
            category="教育/义务教育",
            facts={"conclusion": f"{CANARY}的答复。"},
        )
    _adopt(city, hidden, 3)
    after = {path: client.get(path).text for path in PAGES}
    assert _without_tokens(after) == _without_tokens(before)


def _without_tokens(pages: dict[str, str]) -> dict[str, str]:
    return {
        path: text.split('name="csrf_token"')[0] + text.rpartition('name="number"')[2]
        for path, text in pages.items()
    }


def test_crawlers_get_what_holds(client: FlaskClient, city: City) -> None:
    holds = city.publish("现行的")
    expired = city.publish("过期的", valid_until=date(2026, 5, 6), facts={"conclusion": "旧答复。"})
    sitemap = client.get("/sitemap.xml")
    assert sitemap.content_type.startswith("application/xml")
    assert f"<loc>http://localhost/entry/{holds}</loc><lastmod>2026-05-07</lastmod>" in sitemap.text
    assert f"/entry/{expired}<" not in sitemap.text
    robots = client.get("/robots.txt").text
    assert "Disallow: /track" in robots
    assert "Sitemap: http://localhost/sitemap.xml" in robots


def test_page_numbers_of_any_kind_are_taken(client: FlaskClient, city: City) -> None:
    city.publish("甲")
    for page in ("0", "-1", "99999999999", "x", "", "２"):
        assert client.get(f"/category/社会保障?page={page}").status_code == 200
