"""知识产出 on its page: what is there already, the draft from the reply, the archive."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.calendar import seed_calendar
from kb.db import Database
from kb.models import KnowledgeVersion, OrderEntry, Unit, WorkOrder
from kb.outbox.indexes import Indexes
from kb.outbox.rebuild import ensure_built
from kb.outbox.whoosh_factory import WhooshFactory
from kb.services import work_orders
from kb.services.registration import Registration
from kb.services.requests import hand_over, register
from kb.services.search import SearchService
from kb.services.work_orders import By
from kb.terms import Role
from tests.kb.hotline import PROFILE, Hotline
from tests.web.conftest import Login, ManualClock, csrf_token
from webapp import create_app
from webapp.settings import Settings

REPLY = "养犬登记在派出所办理，当场办结，不收费。已电话13812345678告知。"


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock, tmp_path: Path) -> Flask:
    """The application with a search over an empty index."""
    indexes = Indexes(tmp_path / "indexes", WhooshFactory())
    ensure_built(database, indexes, clock)
    search = SearchService(indexes, database)
    app = create_app(settings, database, search, clock=clock, profile=PROFILE)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def number(database: Database, clock: ManualClock, unit: Unit) -> str:
    """A resolved consultation order of the unit."""
    with database.unit_of_work() as session:
        seed_calendar(session)
        city, now = Hotline(session), clock()
        agent = city.actor(Role.AGENT)
        told = Registration("咨询养犬登记费用", requester_phone="13812345678")
        request = register(session, told, profile=PROFILE, phone_key=b"k", actor=agent, now=now)
        order = hand_over(
            session,
            request,
            profile=PROFILE,
            query="养犬登记要多少钱",
            seen_item_id=None,
            actor=agent,
            now=now,
        )
        own = session.get_one(Unit, unit.id)
        city.dispatched(order, own, now)
        clerk = By(city.actor(Role.UNIT_CLERK, unit=own), now, PROFILE)
        work_orders.acknowledge(session, order, clerk)
        work_orders.reply(session, order, clerk, text=REPLY)
        if order.state == "unit_review":
            reviewer = By(city.actor(Role.UNIT_REVIEWER, unit=own), now, PROFILE)
            work_orders.pass_unit_review(session, order, reviewer)
        work_orders.resolve(session, order, By(city.actor(Role.DISPATCHER), now, PROFILE))
        return order.number


def test_the_follow_up_agent_makes_a_draft_and_archives(
    login_as: Login, number: str, database: Database
) -> None:
    agent = login_as(Role.FOLLOW_UP_AGENT)
    path = f"/orders/{number}/knowledge"
    page = agent.get(path).text
    assert "库里没有相近的条目，可以由答复新建一条" in page
    assert "养犬登记在派出所办理，当场办结，不收费。" in page
    assert "13812345678" not in page
    token = csrf_token(agent, "/password")
    form = {"csrf_token": token, "title": "养犬登记收费吗", "audience": "public"}
    empty = agent.post(f"{path}/draft", data=form | {"body": " "})
    assert empty.status_code == 422
    assert 'value="养犬登记收费吗"' in empty.text
    told = form | {"body": REPLY, "variants": "狗证收费吗"}
    bound = agent.post(f"{path}/draft", data=told)
    assert bound.status_code == 422
    assert "还有只属于这一件的话：“已电话”（为这一件办的）" in bound.text
    assert 'name="holds_for_all"' in bound.text
    made = agent.post(f"{path}/draft", data=told | {"holds_for_all": "1"})
    assert made.status_code == 302
    with database.reading() as session:
        row = session.scalars(select(OrderEntry)).one()
        version = session.scalars(select(KnowledgeVersion)).one()
        assert version.state == "draft"
        assert "13812345678" not in version.body
        seen = session.scalars(select(WorkOrder.event_count)).one()
    page = agent.get(path).text
    assert "发布后自动重跑来电人的提问" in page
    outcome = {"csrf_token": token, "seen": seen, "waived": "没有留电话"}
    refused = agent.post(f"{path}/archive", data=outcome)
    assert refused.status_code == 422
    assert "咨询工单归档前要写明知识成果" in refused.text
    outcome |= {"knowledge": "created", "item_id": row.item_id}
    with database.unit_of_work() as session:
        session.scalars(select(KnowledgeVersion)).one().state = "discarded"
    thrown = agent.post(f"{path}/archive", data=outcome)
    assert thrown.status_code == 422 and "没有作废的条目" in thrown.text
    with database.unit_of_work() as session:
        session.scalars(select(KnowledgeVersion)).one().state = "draft"
    assert agent.post(f"{path}/archive", data=outcome).status_code == 302
    with database.reading() as session:
        order = session.scalars(select(WorkOrder)).one()
        assert order.state == "archived"
    assert "已归档：新建条目" in agent.get(path).text


def test_the_unit_works_on_its_own_orders_only_and_archives_none(
    login_as: Login, number: str, database: Database
) -> None:
    path = f"/orders/{number}/knowledge"
    clerk = login_as(Role.UNIT_CLERK)
    page = clerk.get(path).text
    assert "由答复新建标准问答" in page
    assert "归档</h2>" not in page
    with database.unit_of_work() as session:
        other = Unit(name="澜川市财政局")
        session.add(other)
    stranger = login_as(Role.UNIT_CLERK, name="cz1", unit_id=other.id)
    assert stranger.get(path).status_code == 404
    assert login_as(Role.AGENT).get(path).status_code == 403


def _drafted(agent: FlaskClient, number: str) -> None:
    form = {
        "csrf_token": csrf_token(agent, "/password"),
        "title": "养犬登记收费吗",
        "body": "养犬登记不收费。",
        "audience": "public",
    }
    made = agent.post(f"/orders/{number}/knowledge/draft", data=form)
    assert made.status_code == 302


def _archived(agent: FlaskClient, number: str, database: Database) -> None:
    with database.reading() as session:
        row = session.scalars(select(OrderEntry)).one()
        seen = session.scalars(select(WorkOrder.event_count)).one()
    form = {
        "csrf_token": csrf_token(agent, "/password"),
        "seen": seen,
        "waived": "没有留电话",
        "knowledge": "created",
        "item_id": row.item_id,
    }
    assert agent.post(f"/orders/{number}/knowledge/archive", data=form).status_code == 302


def test_what_was_written_from_the_reply_is_not_written_twice(
    login_as: Login, number: str, database: Database
) -> None:
    agent = login_as(Role.FOLLOW_UP_AGENT)
    _drafted(agent, number)
    page = agent.get(f"/orders/{number}/knowledge").text
    assert "已由答复写成一条" in page and "不另建一份" in page
    assert "建成草稿" not in page
    form = {"csrf_token": csrf_token(agent, "/password"), "title": "养犬收费", "body": "不收费。"}
    again = agent.post(f"/orders/{number}/knowledge/draft", data=form)
    assert again.status_code == 409
    assert "已由这张工单写了《养犬登记收费吗》" in again.text
    _archived(agent, number, database)
    page = agent.get(f"/orders/{number}/knowledge").text
    assert "已归档：新建条目" in page and "建成草稿" not in page
    assert "建议的知识成果" not in page


def test_an_archived_order_whose_draft_was_discarded_is_listed_until_it_is_taken_up(
    login_as: Login, number: str, database: Database
) -> None:
    agent, editor = login_as(Role.FOLLOW_UP_AGENT), login_as(Role.EDITOR)
    _drafted(agent, number)
    _archived(agent, number, database)
    heading = "归档了、草稿却已作废的工单"
    assert heading not in editor.get("/units/gaps").text
    with database.unit_of_work() as session:
        session.scalars(select(KnowledgeVersion)).one().state = "discarded"
    board = editor.get("/units/gaps").text
    assert heading in board and f"/orders/{number}/knowledge" in board
    page = editor.get(f"/orders/{number}/knowledge").text
    assert "归档时的草稿已经作废，这张工单没有成为知识" in page and "建成草稿" in page
    _drafted(editor, number)
    assert heading not in editor.get("/units/gaps").text


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("市民您好，您反映的问题已收悉，感谢您的来电。", "只对这位诉求人说话"),
        ("我局高度重视，将进一步加强监管，持续推进相关工作。", "答复都是套话"),
    ],
)
def test_a_reply_that_answers_nothing_says_so_and_what_comes_next(
    login_as: Login, number: str, database: Database, reply: str, why: str
) -> None:
    with database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder)).one()
        said = next(event for event in order.events if event.kind == "replied")
        said.data = {**said.data, "text": reply}
    page = login_as(Role.DISPATCHER).get(f"/orders/{number}/knowledge").text
    assert why in page and "由答复新建一条" not in page
    assert "在<a href" in page and "交回重办" in page
    assert "自己写一条" in page and "选“不具普遍性”，写明理由" in page
