"""Whoever's order was merged into another is rung as well, and told the truth meanwhile."""

from itertools import count

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.db import Database
from kb.models import Unit, WorkOrder
from kb.queries.progress import find_progress
from kb.services import work_orders
from kb.services.order_running import running_of
from kb.terms import Role
from tests.kb.hotline import Hotline
from tests.web.conftest import ManualClock, csrf_token
from tests.web.follow_up.conftest import Scene, path_of, send

OTHER = "13900005678"


def test_a_merged_requester_is_rung_and_told_before_the_order_is_archived(
    caller: FlaskClient, scene: Scene, database: Database, clock: ManualClock
) -> None:
    main, merged = _merged(scene, database, clock)
    asked = scene.stored(merged).request.number
    assert "热线中心会致电告诉您办理结果" in _told(database, asked)
    send(caller, main, "followed_up", satisfaction="satisfied")
    page = caller.get(path_of(main)).text
    assert "并入诉求的回访" in page and "139****5678" in page and OTHER not in page
    assert "热线中心会致电告诉您办理结果" in _told(database, asked)
    refused = send(caller, main, "archived")
    assert refused.status_code == 422 and f"并入的诉求还没有回访：{asked}" in refused.text
    base = f"{path_of(main)}/merged/{merged}"
    form = {"csrf_token": csrf_token(caller, path_of(main))}
    assert f'href="tel:{OTHER}"' in caller.post(f"{base}/contact", data=form).text
    form["seen"] = str(scene.stored(main).event_count)
    assert caller.post(f"{base}/call", data=form | {"result": "dissatisfied"}).status_code == 422
    noted = caller.post(f"{base}/call", data=form | {"result": "satisfied", "text": "已来水"})
    assert noted.status_code == 302
    assert scene.stored(main).events[-1].data["text"] == (f"已回访并入的诉求 {asked}：满意；已来水")
    assert "办理结果已经答复您" in _told(database, asked)
    assert send(caller, main, "archived").status_code == 302


def test_why_one_is_not_rung_and_content_says_nothing_of_the_merged_others(
    caller: FlaskClient, scene: Scene, database: Database, clock: ManualClock
) -> None:
    main, merged = _merged(scene, database, clock)
    asked = scene.stored(merged).request.number
    refused = send(caller, main, "archived", waived="来电人匿名")
    assert refused.status_code == 422 and f"并入的诉求还没有回访：{asked}" in refused.text
    form = {
        "csrf_token": csrf_token(caller, path_of(main)),
        "seen": str(scene.stored(main).event_count),
        "result": "dissatisfied",
        "text": "还在漏",
    }
    base = f"{path_of(main)}/merged/{merged}"
    assert caller.post(f"{base}/call", data=form).status_code == 302
    refused = send(caller, main, "archived", waived="来电人匿名")
    assert refused.status_code == 422 and "并入的诉求有人不满意" in refused.text
    words = {"waived": "来电人匿名", "text": "楼内管道归业主，已说明"}
    assert send(caller, main, "archived", **words).status_code == 302


def test_a_merged_requester_is_dialled_as_often_as_any_other(
    caller: FlaskClient, scene: Scene, database: Database, clock: ManualClock
) -> None:
    main, merged = _merged(scene, database, clock)
    asked = scene.stored(merged).request.number
    send(caller, main, "followed_up", satisfaction="satisfied")
    form = {"csrf_token": csrf_token(caller, path_of(main)), "result": "unreached"}
    for dial in (1, 2, 3):
        refused = send(caller, main, "archived")
        assert refused.status_code == 422 and "或拨打 3 次未接通" in refused.text
        form["seen"] = str(scene.stored(main).event_count)
        caller.post(f"{path_of(main)}/merged/{merged}/call", data=form)
        assert f"已拨打 {dial} 次未接通" in caller.get(path_of(main)).text
    noted = [event.data["text"] for event in scene.stored(main).events[-3:]]
    assert noted == [f"拨打并入的诉求 {asked}：第 {dial} 次未接通" for dial in (1, 2, 3)]
    assert send(caller, main, "archived").status_code == 302
    # Nobody will ring any more: the page does not promise it.
    assert "了解办理结果请拨打 12345" in _told(database, asked)


@pytest.mark.parametrize("result", ["satisfied", "dissatisfied"])
def test_the_clock_of_the_call_back_runs_until_the_last_requester_was_rung(
    caller: FlaskClient, scene: Scene, database: Database, clock: ManualClock, result: str
) -> None:
    main, merged = _merged(scene, database, clock)
    due = scene.stored(main).call_back_due_at
    assert due is not None
    clock.forward(minutes=10)
    send(caller, main, "followed_up", satisfaction="satisfied")
    order = scene.stored(main)
    assert (order.follow_up, order.call_back_due_at) == ("done", due)
    assert [one.label for one in running_of(order)] == ["回访"]
    form = {
        "csrf_token": csrf_token(caller, path_of(main)),
        "seen": str(order.event_count),
        "result": result,
        "text": "还在漏" if result == "dissatisfied" else "",
    }
    caller.post(f"{path_of(main)}/merged/{merged}/call", data=form)
    # Whoever is not content is still to be answered.
    left = due if result == "dissatisfied" else None
    assert scene.stored(main).call_back_due_at == left
    send(caller, main, "archived", text="楼内管道归业主，已说明")
    assert scene.stored(main).call_back_due_at is None


def test_the_clock_of_the_call_back_ends_when_the_one_it_ran_for_is_taken_out(
    caller: FlaskClient, scene: Scene, database: Database, clock: ManualClock
) -> None:
    main, merged = _merged(scene, database, clock)
    clock.forward(minutes=10)
    send(caller, main, "followed_up", satisfaction="satisfied")
    assert scene.stored(main).call_back_due_at is not None
    with database.unit_of_work() as session:
        city = Hotline(session)
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == merged)).one()
        work_orders.unmerge(
            session, order, city.by(city.actor(Role.DISPATCHER), clock()), text="另一户"
        )
    assert scene.stored(main).call_back_due_at is None


def _merged(scene: Scene, database: Database, clock: ManualClock) -> tuple[str, str]:
    """The order at work takes in another caller's; then it is resolved."""
    with database.unit_of_work() as session:
        city = Hotline(session, count(900))
        query = select(WorkOrder).where(WorkOrder.number == scene.working)
        main = session.scalars(query).one()
        request = city.request(clock(), title="也漏水", requester_phone=OTHER)
        other = city.order(request, clock())
        by = city.by(city.actor(Role.DISPATCHER), clock())
        work_orders.merge(session, other, by, into=main, text="同一处漏水")
        city.resolved(main, session.get_one(Unit, scene.water), clock())
        return main.number, other.number


def _told(database: Database, number: str) -> str:
    with database.reading() as session:
        return find_progress(session, number, OTHER[-4:]).explanation
