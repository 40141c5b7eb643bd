"""在线提交诉求 and 有用/没用: what the public may send, and what becomes of it."""

import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb.actor import Actor
from kb.calendar import seed_calendar
from kb.db import Database
from kb.models import CitizenRequest, EntryVote, SearchRecord, Unit, WorkOrder
from kb.profile import profile_from
from kb.services import entries, publishing
from kb.services.gap_collecting import waiting
from kb.terms import KnowledgeKind, Role
from tests.web.conftest import Login, ManualClock, csrf_token
from webapp import create_app
from webapp.settings import Settings

EDITOR = Actor(0, "编辑", None, frozenset({Role.EDITOR}))
PROFILE = profile_from(
    {
        "code": "LC",
        "channels": ["电话", "网站"],
        "lines": ["综合"],
        "purposes": ["咨询", "投诉", "求决"],
        "regions": [{"name": "临江区", "children": ["江北街道"]}],
    }
)


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock) -> Flask:
    """Without an index: neither page searches."""
    app = create_app(settings, database, clock=clock, profile=PROFILE)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def item(database: Database, clock: ManualClock) -> int:
    with database.unit_of_work() as session:
        seed_calendar(session)
        unit = Unit(name="市医疗保障局")
        session.add(unit)
        session.flush()
        content = entries.Content(kind=KnowledgeKind.QA, title="断保怎么补", body="可以补缴。\n")
        version = entries.create_entry(
            session, unit=unit, content=content, actor=EDITOR, now=clock()
        )
        publishing.publish(session, version, actor=EDITOR, now=clock())
        return version.item_id


def send_vote(client: FlaskClient, item: int, **form: str) -> TestResponse:
    path = f"/entry/{item}/vote"
    return client.post(path, data={"csrf_token": csrf_token(client, path), **form})


def test_the_entry_leads_to_the_vote_and_stays_the_same_for_everyone(
    client: FlaskClient, item: int
) -> None:
    page = client.get(f"/entry/{item}")
    assert f"/entry/{item}/vote?useful=0" in page.text
    assert "csrf_token" not in page.text
    assert re.search(r'value="0"[^>]* checked', client.get(f"/entry/{item}/vote?useful=0").text)


def test_useful_is_counted_and_shown_to_agents(
    client: FlaskClient, item: int, login_as: Login, database: Database
) -> None:
    answer = send_vote(client, item, useful="1")
    assert answer.status_code == 303
    assert "谢谢" in client.get(answer.location).text
    assert send_vote(client, item, useful="0", reason="unclear").status_code == 303
    page = login_as(Role.AGENT).get(f"/desk/entry/{item}").text
    assert '有用 <span class="num">1</span> · 没用 <span class="num">1</span>' in page
    assert "没有说清楚" in page
    with database.reading() as session:
        assert session.scalars(select(SearchRecord)).all() == []


def test_what_was_wanted_joins_the_gaps_without_the_persons_number(
    client: FlaskClient, item: int, database: Database, clock: ManualClock
) -> None:
    said = "断保半年能不能补，我的电话13812345678"
    assert send_vote(client, item, useful="0", reason="other_matter", said=said).status_code == 303
    with database.reading() as session:
        record = session.scalars(
            select(SearchRecord)
            .outerjoin(CitizenRequest, CitizenRequest.id == SearchRecord.request_id)
            .where(waiting(clock()))
        ).one()
        vote = session.scalars(select(EntryVote)).one()
    assert (record.audience, record.answered, record.led_to) == ("public", False, "not_useful")
    assert record.query.startswith("断保半年能不能补")
    assert "13812345678" not in record.query + vote.said


def test_not_useful_needs_a_reason_and_loses_nothing(client: FlaskClient, item: int) -> None:
    answer = send_vote(client, item, useful="0", said="还想问异地怎么办")
    assert answer.status_code == 422
    assert "请选一下哪里没有用" in answer.text
    assert "还想问异地怎么办" in answer.text


def test_what_the_public_may_not_see_takes_no_vote(client: FlaskClient, item: int) -> None:
    assert client.get("/entry/99999/vote").status_code == 404
    token = csrf_token(client, "/track")
    answer = client.post("/entry/99999/vote", data={"csrf_token": token, "useful": "1"})
    assert answer.status_code == 404


ASKED = {
    "title": "江北路路灯不亮",
    "content": "江北路 18 号门口路灯三天不亮，希望修好。",
    "purpose": "求决",
    "region": "临江区/江北街道",
    "requester_phone": "13800001111",
    "is_confidential": "1",
}


def send_ask(client: FlaskClient, **form: Any) -> TestResponse:
    page = client.get("/ask").text
    for name in ("csrf_token", "token"):
        found = re.search(f'name="{name}" value="([^"]*)"', page)
        assert found
        form.setdefault(name, found[1])
    return client.post("/ask", data=form)


def test_what_is_asked_waits_for_the_dispatcher_and_can_be_followed(
    client: FlaskClient, database: Database
) -> None:
    answer = send_ask(client, **ASKED)
    assert answer.status_code == 200
    with database.reading() as session:
        request = session.scalars(select(CitizenRequest)).one()
        order = session.scalars(select(WorkOrder)).one()
    assert request.number in answer.text
    assert (request.channel, request.line, request.purpose) == ("网站", "综合", "求决")
    assert (request.region, request.is_confidential) == ("临江区/江北街道", True)
    assert (request.outcome, order.state) == ("handed_over", "accepted")
    form = {
        "csrf_token": csrf_token(client, "/track"),
        "number": request.number,
        "tail": "1111",
    }
    assert "等待派单" in client.post("/track", data=form).text


def test_no_purpose_is_chosen_for_the_person(client: FlaskClient) -> None:
    assert re.findall('name="purpose" value="([^"]*)"( checked)?', client.get("/ask").text) == [
        ("consultation", ""),
        ("complaint", ""),
        ("求决", ""),
    ]


def test_a_form_sent_twice_is_one_request(client: FlaskClient, database: Database) -> None:
    first = send_ask(client, **ASKED, token="a" * 20)
    again = send_ask(client, **ASKED, token="a" * 20)
    assert first.status_code == again.status_code == 200
    with database.reading() as session:
        assert len(session.scalars(select(CitizenRequest)).all()) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "请写一句诉求标题"),
        ({"content": " "}, "请写清楚什么事"),
        ({"requester_phone": ""}, "请填写能联系到您的电话"),
        ({"requester_phone": "没有"}, "请核对电话"),
        ({"requester_phone": "1380000111"}, "现在写的有 10 位数字：手机是 11 位"),
        ({"requester_phone": "23800001111"}, "请核对电话"),
        ({"requester_phone": "5557788"}, "座机要写区号"),
        ({"purpose": "help"}, "没有这种诉求目的"),
        ({"purpose": ""}, "请选诉求目的：咨询、投诉、求决"),
        ({"region": "火星区"}, "没有“火星区”这个选项"),
    ],
)
def test_a_refused_form_comes_back_whole(
    client: FlaskClient, database: Database, change: dict[str, str], said: str
) -> None:
    answer = send_ask(client, **(ASKED | change))
    assert answer.status_code == 422
    assert said in answer.text
    kept = "江北路路灯不亮" if "title" not in change else "江北路 18 号门口"
    assert kept in answer.text
    assert f'value="{change.get("requester_phone", ASKED["requester_phone"])}"' in answer.text
    with database.reading() as session:
        assert session.scalars(select(CitizenRequest)).all() == []


@pytest.mark.parametrize(
    ("phone", "stored"),
    [
        ("138 0000 1111", "13800001111"),
        ("１３８００００１１１１", "13800001111"),
        ("+86 138-0000-1111", "8613800001111"),
        ("(0571) 8765432", "05718765432"),
        ("010-87654321", "01087654321"),
        ("400-888-1234", "4008881234"),
        ("95588", "95588"),
        ("+1 202-555-0123", "12025550123"),
    ],
)
def test_a_number_that_can_be_called_is_taken_and_its_end_is_told(
    client: FlaskClient, database: Database, phone: str, stored: str
) -> None:
    answer = send_ask(client, **(ASKED | {"requester_phone": phone}))
    assert answer.status_code == 200
    assert f'尾号 <b class="num">{stored[-4:]}</b>' in answer.text
    assert stored not in answer.text
    with database.reading() as session:
        assert session.scalars(select(CitizenRequest)).one().requester_phone == stored


def test_the_form_offers_what_the_city_has_and_takes_the_words_of_a_search(
    client: FlaskClient,
) -> None:
    page = client.get("/ask", query_string={"q": "路灯坏了找谁"}).text
    assert 'value="求决"' in page
    assert 'value="help"' not in page
    assert '<option value="临江区/江北街道">' in page
    assert 'value="路灯坏了找谁"' in page
