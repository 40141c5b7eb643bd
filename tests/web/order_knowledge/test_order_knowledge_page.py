"""知识产出 on its page: what is there already, the draft from the reply, the archive."""

from pathlib import Path

import pytest
from flask import Flask
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
