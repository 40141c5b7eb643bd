"""The page behind a figure: as many rows as it says, masked, paged, taken home on record."""

import re
from urllib.parse import urlencode

import pytest
from sqlalchemy import select

from kb.bulletins.naming import name_of
from kb.db import Database
from kb.models import AuditRecord, Gap, SearchRecord
from kb.terms import Outcome, Role
from tests.kb.hotline import Hotline, at
from tests.web.conftest import Login, ManualClock, csrf_token

MAY = {"from": "2026-05-01", "to": "2026-05-07"}


@pytest.fixture
def requests(database: Database) -> None:
    """52 requests answered online, one of a city number, and one of before."""
    with database.unit_of_work() as session:
        city = Hotline(session)
        for day in range(52):
            city.request(
                at(f"2026-05-0{1 + day % 6} 09:00"),
                outcome=Outcome.ONLINE,
                title=f"第 {day} 件，幸福小区3栋502室，青A12345，来电 13912345678",
            )
        city.request(at("2026-04-30 09:00"), outcome=Outcome.ONLINE, title="上月的")


def test_as_many_rows_as_the_figure_says(login_as: Login, requests: None) -> None:
    supervisor = login_as(Role.SUPERVISOR)
    asked = MAY | {"address": "totals/resolved_online_rate"}
    first = supervisor.get("/supervise/figures/records", query_string=asked).text
    second = supervisor.get("/supervise/figures/records", query_string=asked | {"page": "2"}).text
    assert "在线办结率" in first and 'data-total="52"' in first
    rows = [len(re.findall(r"<tr><td", page)) for page in (first, second)]
    assert rows == [50, 2]
    assert "139****5678" in first and "13912345678" not in first + second
    earlier = asked | {"at": "2026-05-02T00:00:00+08:00"}
    seen = supervisor.get("/supervise/figures/records", query_string=earlier).text
    assert 'data-total="9"' in seen  # days 1 of six, of 52: 0, 6, 12 … 48


def test_taking_the_list_home_is_recorded(
    login_as: Login, requests: None, database: Database
) -> None:
    supervisor = login_as(Role.SUPERVISOR)
    asked = MAY | {"address": "totals/requests", "format": "csv"}
    token = csrf_token(
        supervisor,
        "/supervise/figures/records?address=totals/requests&from=2026-05-01&to=2026-05-07",
    )
    taken = supervisor.post(
        "/supervise/figures/records/export", query_string=asked, data={"csrf_token": token}
    )
    lines = taken.get_data().decode("utf-8-sig").splitlines()
    assert len(lines) == 53
    assert not any(one in "".join(lines) for one in ("13912345678", "502", "A12345"))
    with database.reading() as session:
        record = session.scalars(
            select(AuditRecord).where(AuditRecord.object_id == "figure-records")
        ).one()
    assert record.detail == {"rows": 52}


def test_what_is_no_figure_is_said(login_as: Login) -> None:
    supervisor = login_as(Role.SUPERVISOR)
    path = "/supervise/figures/records"
    assert supervisor.get(path, query_string=MAY | {"address": "totals/nothing"}).status_code == 404
    assert supervisor.get(path, query_string=MAY).status_code == 422
    backwards = {"address": "totals/requests", "from": "2026-05-07", "to": "2026-05-01"}
    assert supervisor.get(path, query_string=backwards).status_code == 422
    none = supervisor.get(path, query_string=MAY | {"address": "totals/requests"})
    assert "没有记录" in none.text
    assert login_as(Role.AGENT).get(path, query_string=MAY).status_code == 403


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("totals/resolved_online_rate", "在线办结率"),
        ("by_unit/市公安局/resolved", "市公安局 · 办结"),
        ("by_category/城建/children/供水~1排水/count", "城建 · 供水/排水 · 件数"),
        ("compare/previous/totals/requests/previous", "上期 · 受理量"),
        ("compare/last_year/by_unit/市公安局/rate", "较上年同期增幅 · 市公安局"),
        ("compare/previous/totals/satisfaction_rate/change", "较上期增减 · 满意率"),
        ("matters/供暖问题/previous", "热点 · 供暖问题 · 前期"),
        ("by_purpose", "按目的分类"),
        ("extra/knowledge/gaps/opened", "知识库 · 缺口 · 新增缺口"),
        ("extra/overdue_resolved/市公安局/count", "超期办结工单 · 市公安局 · 件数"),
    ],
)
def test_a_figure_has_a_name(address: str, name: str) -> None:
    assert name_of(address) == name


@pytest.mark.parametrize(
    "address",
    ["extra/clocks/resolve/x/count", f"extra/knowledge/by_entry/{'9' * 20}/count"],
)
def test_an_address_of_our_form_that_names_nothing_is_not_found(
    login_as: Login, address: str
) -> None:
    path = "/supervise/figures/records"
    found = login_as(Role.SUPERVISOR).get(path, query_string=MAY | {"address": address})
    assert found.status_code == 404


def test_a_leader_reads_everything_and_learns_nothing_of_a_person(
    login_as: Login, database: Database
) -> None:
    with database.unit_of_work() as session:
        Hotline(session).request(at("2026-05-02 09:00"), title="3栋502室漏水，来电 13912345678")
    leader = login_as(Role.LEADER)
    for path in ("", "/bulletins", "/matters", "/assessment", "/topics"):
        page = leader.get(f"/supervise{path}")
        assert page.status_code == 200, path
        forms = re.findall(r'<form[^>]*method="post"[^>]*action="([^"]*)"', page.text)
        assert [one for one in forms if one.startswith("/supervise")] == []
    asked = MAY | {"address": "totals/requests"}
    listed = leader.get("/supervise/figures/records", query_string=asked).text
    assert 'data-total="1"' in listed and "漏水" in listed
    assert "502" not in listed and "5678" not in listed and "/dispatch/" not in listed
    assert leader.get("/supervise/orders").status_code == 403


def test_a_leader_reads_a_question_and_a_gap_without_the_person_in_it(
    login_as: Login, database: Database, clock: ManualClock
) -> None:
    said = "3栋502室漏水找谁，来电 13912345678"
    with database.unit_of_work() as session:
        session.add(SearchRecord(at=clock(), query=said, audience="public", answered=False))
        session.add(
            Gap(
                title=said,
                state="open",
                opened_at=at("2026-05-02 09:00"),
                first_asked_at=at("2026-05-02 09:00"),
                last_asked_at=at("2026-05-02 09:00"),
            )
        )
    asked = MAY | {"address": "extra/knowledge/gaps/opened"}
    pages = ("/supervise", {"span": "month"}), ("/supervise/figures/records", asked)
    leader, supervisor = login_as(Role.LEADER), login_as(Role.SUPERVISOR, name="boss")
    for path, query in pages:
        page = leader.get(path, query_string=query).text
        assert "漏水找谁" in page, path
        assert "502" not in page and "5678" not in page, path
        # The centre needs the place to act on it.
        page = supervisor.get(path, query_string=query).text
        assert "3栋502室漏水找谁，来电 139****5678" in page, path
    export = "/supervise/figures/records/export"
    token = csrf_token(supervisor, f"/supervise/figures/records?{urlencode(asked)}")
    taken = supervisor.post(
        export, query_string=asked | {"format": "csv"}, data={"csrf_token": token}
    ).get_data()
    assert "漏水找谁" in taken.decode() and b"502" not in taken
