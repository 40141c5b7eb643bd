"""统一口径: issued by the supervisor, on every desk until each agent has taken note."""

import re
from secrets import token_urlsafe

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.terms import Role
from tests.web.conftest import Login, ManualClock, csrf_token

TEXT = "城东今天停水到 18 点，恢复时间以水务公告为准，请先安抚再登记。"


@pytest.fixture
def supervisor(login_as: Login) -> FlaskClient:
    return login_as(Role.SUPERVISOR)


@pytest.fixture
def agent(login_as: Login) -> FlaskClient:
    return login_as(Role.AGENT)


def _post(client: FlaskClient, path: str, **form: str) -> TestResponse:
    form["csrf_token"] = csrf_token(client, "/account")
    return client.post(path, data=form, headers={"Accept": "application/json"})


def _issue(client: FlaskClient, **given: str) -> TestResponse:
    values = {"text": TEXT, "ends_at": "2026-05-07T20:00", "token": token_urlsafe()} | given
    return _post(client, "/supervise/guidance", **values)


def test_agents_see_it_until_they_have_taken_note(
    supervisor: FlaskClient, agent: FlaskClient
) -> None:
    assert _issue(supervisor).status_code == 303
    waiting = agent.get("/supervise/guidance/waiting").get_json()
    assert TEXT in waiting["html"]
    assert "1</span> 人还没看" in supervisor.get("/supervise/guidance").text
    (number,) = waiting["ids"]
    for _ in range(2):
        done = _post(agent, f"/supervise/guidance/{number}/acknowledge")
        assert done.get_json()["ids"] == []
    page = supervisor.get("/supervise/guidance").text
    assert "全部坐席都看过" in page
    assert "10:24</span> 测试员</li>" in page
    # It still holds: it can be read again beside the notices.
    assert TEXT in agent.get("/desk").text


def test_it_ends_by_itself_or_when_withdrawn(
    supervisor: FlaskClient, agent: FlaskClient, clock: ManualClock
) -> None:
    _issue(supervisor)
    (number,) = agent.get("/supervise/guidance/waiting").get_json()["ids"]
    assert _post(supervisor, f"/supervise/guidance/{number}/withdraw").status_code == 303
    assert agent.get("/supervise/guidance/waiting").get_json()["ids"] == []
    assert "10:24 测试员撤回" in supervisor.get("/supervise/guidance").text
    assert _post(supervisor, f"/supervise/guidance/{number}/withdraw").status_code == 409
    _issue(supervisor, ends_at="2026-05-07T10:40")
    clock.forward(minutes=20)
    assert agent.get("/supervise/guidance/waiting").get_json()["ids"] == []
    assert TEXT in supervisor.get("/supervise/guidance").text.split('id="old-h"')[1]


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"text": " "}, "请写明坐席从现在起怎么说"),
        ({"text": "字" * 201}, "最多 200 字，现有 201 字"),
        ({"ends_at": "2026-05-06T20:00"}, "要在现在之后"),
        ({"ends_at": ""}, "请写明到什么时候为止"),
        ({"item": "甲"}, "没有找到“甲”"),
        ({"item": "#4711"}, "没有这个知识条目"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    supervisor: FlaskClient, given: dict[str, str], sentence: str
) -> None:
    answer = _issue(supervisor, **given)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert given.get("text", TEXT).strip() in answer.text


def test_an_agent_issues_none(agent: FlaskClient) -> None:
    assert _issue(agent).status_code == 403


def test_one_form_issues_one_however_often_it_is_sent(
    supervisor: FlaskClient, agent: FlaskClient
) -> None:
    token = re.search(r'name="token" value="(.+?)"', supervisor.get("/supervise/guidance").text)
    assert token is not None
    for _ in range(2):
        assert _issue(supervisor, token=token[1]).status_code == 303
    assert len(agent.get("/supervise/guidance/waiting").get_json()["ids"]) == 1
    changed = _issue(supervisor, token=token[1], text="改过的说法")
    assert changed.status_code == 409
    assert "刚才已经发布" in changed.text and "改过的说法" in changed.text
    fresh = re.search(r'name="token" value="(.+?)"', changed.text)
    assert fresh is not None and fresh[1] != token[1]
    assert _issue(supervisor, token=fresh[1], text="改过的说法").status_code == 303
    assert len(agent.get("/supervise/guidance/waiting").get_json()["ids"]) == 2


def test_it_is_asked_once_more_before_every_desk_is_told(
    supervisor: FlaskClient, agent: FlaskClient
) -> None:
    page = supervisor.get("/supervise/guidance").text
    asked = re.search(r'name="ask" value="(马上显示到全部坐席.+?)"', page)
    assert asked is not None and "（1 人）" in asked[1]
    form = {"text": TEXT, "ends_at": "2026-05-07T20:00", "token": token_urlsafe(), "ask": asked[1]}
    form["csrf_token"] = csrf_token(supervisor, "/account")
    question = supervisor.post("/supervise/guidance", data=form)
    assert asked[1] in question.text
    assert agent.get("/supervise/guidance/waiting").get_json()["ids"] == []
