"""纠错 on its pages: reported by staff, answered by the owning unit, told to whoever reported."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb.actor import Actor
from kb.calendar import seed_calendar
from kb.db import Database
from kb.models import Correction, KnowledgeVersion, Unit
from kb.services.entries import Content, create_entry
from kb.services.publishing import publish
from kb.terms import KnowledgeKind, Role
from tests.web.conftest import Login, ManualClock, csrf_token
from tests.web.taken import take_home, takings

EDITOR = Actor(0, "编辑", None, frozenset({Role.EDITOR}))
JSON = {"Accept": "application/json"}


@pytest.fixture
def entry(database: Database, unit: Unit, clock: ManualClock) -> KnowledgeVersion:
    """A published entry of 市教育局 with two clauses."""
    body = "第一条 学费每学期 800 元。\n\n第二条 咨询电话 0731-5550123。\n"
    content = Content(KnowledgeKind.POLICY, "学费办法", body)
    with database.unit_of_work() as session:
        seed_calendar(session)
        owner = session.get_one(Unit, unit.id)
        version = create_entry(session, unit=owner, content=content, actor=EDITOR, now=clock())
        return publish(session, version, actor=EDITOR, now=clock())


def send(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    form = {"csrf_token": csrf_token(client, "/password"), **fields}
    return client.post(path, data=form)


def reported(client: FlaskClient, entry: KnowledgeVersion, **fields: object) -> TestResponse:
    given = {"item": entry.item_id, "version": 1, "passage": 1, "kind": "phone"}
    return send(client, "/corrections", **(given | fields))


def only(database: Database) -> Correction:
    with database.reading() as session:
        return session.scalars(select(Correction)).one()


def test_the_form_shows_the_clause_and_what_others_have_reported(
    login_as: Login, entry: KnowledgeVersion
) -> None:
    agent, colleague = login_as(Role.AGENT, name="zx1"), login_as(Role.AGENT, name="zx2")
    reported(agent, entry, said="一直占线")
    page = colleague.get(f"/corrections/new?item={entry.item_id}&version=1&passage=1").text
    assert "第二条 咨询电话 0731-5550123。" in page
    assert "有 1 条纠错待处理" in page
    assert "一直占线" in page


def test_a_report_goes_to_the_unit_and_its_due_time_is_told(
    login_as: Login, entry: KnowledgeVersion, database: Database
) -> None:
    agent = login_as(Role.AGENT)
    answer = reported(agent, entry)
    assert answer.status_code == 302
    page = agent.get("/corrections/mine").text
    assert "已报给澜川市教育局，应在 05-08 周五 10:24 前答复" in page
    assert "学费办法" in page
    assert only(database).quote == "第二条 咨询电话 0731-5550123。"


def test_the_same_report_twice_is_refused_and_stays_in_the_form(
    login_as: Login, entry: KnowledgeVersion, database: Database
) -> None:
    agent = login_as(Role.AGENT)
    reported(agent, entry)
    again = reported(agent, entry, said="还是打不通")
    assert again.status_code == 409
    assert "这一处您已经报过" in again.text
    assert "还是打不通" in again.text
    assert only(database).said == ""


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "other"}, "请写一句哪里不对"),
        ({"kind": "nonsense"}, "请选择哪里不对"),
        ({"said": "长" * 501}, "最多 500 字"),
    ],
)
def test_a_faulty_report_says_what_is_wrong(
    login_as: Login, entry: KnowledgeVersion, fields: dict[str, str], sentence: str
) -> None:
    answer = reported(login_as(Role.AGENT), entry, **fields)
    assert (answer.status_code, sentence in answer.text) == (422, True)


def test_the_unit_accepts_and_lands_in_the_draft_with_the_clause_marked(
    login_as: Login, entry: KnowledgeVersion, database: Database
) -> None:
    reported(login_as(Role.AGENT), entry, said="改成 0731-5550199")
    clerk = login_as(Role.UNIT_CLERK)
    assert "改成 0731-5550199" in clerk.get("/units/corrections").text
    found = only(database)
    answer = send(clerk, f"/units/corrections/{found.id}/accept", rev=found.rev)
    page = clerk.get(answer.location)
    assert "第 2 版" in page.text
    assert "改成 0731-5550199" in page.text
    assert only(database).state == "accepted"


def test_a_refusal_needs_a_reason_and_reaches_whoever_reported(
    login_as: Login, entry: KnowledgeVersion, database: Database
) -> None:
    agent, clerk = login_as(Role.AGENT), login_as(Role.UNIT_CLERK)
    reported(agent, entry)
    found = only(database)
    path = f"/units/corrections/{found.id}/reject"
    assert send(clerk, path, rev=found.rev, reason=" ").status_code == 422
    assert send(clerk, path, rev=found.rev, reason="号码没有错，中午休息").status_code == 302
    assert "号码没有错，中午休息" in agent.get("/corrections/mine").text


def test_who_handles_it_second_is_told_that_it_has_changed(
    login_as: Login, entry: KnowledgeVersion, database: Database
) -> None:
    clerk = login_as(Role.UNIT_CLERK)
    reported(login_as(Role.AGENT), entry)
    found = only(database)
    send(clerk, f"/units/corrections/{found.id}/reject", rev=found.rev, reason="不用改")
    late = send(clerk, f"/units/corrections/{found.id}/accept", rev=found.rev)
    assert late.status_code == 409


def test_another_unit_s_people_do_not_see_it(
    login_as: Login, entry: KnowledgeVersion, database: Database
) -> None:
    with database.unit_of_work() as session:
        stranger = Unit(name="澜川市水利局")
        session.add(stranger)
    reported(login_as(Role.AGENT), entry)
    other = login_as(Role.UNIT_CLERK, name="shuili", unit_id=stranger.id)
    assert "还没有人报过" in other.get("/units/corrections?tab=all").text
    assert other.get(f"/units/corrections/{only(database).id}").status_code == 404


def test_what_is_overdue_comes_first_and_is_counted(
    login_as: Login, entry: KnowledgeVersion, clock: ManualClock
) -> None:
    reported(login_as(Role.AGENT, name="zx1"), entry, passage=1, said="先报的")
    clock.forward(hours=6)
    reported(login_as(Role.AGENT, name="zx2"), entry, passage=0, said="后报的")
    clock.forward(hours=20)  # the first is due at 10:24 the next day, the second at 16:24
    clerk = login_as(Role.UNIT_CLERK)
    page = clerk.get("/units/corrections").text
    assert page.index("先报的") < page.index("后报的")
    assert re.search(r'已超时<b class="num">1</b>', page)
    assert "后报的" not in clerk.get("/units/corrections?tab=overdue").text


def test_the_entry_s_owners_see_it_at_the_clause(login_as: Login, entry: KnowledgeVersion) -> None:
    reported(login_as(Role.AGENT), entry, said="打不通")
    page = login_as(Role.UNIT_CLERK).get(f"/units/entries/{entry.item_id}").text
    assert "纠错 · 电话打不通" in page


def test_the_public_sees_nothing_of_it(
    login_as: Login, entry: KnowledgeVersion, client: FlaskClient
) -> None:
    reported(login_as(Role.AGENT), entry, said="打不通的电话")
    page = client.get(f"/entry/{entry.item_id}").text
    assert "学费办法" in page
    assert "打不通的电话" not in page
    assert "纠错" not in page


def test_the_queue_can_be_taken_home_without_callers_numbers(
    login_as: Login, entry: KnowledgeVersion, database: Database
) -> None:
    reported(login_as(Role.AGENT, name="zx1"), entry, said="来电人 13812341234 说一直占线")
    editor = login_as(Role.EDITOR)
    (row,) = take_home(editor, "/units/corrections?kind=phone")
    assert (row["条目"], row["单位"], row["状态"]) == ("学费办法", "澜川市教育局", "待处理")
    assert row["说明"] == "来电人 138****1234 说一直占线"
    assert takings(database) == [("correction.export", "corrections-waiting", 1)]
