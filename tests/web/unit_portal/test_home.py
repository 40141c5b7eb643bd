"""The home: figures that open their records, filters, pages, and units apart."""

from datetime import date, timedelta

import pytest

from kb.clock import local_day
from kb.db import Database
from kb.models import Adoption, CitizenRequest, KnowledgeItem, KnowledgeVersion, Unit
from kb.terms import Role
from tests.web.conftest import ManualClock
from tests.web.taken import take_home, takings
from tests.web.unit_portal.conftest import Enter, Portal


@pytest.fixture
def add(database: Database, clock: ManualClock, unit: Unit):
    """``add("标题", valid_until=…)`` puts a published entry straight into the database."""

    def add(title: str, *, unit_id: int = 0, state: str = "published", **fields: object) -> int:
        with database.unit_of_work() as session:
            item = KnowledgeItem(unit_id=unit_id or unit.id, state=state, created_at=clock())
            session.add(item)
            session.flush()
            values = {"kind": "notice", "title": title, "state": "published", **fields}
            version = KnowledgeVersion(
                item_id=item.id, number=1, created_at=clock(), updated_at=clock(), **values
            )
            session.add(version)
            session.flush()
            item.current_version_id = version.id
            return item.id

    return add


def test_an_empty_unit_is_told_what_comes_next(clerk: Portal):
    page = clerk.get("/units").text
    for sentence in ("知识库还是空的", "没有草稿", "没有待审的条目", "30 天内没有到期"):
        assert sentence in page


def test_the_figures_count_and_open_their_records(
    clerk: Portal, add, database: Database, clock: ManualClock, unit: Unit
):
    today = local_day(clock())
    credited = add("课后服务怎么收费")
    add("还剩七天的", valid_until=today + timedelta(days=7))
    add("昨天到期的", valid_until=today - timedelta(days=1))
    add("下架的", state="withdrawn")
    with database.unit_of_work() as session:
        for number, undone in ((1, None), (2, None), (3, clock())):
            request = CitizenRequest(number=f"SQ{number}", received_at=clock(), title="问收费")
            session.add(request)
            session.flush()
            version_id = session.get_one(KnowledgeItem, credited).current_version_id
            session.add(
                Adoption(
                    request_id=request.id,
                    item_id=credited,
                    version_id=version_id,
                    unit_id=unit.id,
                    at=clock(),
                    undone_at=undone,
                )
            )
    page = clerk.get("/units").text
    assert 'standing=valid#all">2</a> 条' in page
    assert 'since=month#all">4</a> 条' in page
    assert 'sort=credited#all">2</a> 件' in page
    valid = _table(clerk.get("/units?standing=valid").text)
    assert "还剩七天的" in valid
    assert "昨天到期的" not in valid
    assert "下架的" not in valid


def _table(page: str) -> str:
    return page.split('id="all"', 1)[1]


def test_filters_narrow_and_orders_order(clerk: Portal, add, clock: ManualClock):
    today = local_day(clock())
    add("丙 百分号%收费", category="教育/收费", document_number="澜教〔2025〕3号")
    add("甲", kind="qa", valid_until=today + timedelta(days=90))
    add("乙", kind="qa", valid_until=today + timedelta(days=60))
    assert "丙" in _table(clerk.get("/units?q=2025%E3%80%953%E5%8F%B7").text)
    assert "丙" not in _table(clerk.get("/units?kind=qa").text)
    assert "没有符合条件的条目" in _table(clerk.get("/units?q=_").text)
    assert "丙" in _table(clerk.get("/units?q=%25").text)
    assert "甲" not in _table(clerk.get("/units?category=教育/收费").text)
    ordered = _table(clerk.get("/units?sort=until").text)
    assert ordered.index(">乙<") < ordered.index(">甲<") < ordered.index(">丙")
    assert clerk.get("/units?sort=nonsense&page=-1&unit=abc&since=x").status_code == 200


def test_pages_hold_twenty_rows_and_name_the_total(clerk: Portal, add):
    for number in range(21):
        add(f"条目{number:02}")
    first = _table(clerk.get("/units?sort=title").text)
    assert '共 <span class="num">21</span> 条' in first
    assert "条目19" in first
    assert "条目20" not in first
    assert "条目20" in _table(clerk.get("/units?sort=title&page=2").text)
    assert "条目20" in _table(clerk.get("/units?sort=title&page=99").text)


def test_what_runs_out_is_listed_most_urgent_first(clerk: Portal, add, clock: ManualClock):
    today = local_day(clock())
    add("复核过期", review_on=today - timedelta(days=6))
    add("七天到期", valid_until=today + timedelta(days=7))
    add("三十一天后到期", valid_until=today + timedelta(days=31))
    page = clerk.get("/units").text
    due = page.split('id="u-due"', 1)[1].split("</section>", 1)[0]
    assert due.index("复核过期") < due.index("七天到期")
    assert "超期未核验" in due
    assert "还剩 7 天" in due
    assert "三十一天后到期" not in due


def test_units_are_apart_and_editors_see_all_with_a_filter(
    clerk: Portal, editor: Portal, add, other_unit: Unit, unit: Unit
):
    add("教育的条目")
    add("水务的条目", unit_id=other_unit.id)
    assert "水务的条目" not in clerk.get("/units").text
    assert "水务的条目" not in clerk.get(f"/units?unit={other_unit.id}").text
    everything = editor.get("/units").text
    assert "教育的条目" in everything
    assert "水务的条目" in everything
    assert "教育的条目" not in editor.get(f"/units?unit={other_unit.id}").text


def test_a_unit_works_for_the_units_below_it(database: Database, enter: Enter, add, unit: Unit):
    with database.unit_of_work() as session:
        below = Unit(name="澜川市招生办", parent_id=unit.id)
        session.add(below)
    add("招生办的条目", unit_id=below.id)
    clerk = enter(Role.UNIT_CLERK)
    assert "招生办的条目" in clerk.get("/units").text
    assert "澜川市招生办" in clerk.get("/units").text
    child = enter(Role.UNIT_CLERK, unit_id=below.id)
    add("局里的条目")
    assert "局里的条目" not in child.get("/units").text


def test_drafts_are_counted_and_each_is_on_the_list_of_all(clerk: Portal, other_unit: Unit):
    for number in range(8):
        clerk.push_draft(f"关于第{number}批共享菜园认领的通知\n\n第一条 认领 {number} 块。\n")
    home = clerk.get("/units").text.split('id="u-drafts"', 1)[1].split("</section>", 1)[0]
    assert home.count("共享菜园") == 6
    assert '<a class="small push" href="/units/drafts">全部 8 份</a>' in home
    page = clerk.get("/units/drafts").text
    assert page.count("<li><a href=") == 8
    assert "没有草稿" in clerk.get(f"/units/drafts?unit={other_unit.id}").text


def test_files_that_were_not_read_are_counted_and_listed(clerk: Portal):
    for number in range(8):
        clerk.push(b"\xd0\xcf\x11\xe0" + bytes([number]) * 40, f"坏文件{number}.doc")
    home = clerk.get("/units").text.split('id="u-files"', 1)[1].split("</section>", 1)[0]
    assert home.count("坏文件") == 6
    assert "8 件" in home
    assert clerk.get("/units/unread").text.count("坏文件") == 8


def test_the_list_can_be_taken_home_as_it_is_filtered(
    clerk: Portal, add, database: Database, clock: ManualClock
):
    other = Unit(name="澜川市财政局")
    with database.unit_of_work() as session:
        session.add(other)
        session.flush()
        other_id = other.id
    for number in range(21):
        add(f"收费公示{number}", document_number=f"澜教〔2026〕{number}号")
    add("=别的单位的", unit_id=other_id)
    add("入学办法", kind="policy", valid_until=date(2026, 8, 31))
    rows = take_home(clerk.client, "/units?sort=title")
    assert len(rows) == 22
    assert "别的单位的" not in str(rows)
    only = take_home(clerk.client, "/units?q=入学")
    assert [(row["条目"], row["有效期至"], row["效力"]) for row in only] == [
        ("入学办法", "2026-08-31", "现行有效")
    ]
    assert takings(database) == [
        ("knowledge_item.export", "entries", 22),
        ("knowledge_item.export", "entries", 1),
    ]
