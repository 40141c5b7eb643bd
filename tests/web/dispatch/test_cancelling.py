"""撤单 from the order's page: with a reason, while it waits; afterwards it is a closed file."""

from sqlalchemy import select

from kb.db import Database
from kb.models import CitizenRequest, WorkOrder
from kb.services.work_orders import By, dispatch, get_order
from kb.terms import Role
from tests.kb.hotline import PROFILE, Hotline, at
from tests.web.conftest import Login, csrf_token
from tests.web.dispatch.conftest import Scene, send, stored


def _outcome(database: Database, number: str) -> str:
    with database.reading() as session:
        query = select(CitizenRequest.outcome).join(
            WorkOrder, WorkOrder.request_id == CitizenRequest.id
        )
        return session.scalars(query.where(WorkOrder.number == number)).one()


def test_a_waiting_order_is_cancelled_with_a_reason(
    login_as: Login, scene: Scene, database: Database
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    refused = send(dispatcher, scene.waiting, "cancelled", text=" ")
    assert refused.status_code == 422
    assert "请写明为什么撤单" in refused.text
    assert stored(database, scene.waiting).state == "accepted"
    answer = send(dispatcher, scene.waiting, "cancelled", text="来电人撤回")
    assert answer.status_code == 302
    assert _outcome(database, scene.waiting) == "invalid"
    page = dispatcher.get(f"/dispatch/orders/{scene.waiting}").text
    assert "记为“无效”" in page
    for words in ("已撤单", "来电人撤回", "不再计时"):
        assert words in page
    assert "派单后起算" not in page
    assert 'id="do-dispatched"' not in page and 'id="do-noted"' in page
    assert scene.waiting in dispatcher.get("/dispatch?state=cancelled").text
    assert scene.waiting not in dispatcher.get("/dispatch?state=accepted").text
    request = page.split('href="/dispatch/requests/', 1)[1].split('"', 1)[0]
    of_request = dispatcher.get(f"/dispatch/requests/{request}").text
    assert "已撤单" in of_request and "待派单" not in of_request
    again = send(dispatcher, scene.waiting, "cancelled", text="再点一次")
    assert again.status_code == 409


def test_who_sent_it_meanwhile_is_shown_to_who_cancels(
    login_as: Login, scene: Scene, database: Database
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    with database.unit_of_work() as session:
        by = By(
            Hotline(session).actor(Role.DISPATCHER, name="周派单"), at("2026-05-07 10:00"), PROFILE
        )
        order = get_order(session, scene.waiting, by.actor)
        dispatch(session, order, by, unit_id=scene.water)
    refused = send(dispatcher, scene.waiting, "cancelled", text="误登记", seen="1")
    assert refused.status_code == 409
    assert "周派单" in refused.text and "误登记" in refused.text
    assert _outcome(database, scene.waiting) == "handed_over"


def test_what_a_unit_has_offers_no_cancelling(login_as: Login, scene: Scene) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    assert 'id="do-cancelled"' in dispatcher.get(f"/dispatch/orders/{scene.waiting}").text
    assert 'id="do-cancelled"' not in dispatcher.get(f"/dispatch/orders/{scene.at_water}").text
    supervisor = login_as(Role.SUPERVISOR)
    assert 'id="do-cancelled"' not in supervisor.get(f"/dispatch/orders/{scene.waiting}").text


def test_a_request_whose_order_was_cancelled_wrongly_gets_another(
    login_as: Login, scene: Scene, database: Database
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    page = f"/dispatch/orders/{scene.waiting}"
    assert "重新受理</b>" not in dispatcher.get(page).text
    send(dispatcher, scene.waiting, "cancelled", text="误登记")
    supervisor = login_as(Role.SUPERVISOR)
    assert "重新受理</b>" not in supervisor.get(page).text
    token = csrf_token(supervisor, page)
    refused = supervisor.post(f"{page}/again", data={"csrf_token": token, "text": "撤错了"})
    assert refused.status_code == 403
    token = csrf_token(dispatcher, page)
    refused = dispatcher.post(f"{page}/again", data={"csrf_token": token, "text": " "})
    assert refused.status_code == 422 and "请写一句为什么重新受理" in refused.text
    assert _outcome(database, scene.waiting) == "invalid"
    done = dispatcher.post(f"{page}/again", data={"csrf_token": token, "text": "撤错了一张"})
    assert done.status_code == 303
    number = done.location.rsplit("/", 1)[1]
    assert number != scene.waiting
    assert stored(database, scene.waiting).state == "cancelled"
    again = stored(database, number)
    assert again.state == "accepted"
    with database.reading() as session:
        asked = session.scalars(
            select(CitizenRequest).join(WorkOrder).where(WorkOrder.number == number)
        ).one()
        assert asked.outcome == "handed_over" and asked.handed_over_at is not None
        assert [one.reason for one in asked.corrections] == ["撤错了一张"]
        orders = select(WorkOrder.number).where(WorkOrder.request_id == asked.id)
        assert set(session.scalars(orders)) == {scene.waiting, number}
    shown = dispatcher.get(done.location).text
    assert "撤错了一张" in shown and 'id="do-dispatched"' in shown
    twice = dispatcher.post(f"{page}/again", data={"csrf_token": token, "text": "再来"})
    assert twice.status_code == 409
