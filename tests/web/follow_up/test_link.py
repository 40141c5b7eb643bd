"""评价 by a signed link: once, in time, without a log-in, and without a word about who or what."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.db import Database
from kb.models import CitizenRequest, Notice
from kb.services import work_orders
from kb.services.work_orders import state_of
from kb.terms import Role
from tests.kb.hotline import PROFILE, at
from tests.web.conftest import Login, ManualClock, csrf_token
from tests.web.follow_up.conftest import PHONE, Scene, missed, path_of, send
from webapp import create_app
from webapp.settings import Settings


def link_of(caller: FlaskClient, number: str) -> str:
    """The path in the text message of an order's page."""
    found = re.search(r"http://localhost(/rate/[\w.-]+)", caller.get(path_of(number)).text)
    assert found is not None
    return found[1]


def rate(client: FlaskClient, path: str, **form: str):
    return client.post(path, data={"csrf_token": csrf_token(client, path), **form})


def test_a_content_answer_is_the_call_back_result(
    caller: FlaskClient, client: FlaskClient, scene: Scene
) -> None:
    path = link_of(caller, scene.first)
    assert "您对办理结果满意吗" in client.get(path).text
    answer = rate(client, path, satisfaction="fairly", text="来得快")
    assert (answer.status_code, answer.location) == (303, path)
    assert "已经收到评价，谢谢" in client.get(path).text
    order = scene.stored(scene.first)
    assert (order.satisfaction, order.follow_up) == ("fairly", "done")
    assert order.events[-1].data["channel"] == "link"
    assert order.events[-1].actor_id is None
    page = caller.get(path_of(scene.first)).text
    assert "网上评价 · 基本满意" in page
    assert "下一步：归档" in page


def test_a_dissatisfied_answer_waits_for_a_call_before_anything_is_redone(
    caller: FlaskClient, client: FlaskClient, scene: Scene, clock: ManualClock, database: Database
) -> None:
    missed(scene, scene.first, clock)
    path = link_of(caller, scene.first)
    assert rate(client, path, satisfaction="dissatisfied", reason="办理太慢").status_code == 303
    assert "我们会先打电话向您了解情况" in client.get(path).text
    order = scene.stored(scene.first)
    assert (order.state, order.satisfaction, order.follow_up) == (
        "resolved",
        "dissatisfied",
        "tried",
    )
    assert state_of(order).clocks["call_back"].is_running
    assert "网评不满意" in caller.get("/follow-up").text
    page = caller.get(path_of(scene.first)).text
    assert "诉求人网上评价不满意，请先致电再定是否重办" in page
    assert "/rate/" not in page
    with database.reading() as session:
        told = session.scalars(select(Notice).where(Notice.kind == "order_objected")).one()
        assert (told.path, told.role) == (path_of(scene.first), Role.FOLLOW_UP_AGENT.value)
        assert not told.is_resolved
    send(caller, scene.first, "followed_up", satisfaction="satisfied", text="解释后认可")
    assert scene.stored(scene.first).satisfaction == "satisfied"
    with database.reading() as session:
        told = session.scalars(select(Notice).where(Notice.kind == "order_objected")).one()
        assert told.is_resolved


def test_a_link_is_used_once(caller: FlaskClient, client: FlaskClient, scene: Scene) -> None:
    path = link_of(caller, scene.first)
    token = csrf_token(client, path)
    for satisfaction in ("satisfied", "dissatisfied"):
        client.post(path, data={"csrf_token": token, "satisfaction": satisfaction, "text": "嗯"})
    assert scene.stored(scene.first).satisfaction == "satisfied"
    assert "satisfaction" not in client.get(path).text
    other = link_of(caller, scene.second)
    rate(client, other, satisfaction="dissatisfied", text="没修好")
    rate_again = client.post(other, data={"csrf_token": token, "satisfaction": "satisfied"})
    assert "已经收到您的评价" in rate_again.text
    assert scene.stored(scene.second).satisfaction == "dissatisfied"


def test_a_link_ends(
    caller: FlaskClient, client: FlaskClient, scene: Scene, clock: ManualClock
) -> None:
    path = link_of(caller, scene.first)
    token = csrf_token(client, path)
    clock.now = at("2026-05-14 10:24")  # seven days after it was shown, and the hour is not full
    assert "您对办理结果满意吗" in client.get(path).text
    clock.now = at("2026-05-14 11:00")
    assert "评价链接已经过期" in client.get(path).text
    late = client.post(path, data={"csrf_token": token, "satisfaction": "satisfied"})
    assert "评价链接已经过期" in late.text
    assert scene.stored(scene.first).satisfaction == ""


def test_a_link_of_an_earlier_resolution_is_no_more(
    caller: FlaskClient, client: FlaskClient, scene: Scene, clock: ManualClock
) -> None:
    path = link_of(caller, scene.first)
    scene.give(scene.first, work_orders.reopen, clock(), text="又停了")
    assert "这件诉求正在重新办理" in client.get(path).text


def test_only_our_own_links_open(
    caller: FlaskClient, client: FlaskClient, scene: Scene, settings: Settings, database: Database
) -> None:
    path = link_of(caller, scene.first)
    # Not the last character: some of its bits mean nothing.
    other = "A" if path[-9] != "A" else "B"
    assert client.get(path[:-9] + other + path[-8:]).status_code == 404
    for wrong in ("/rate/abc", "/rate/W10.abc", "/rate/" + "A" * 3000):
        assert client.get(wrong).status_code == 404
    with database.unit_of_work() as session:
        order = session.merge(scene.stored(scene.first))
        assert f"[{order.id}" not in path


def test_the_page_says_nothing_of_who_or_what(
    caller: FlaskClient, client: FlaskClient, scene: Scene
) -> None:
    for number in (scene.first, scene.secret):
        path = link_of(caller, number)
        answer = client.get(path)
        for words in ("偷排", "没水", "水务", "李", PHONE, "1234</", number):
            assert words not in answer.text
        assert scene.stored(number).request.number in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        # The address goes to no other site; without any referrer a browser sends no origin with
        # the form, which is then refused.
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert 'name="robots" content="noindex"' in answer.text
    message = caller.get(path_of(scene.secret)).text.split('id="fu-message"', 1)[1]
    message = message.split("</textarea>", 1)[0]
    for words in ("偷排", "水务", "李", PHONE, "1234"):
        assert words not in message.replace("12345", "").split("http", 1)[0]


def test_bad_input_comes_back_with_what_was_typed(
    caller: FlaskClient, client: FlaskClient, scene: Scene
) -> None:
    path = link_of(caller, scene.first)
    nothing = rate(client, path, text="等了三天")
    assert nothing.status_code == 422
    assert "请选择满意度" in nothing.text
    assert "等了三天</textarea>" in nothing.text
    bare = rate(client, path, satisfaction="dissatisfied")
    assert bare.status_code == 422
    assert "请选择或写明不满意的原因" in bare.text
    assert 'value="dissatisfied" required checked' in bare.text
    long = rate(client, path, satisfaction="satisfied", text="好" * 501)
    assert long.status_code == 422
    assert "说明最多 500 字，现有 501 字" in long.text
    odd = rate(client, path, satisfaction="unrated")
    assert odd.status_code == 422
    assert client.post(path, data={"satisfaction": "satisfied"}).status_code == 400
    assert scene.stored(scene.first).satisfaction == ""


def test_a_message_is_only_made_for_a_mobile(
    caller: FlaskClient, scene: Scene, database: Database
) -> None:
    with database.unit_of_work() as session:
        for request in session.scalars(select(CitizenRequest)):
            request.requester_phone = "0999-8250119"
    assert "/rate/" not in caller.get(path_of(scene.first)).text


def test_the_progress_page_leads_to_the_rating_while_there_is_one(
    caller: FlaskClient, client: FlaskClient, scene: Scene, database: Database
) -> None:
    with database.unit_of_work() as session:
        session.merge(scene.stored(scene.first)).request.number = "LC20260506-0001"
    token = csrf_token(client, "/track")
    form = {"csrf_token": token, "number": "LC20260506-0001", "tail": PHONE[-4:]}
    # Whoever is still to be told the result is not asked about it.
    assert "评价办理结果" not in client.post("/track", data=form).text
    scene.told_by_the_unit(scene.first)
    path = link_of(caller, scene.first)
    assert f'{path}">评价办理结果</a>' in client.post("/track", data=form).text
    rate(client, path, satisfaction="satisfied")
    assert "评价办理结果" not in client.post("/track", data=form).text


def test_each_order_of_a_split_request_is_rated_by_its_number(
    caller: FlaskClient, client: FlaskClient, scene: Scene, database: Database
) -> None:
    with database.unit_of_work() as session:
        first, second = (session.merge(scene.stored(one)) for one in (scene.first, scene.second))
        first.request.number = "LC20260506-0001"
        second.request = first.request
    token = csrf_token(client, "/track")
    form = {"csrf_token": token, "number": "LC20260506-0001", "tail": PHONE[-4:]}
    scene.told_by_the_unit(first.number)
    assert "评价办理结果：第 1 张工单（共 2 张）" in client.post("/track", data=form).text
    path = link_of(caller, scene.second)
    page = client.get(path).text
    assert "这里评价的是第 2 张工单（共 2 张）" in page and "住房和城乡" not in page
    rate(client, path, satisfaction="satisfied")
    assert "第 2 张工单（共 2 张）" in client.get(path).text
    # The only order of a request has no number.
    assert "张工单" not in client.get(link_of(caller, scene.consultation)).text


@pytest.mark.parametrize("limits", ["satisfaction=3/minute"])
def test_guessing_is_slowed_down(
    settings: Settings, database: Database, clock: ManualClock, limits: str
) -> None:
    env = {"KB_DATA": str(settings.data_folder), "KB_RATE_LIMITS": limits}
    app: Flask = create_app(Settings.from_env(env), database, clock=clock, profile=PROFILE)
    client = app.test_client()
    codes = [client.get(f"/rate/{place}").status_code for place in range(4)]
    assert codes == [404, 404, 404, 429]


def test_the_public_address_of_the_settings_is_used(
    settings: Settings,
    database: Database,
    clock: ManualClock,
    scene: Scene,
    login_as: Login,
) -> None:
    env = {"KB_DATA": str(settings.data_folder), "KB_PUBLIC_URL": "https://kb.example.gov.cn"}
    app = create_app(Settings.from_env(env), database, clock=clock, profile=PROFILE)
    caller = login_as(Role.FOLLOW_UP_AGENT, name="links")
    other = app.test_client()
    token = csrf_token(other)
    other.post(
        "/login", data={"csrf_token": token, "username": "links", "password": "Lanchuan-2026"}
    )
    page = other.get(path_of(scene.first)).text
    assert "https://kb.example.gov.cn/rate/" in page and "只在本机打得开" not in page
    assert "http://localhost/rate/" in caller.get(path_of(scene.first)).text
