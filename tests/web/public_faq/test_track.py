"""查进度: plain words for those who know both, one sentence for everybody else."""

import re
from datetime import timedelta
from pathlib import Path

from flask.testing import FlaskClient

from kb.actor import Actor
from kb.db import Database
from kb.services import requests as request_service
from kb.services import work_orders
from kb.terms import Role
from tests.kb.hotline import Hotline
from tests.web.api_v1.city import PROFILE, City
from tests.web.conftest import ManualClock, csrf_token, make_user
from webapp import create_app
from webapp.settings import Settings


def _ask(client: FlaskClient, number: str, tail: str) -> object:
    form = {"csrf_token": csrf_token(client, "/track"), "number": number, "tail": tail}
    return client.post("/track", data=form)


def _same(page: str, number: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]+"', "", page).replace(number, "N")


def test_a_new_request_is_registered(client: FlaskClient, city: City) -> None:
    number = city.register().number
    answer = _ask(client, number.lower().replace("-", "－"), " ５678 ")
    assert answer.status_code == 200
    assert "已登记" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    for private in ("王小明", "路灯", "13812345678", "138****"):
        assert private not in answer.text


def test_the_state_follows_the_order(client: FlaskClient, city: City) -> None:
    city.calendar()
    number = city.register().number
    centre = _actor(city, Role.DISPATCHER, Role.AGENT)
    clerk = _actor(city, Role.UNIT_CLERK)
    now = city.clock()
    with city.database.unit_of_work() as session:
        request = request_service.get_request(session, number, centre)
        order_number = request_service.hand_over(
            session, request, profile=PROFILE, query="", seen_item_id=None, actor=centre, now=now
        ).number
    assert "已受理，等待派单" in _ask(client, number, "5678").text
    with city.database.unit_of_work() as session:
        order = work_orders.get_order(session, order_number, centre)
        by = work_orders.By(centre, now, PROFILE)
        work_orders.dispatch(session, order, by, unit_id=city.unit_id)
    page = _ask(client, number, "5678").text
    assert "已派单，等待签收" in page
    # 咨询 within one working day: Friday at the same time.
    assert "05-08 周五 10:24" in page
    with city.database.unit_of_work() as session:
        order = work_orders.get_order(session, order_number, clerk)
        work_orders.acknowledge(session, order, work_orders.By(clerk, now, PROFILE))
    assert "正在办理" in _ask(client, number, "5678").text


def test_a_late_order_is_said_to_be_late_and_its_dispatch_stays_the_first(
    client: FlaskClient, city: City
) -> None:
    city.calendar()
    number = city.register().number
    centre = _actor(city, Role.DISPATCHER, Role.AGENT)
    now = city.clock()
    with city.database.unit_of_work() as session:
        request = request_service.get_request(session, number, centre)
        order = request_service.hand_over(
            session, request, profile=PROFILE, query="", seen_item_id=None, actor=centre, now=now
        )
        by = work_orders.By(centre, now, PROFILE)
        work_orders.dispatch(session, order, by, unit_id=city.unit_id)
        other = Hotline(session).unit("市住建局").id
        later = work_orders.By(centre, now + timedelta(minutes=30), PROFILE)
        work_orders.reassign(session, order, later, unit_id=other, text="职责在住建局")
    page = _ask(client, number, "5678").text
    # Dispatched on Thursday at 10:24 and due a working day later, whoever has it since.
    assert '<b>派单</b> <span class="num">05-07 周四 10:24</span>' in page
    assert "05-08 周五 10:24</b> 前办结。" in page and "超期" not in page
    city.clock.forward(days=1, minutes=1)
    page = _ask(client, number, "5678").text
    assert "05-08 周五 10:24</b> 前办结，现在已经超期，还没有办结" in page


def _actor(city: City, *roles: Role) -> Actor:
    unit_id = city.unit_id if Role.UNIT_CLERK in roles else None
    person = make_user(city.database, city.clock, *roles, unit_id=unit_id)
    scope = frozenset({unit_id}) if unit_id else frozenset()
    return Actor(person.id, "测试员", unit_id, frozenset(roles), scope)


def test_wrong_number_and_wrong_tail_read_the_same(client: FlaskClient, city: City) -> None:
    known = city.register().number
    without_phone = city.register(phone="").number
    unknown = "LC20260507-9999"
    answers = [
        (_ask(client, known, "0000"), known),
        (_ask(client, unknown, "5678"), unknown),
        (_ask(client, without_phone, "0000"), without_phone),
    ]
    assert {answer.status_code for answer, _ in answers} == {404}
    assert len({_same(answer.text, number) for answer, number in answers}) == 1
    assert "编号和手机号后四位对不上" in answers[0][0].text


def test_what_cannot_be_a_number_is_said_beside_the_field(client: FlaskClient, city: City) -> None:
    answer = _ask(client, "LC2026042903", "12")
    assert answer.status_code == 422
    assert "应为 LC 加日期和四位序号" in answer.text
    assert "请填写手机号的后四位数字" in answer.text
    assert 'value="LC2026042903"' in answer.text
    for number, tail in (("", ""), ("\0", "\0"), ("9" * 5000, "x" * 5000), ("％＄", "１２３")):
        assert _ask(client, number, tail).status_code == 422


def test_a_get_never_looks_anything_up(client: FlaskClient, city: City) -> None:
    number = city.register().number
    page = client.get(f"/track?number={number}&tail=5678").text
    assert "已登记" not in page


def test_a_form_without_token_is_refused(client: FlaskClient, city: City) -> None:
    assert client.post("/track", data={"number": "LC20260507-0001", "tail": "1"}).status_code == 400


def test_guessing_ends_after_a_few_tries(database: Database, clock: ManualClock) -> None:
    folder = Path(str(database.engine.url.database)).parent
    settings = Settings.from_env({"KB_DATA": str(folder), "KB_RATE_LIMITS": "track=3/minute"})
    client = create_app(settings, database, clock=clock).test_client()
    statuses = [_ask(client, "LC20260507-0001", f"{tail:04}").status_code for tail in range(4)]
    assert statuses == [404, 404, 404, 429]
