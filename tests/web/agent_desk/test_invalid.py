"""记为无效 at the desk: what was left open is found on any day, and ended with a reason."""

from datetime import timedelta

from sqlalchemy import select

from kb.db import Database
from kb.models import CitizenRequest, WorkOrder
from kb.queries.progress import find_progress
from kb.terms import Role
from tests.web.agent_desk.conftest import WAITING, Desk
from tests.web.conftest import Login, ManualClock


def _taken_back(desk: Desk) -> str:
    """The number of a request whose order was raised and taken back."""
    form = {name: desk.hidden(name) for name in ("token", "call_id")}
    raised = desk.post(
        "/desk/work-orders",
        title="断保了",
        query=WAITING,
        purpose="help",
        requester_phone="13900005678",
        **form,
    ).get_json()
    desk.post(raised["undo_url"])
    return str(raised["request_no"])


def _outcomes(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(CitizenRequest.outcome)))


def test_what_was_left_open_is_found_the_next_day_and_gone_on_with(
    desk: Desk, database: Database
) -> None:
    number = _taken_back(desk)
    assert "以前登记、还没有办的" not in desk.client.get("/desk/today").text
    with database.unit_of_work() as session:
        one = session.scalars(select(CitizenRequest)).one()
        one.received_at -= timedelta(days=1)
    page = desk.client.get("/desk/today").text
    assert "以前登记、还没有办的" in page and number in page
    assert f'action="/desk/requests/{number}/resume"' in page
    desk.post(f"/desk/requests/{number}/resume")
    assert desk.continues() == number
    assert desk.adopt()["request_no"] == number
    assert _outcomes(database) == ["online"]
    assert number not in desk.client.get("/desk/today").text


def test_it_is_ended_as_invalid_with_a_reason_that_its_person_is_told(
    desk: Desk, database: Database, clock: ManualClock
) -> None:
    number = _taken_back(desk)
    path = f"/desk/requests/{number}/invalid"
    assert f'href="{path}"' in desk.page()  # in the log of the call
    assert f'href="{path}"' in desk.client.get("/desk/today").text
    page = desk.client.get(path).text
    assert "为什么无效" in page and "断保了" in page
    refused = desk.post(path, as_script=False, reason="  ")
    assert refused.status_code == 422
    assert "请写一句为什么无效" in refused.text
    assert _outcomes(database) == ["open"]
    clock.now += timedelta(minutes=1)
    ended = desk.post(path, as_script=False, reason="来电人不办了，13812341234 可找到他。")
    assert (ended.status_code, ended.location) == (303, "/desk")
    page = desk.page()
    assert "已记为无效" in page
    assert f'value="{WAITING}"' not in page and desk.continues() == ""
    with database.reading() as session:
        order = session.scalars(select(WorkOrder)).one()
        assert (order.state, order.request_outcome) == ("cancelled", "invalid")
        assert order.request.corrections[0].reason.startswith("来电人不办了")
        told = find_progress(session, number, "5678")
    assert (told.headline, told.is_done) == ("已结束", True)
    assert told.explanation == (
        "这件诉求已经结束，不再办理。原因：来电人不办了，138****1234 可找到他。"
        "如有疑问请拨打 12345，并报上编号。"
    )
    assert told.steps[1].at == clock()
    today = desk.client.get("/desk/today").text
    assert "本人今天受理 0 件" in today and "无效" in today
    assert desk.post(path, as_script=False, reason="再来一次").status_code == 409
    assert desk.client.get(path).status_code == 409


def test_only_what_is_ones_own_and_still_open(
    desk: Desk, database: Database, login_as: Login
) -> None:
    number = _taken_back(desk)
    path = f"/desk/requests/{number}/invalid"
    other = Desk(login_as(Role.AGENT, Role.SUPERVISOR))
    assert other.client.get(path).status_code == 404
    assert other.post(path, as_script=False, reason="不是我的").status_code == 404
    assert number not in other.client.get("/desk/today").text
    assert desk.adopt(continues=number)["request_no"] == number
    refused = desk.post(path, as_script=False, reason="已经办结")
    assert refused.status_code == 409
    assert _outcomes(database) == ["online"]


def test_an_undone_adoption_is_ended_the_same_way(desk: Desk, database: Database) -> None:
    adopted = desk.adopt()
    desk.post(adopted["undo_url"])
    path = f"/desk/requests/{adopted['request_no']}/invalid"
    assert desk.post(path, as_script=False, reason="误登记").status_code == 303
    assert _outcomes(database) == ["invalid"]
