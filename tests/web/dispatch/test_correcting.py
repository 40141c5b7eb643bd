"""更正登记 on the page of a request."""

import pytest
from flask import Flask
from sqlalchemy import select

from kb.calendar import seed_calendar
from kb.db import Database
from kb.models import CitizenRequest
from kb.profile import profile_from
from kb.terms import Role
from tests.web.conftest import Login, ManualClock, csrf_token
from webapp import create_app
from webapp.settings import Settings

PAGE = "/dispatch/requests/LC-1"


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock) -> Flask:
    profile = profile_from({"categories": [{"name": "城市管理", "children": ["路灯", "噪音"]}]})
    with database.unit_of_work() as session:
        seed_calendar(session)
        session.add(
            CitizenRequest(
                number="LC-1", received_at=clock(), title="楼下太吵", category="城市管理/路灯"
            )
        )
    app = create_app(settings, database, clock=clock, profile=profile)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def category(database: Database) -> str:
    with database.reading() as session:
        return session.scalars(select(CitizenRequest.category)).one()


def test_a_dispatcher_corrects_and_sees_the_history(login_as: Login, database: Database) -> None:
    client = login_as(Role.DISPATCHER)
    form = {
        "csrf_token": csrf_token(client, PAGE),
        "seen": "0",
        "purpose": "consultation",
        "category": "噪音",
        "region": "",
    }
    refused = client.post(f"{PAGE}/correct", data=form | {"reason": ""})
    assert refused.status_code == 422
    assert "请写一句为什么更正" in refused.text
    assert 'value="噪音"' in refused.text
    done = client.post(f"{PAGE}/correct", data=form | {"reason": "说的是噪音"})
    assert done.status_code == 303
    assert category(database) == "城市管理/噪音"
    page = client.get(PAGE).text
    assert "类别由“城市管理/路灯”改为“城市管理/噪音”" in page
    assert "说的是噪音" in page
    stale = client.post(
        f"{PAGE}/correct", data=form | {"category": "城市管理/路灯", "reason": "改回来"}
    )
    assert stale.status_code == 409
    assert "改回来" in stale.text
    assert "您在另一个窗口更正过这件诉求" in stale.text and "别人" not in stale.text
    assert category(database) == "城市管理/噪音"


def test_others_only_read(login_as: Login, database: Database) -> None:
    client = login_as(Role.AGENT)
    assert "更正目的、类别或区域" not in client.get(PAGE).text
    answer = client.post(f"{PAGE}/correct", data={"csrf_token": csrf_token(client, PAGE)})
    assert answer.status_code == 403
    assert category(database) == "城市管理/路灯"
