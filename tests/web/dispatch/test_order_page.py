"""One order's page: who sees it and what, and every command through its form."""

from datetime import datetime

import pytest
from sqlalchemy import select

from kb.db import Database
from kb.models import AuditRecord, CitizenRequest, Unit, UnitDuty, WorkOrder
from kb.services.work_orders import state_of
from kb.terms import Role
from tests.kb.hotline import Hotline, at
from tests.web.conftest import Login, ManualClock
from tests.web.dispatch.conftest import Scene, path_of, send, stored


def test_an_order_goes_from_dispatch_to_follow_up_through_the_pages(
    login_as: Login, scene: Scene, database: Database, clock: ManualClock
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    clerk = login_as(Role.UNIT_CLERK, unit_id=scene.water)
    caller = login_as(Role.FOLLOW_UP_AGENT)
    steps = (
        (dispatcher, "dispatched", {"unit": "水务集团"}, "dispatched"),
        (clerk, "acknowledged", {}, "acknowledged"),
        (clerk, "replied", {"text": "05-07 已到场更换路灯。"}, "centre_review"),
        (dispatcher, "sent_back", {"text": "写明几点修好"}, "acknowledged"),
        (dispatcher, "reminded", {"text": "请今天答复"}, "acknowledged"),
        (clerk, "replied", {"text": "05-07 15:00 修好，诉求人知晓。"}, "centre_review"),
        (dispatcher, "resolved", {"text": ""}, "resolved"),
        (caller, "followed_up", {"satisfaction": "dissatisfied", "text": "又坏了"}, "resolved"),
        (caller, "reopened", {"text": "又坏了"}, "acknowledged"),
    )
    for who, command, form, state in steps:
        answer = send(who, scene.waiting, command, **form)
        assert answer.status_code == 302, (command, answer.text)
        assert stored(database, scene.waiting).state == state
    page = dispatcher.get(f"/dispatch/orders/{scene.waiting}").text
    started = "交回重办时刻，重新计时"
    for words in ("派单 → 澜川水务集团", "写明几点修好", "回访 · 不满意", "重办", started):
        assert words in page


def test_a_dispatch_promises_what_its_preview_showed(
    login_as: Login, scene: Scene, database: Database
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    shown = dispatcher.get(f"/dispatch/orders/{scene.waiting}/preview?unit=住建局").get_json()
    # Thursday 05-07 10:24, 5 workdays: 8, 9 (调休上班), 11, 12, 13 May.
    assert shown["unit"] == "市住房和城乡建设局"
    assert shown["resolve_due"] == "05-13 周三 10:24"
    assert shown["acknowledge_due"] == "05-08 周五 10:24"
    send(dispatcher, scene.waiting, "dispatched", unit="住建局")
    assert stored(database, scene.waiting).due_at == at("2026-05-13 10:24")


def test_a_preview_counts_the_duty_of_the_unit_it_is_for(
    login_as: Login, scene: Scene, database: Database, clock: ManualClock
) -> None:
    with database.unit_of_work() as session:
        session.add(UnitDuty(unit_id=scene.works, serves_always=True, phone="0999-8800123", rev=1))
    clock.now = at("2026-05-07 23:50")
    dispatcher = login_as(Role.DISPATCHER)
    send(dispatcher, scene.waiting, "urgency_changed", urgency="urgent", text="有危险")
    path = f"/dispatch/orders/{scene.waiting}"
    # Half an hour to acknowledge: at once where somebody is there, else from nine in the morning.
    for name, due in (
        ("市住房和城乡建设局", "05-08 周五 00:20"),
        ("澜川水务集团", "05-08 周五 09:30"),
    ):
        shown = dispatcher.get(f"{path}/preview?unit={name}").get_json()
        assert shown["acknowledge_due"] == due
        assert f"data-ack>{due}<" in dispatcher.get(f"{path}?unit={name}").text


def test_unknown_and_ambiguous_units_are_refused_with_the_text_kept(
    login_as: Login, scene: Scene, database: Database
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    unknown = send(dispatcher, scene.waiting, "dispatched", unit="水利局", text="请今天到场")
    assert unknown.status_code == 422
    assert "没有“水利局”这个单位" in unknown.text
    assert "请今天到场" in unknown.text
    ambiguous = send(dispatcher, scene.waiting, "dispatched", unit="市")
    assert ambiguous.status_code == 422
    assert stored(database, scene.waiting).state == "accepted"
    preview = dispatcher.get(
        f"/dispatch/orders/{scene.waiting}/preview?unit=水利局",
        headers={"Accept": "application/json"},
    )
    assert preview.status_code == 422
    assert "水利局" in preview.get_json()["error"]["message"]


def test_an_unknown_year_shows_the_sentence_instead_of_a_due_time(
    login_as: Login, scene: Scene, clock: ManualClock
) -> None:
    clock.now = at("2030-05-07 10:24")
    dispatcher = login_as(Role.DISPATCHER)
    page = dispatcher.get(f"/dispatch/orders/{scene.waiting}")
    assert page.status_code == 200
    assert "2030 年的放假安排还没有录入" in page.text
    answer = send(dispatcher, scene.waiting, "dispatched", unit="住建局", text="请尽快")
    assert answer.status_code == 409
    assert "2030 年的放假安排还没有录入" in answer.text
    assert "请尽快" in answer.text


def test_a_units_people_are_sent_to_the_page_of_their_own_room(
    login_as: Login, scene: Scene, database: Database
) -> None:
    clerk = login_as(Role.UNIT_CLERK, unit_id=scene.works)
    assert clerk.get(f"/dispatch/orders/{scene.at_water}").status_code == 404
    answer = clerk.get(f"/dispatch/orders/{scene.at_works}")
    assert (answer.status_code, answer.location) == (302, f"/units/orders/{scene.at_works}")
    own = clerk.get(answer.location).text
    token = own.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    for path, form in (("do/acknowledged", {"seen": "2"}), ("contact", {"reason": "想看号码"})):
        data = {"csrf_token": token, **form}
        centre = clerk.post(f"/dispatch/orders/{scene.at_works}/{path}", data=data)
        assert centre.status_code == 403
        other = clerk.post(f"/units/orders/{scene.at_water}/{path}", data=data)
        assert other.status_code == 404
    assert stored(database, scene.at_water).event_count == 2
    assert clerk.get("/dispatch/orders/LCGD20260506-9999").status_code == 404


def test_a_unit_that_gave_an_order_back_reads_only_up_to_then(
    login_as: Login, scene: Scene, database: Database
) -> None:
    works = login_as(Role.UNIT_CLERK, unit_id=scene.works, name="works")
    water = login_as(Role.UNIT_CLERK, unit_id=scene.water, name="water")
    dispatcher = login_as(Role.DISPATCHER)
    send(works, scene.at_works, "returned", text="电梯归水务集团", basis="职责清单第 3 条")
    send(dispatcher, scene.at_works, "dispatched", unit="水务集团")
    send(water, scene.at_works, "acknowledged")
    send(water, scene.at_works, "replied", text="水务集团的答复内容")
    page = works.get(f"/units/orders/{scene.at_works}")
    assert page.status_code == 200
    assert "电梯归水务集团" in page.text
    assert "水务集团的答复内容" not in page.text
    assert 'name="seen"' not in page.text  # nothing to do for it any more
    assert "查看完整姓名和号码" not in page.text
    state = state_of(stored(database, scene.at_works))
    assert state.due_at == at("2026-05-12 09:30")  # as promised at the first dispatch


def test_empty_texts_come_back_with_the_sentence_beside_the_field(
    login_as: Login, scene: Scene, database: Database
) -> None:
    clerk = login_as(Role.UNIT_CLERK, unit_id=scene.water)
    answer = send(clerk, scene.at_water, "returned", text="   ")
    assert answer.status_code == 422
    assert "请写明退单的理由和依据" in answer.text
    send(clerk, scene.at_water, "acknowledged")
    long = send(clerk, scene.at_water, "replied", text="水" * 5001)
    assert long.status_code == 422
    assert "现有 5001 字" in long.text
    assert "水" * 5001 in long.text
    caller = login_as(Role.FOLLOW_UP_AGENT)
    assert stored(database, scene.at_water).state == "acknowledged"
    assert "satisfaction" not in caller.get(f"/dispatch/orders/{scene.at_water}").text


def test_a_command_on_an_older_view_is_refused_and_shows_both(
    login_as: Login, scene: Scene, database: Database
) -> None:
    first = login_as(Role.UNIT_CLERK, unit_id=scene.water, name="first")
    second = login_as(Role.UNIT_REVIEWER, unit_id=scene.water, name="second")
    send(first, scene.at_water, "acknowledged")
    answer = send(second, scene.at_water, "returned", text="我们写的退单理由", seen="2")
    assert answer.status_code == 409
    assert "别人刚刚处理过这张工单" in answer.text
    assert "签收 · 测试员" in answer.text  # what the other did
    assert "我们写的退单理由" in answer.text  # what this person wrote
    assert stored(database, scene.at_water).event_count == 3


def test_a_text_whose_command_is_gone_is_still_shown(
    login_as: Login, scene: Scene, database: Database
) -> None:
    first = login_as(Role.UNIT_CLERK, unit_id=scene.water, name="first")
    second = login_as(Role.UNIT_CLERK, unit_id=scene.water, name="second")
    send(first, scene.at_water, "acknowledged")
    send(first, scene.at_water, "replied", text="先交的答复")
    answer = send(second, scene.at_water, "replied", text="后交的答复", seen="3")
    assert answer.status_code == 409
    assert "后交的答复" in answer.text
    assert "先交的答复" in answer.text
    assert state_of(stored(database, scene.at_water)).reply == "先交的答复"


def test_a_dispatch_that_came_second_shows_every_field_that_was_typed(
    login_as: Login, scene: Scene
) -> None:
    first = login_as(Role.DISPATCHER, name="first")
    second = login_as(Role.DISPATCHER, name="second")
    send(first, scene.waiting, "dispatched", unit="住建局")
    late = send(
        second,
        scene.waiting,
        "dispatched",
        seen="1",
        unit="水务集团",
        other=["住建局", ""],
        task=["查供电线路", ""],
        basis="职责清单第 12 条",
        text="请今天到场",
    )
    assert late.status_code == 409
    typed = (
        "请今天到场\n主办单位：水务集团\n其他单位：住建局\n要它做什么：查供电线路\n"
        "依据：职责清单第 12 条</textarea>"
    )
    assert typed in late.text


@pytest.mark.parametrize("seen", ["", "abc", "-1", "２", "9" * 30])
def test_a_form_that_does_not_say_what_it_saw_is_refused(
    login_as: Login, scene: Scene, seen: str
) -> None:
    clerk = login_as(Role.UNIT_CLERK, unit_id=scene.water)
    assert send(clerk, scene.at_water, "acknowledged", seen=seen).status_code == 409


def test_commands_of_other_roles_are_refused(
    login_as: Login, scene: Scene, database: Database
) -> None:
    agent, clerk = login_as(Role.AGENT), login_as(Role.UNIT_CLERK, unit_id=scene.water)
    assert send(agent, scene.waiting, "dispatched", unit="住建局").status_code == 403
    assert send(clerk, scene.at_water, "resolved").status_code == 404
    assert send(agent, scene.waiting, "accepted").status_code == 404
    assert send(agent, scene.waiting, "nonsense").status_code == 404
    assert stored(database, scene.waiting).event_count == 1


def test_numbers_are_masked_until_a_reason_is_given_and_recorded(
    login_as: Login, scene: Scene, database: Database
) -> None:
    clerk = login_as(Role.UNIT_CLERK, unit_id=scene.water)
    path = path_of(clerk, scene.at_water)
    page = clerk.get(path).text
    assert "138****1234" in page
    assert "13812341234" not in page
    assert "李小明" not in page.replace("李小明反映", "")
    token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    refused = clerk.post(f"{path}/contact", data={"csrf_token": token, "reason": "看"})
    assert refused.status_code == 422
    assert "13812341234" not in refused.text
    shown = clerk.post(f"{path}/contact", data={"csrf_token": token, "reason": "上门前联系"})
    assert shown.status_code == 200
    assert "13812341234" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert "13812341234" not in clerk.get(path).text
    with database.reading() as session:
        rows = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "request.reveal_contact")
        ).all()
    assert [(row.object_id, row.detail["reason"]) for row in rows] == [
        (scene.request, "上门前联系")
    ]


def test_a_confidential_requester_stays_unknown_to_the_unit(
    login_as: Login, scene: Scene, database: Database
) -> None:
    with database.unit_of_work() as session:
        request = session.scalars(
            select(CitizenRequest).where(CitizenRequest.number == scene.request)
        ).one()
        request.is_confidential = True
    clerk = login_as(Role.UNIT_CLERK, unit_id=scene.water)
    path = path_of(clerk, scene.at_water)
    page = clerk.get(path).text
    assert "诉求人要求保密" in page
    assert "李小明" not in page
    assert "1234</b>" not in page
    token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    answer = clerk.post(f"{path}/contact", data={"csrf_token": token, "reason": "上门前联系"})
    assert answer.status_code == 403
    assert "13812341234" not in answer.text
    dispatcher = login_as(Role.DISPATCHER)
    assert "138****1234" in dispatcher.get(f"/dispatch/orders/{scene.at_water}").text


def test_the_address_of_a_form_opened_as_a_page_leads_to_the_order(
    login_as: Login, scene: Scene
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    for form in ("do/dispatched", "contact"):
        answer = dispatcher.get(f"/dispatch/orders/{scene.waiting}/{form}")
        assert answer.status_code == 302
        assert answer.location == f"/dispatch/orders/{scene.waiting}"


def test_clocks_and_their_derivation_are_printed(
    login_as: Login, scene: Scene, clock: ManualClock
) -> None:
    page = login_as(Role.DISPATCHER).get(f"/dispatch/orders/{scene.at_water}").text
    # Dispatched Wednesday 05-06 09:30; 5 workdays: 7, 8, 9 (调休), 11, 12 May.
    assert "还有 4 天 23 小时" in page
    assert "05-12 周二 09:30 到期" in page
    assert "05-10 周日" in page
    assert "第 4—5 个工作日" in page
    clock.now = datetime.fromisoformat("2026-05-12T04:30:00+00:00")  # 12:30 in the city
    late = login_as(Role.SUPERVISOR).get(f"/dispatch/orders/{scene.at_water}").text
    assert "已超 3 小时" in late


def test_nobody_logged_out_sees_an_order(client, scene: Scene, unit: Unit) -> None:
    assert client.get(f"/dispatch/orders/{scene.at_water}").status_code == 302
    assert client.get("/dispatch/requests").status_code == 302


@pytest.mark.parametrize(("purpose", "is_said"), [("consultation", True), ("complaint", False)])
def test_only_a_purpose_that_an_entry_answers_is_said_to_be_lost(
    login_as: Login, scene: Scene, database: Database, purpose: str, is_said: bool
) -> None:
    with database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == scene.waiting)).one()
        water = session.get_one(Unit, scene.water)
        order.lost_item_id = Hotline(session).item(water, "路灯报修").id
        order.request.purpose = purpose
        request = order.request.number
    dispatcher = login_as(Role.DISPATCHER)
    for page in (f"/dispatch/orders/{scene.waiting}", f"/dispatch/requests/{request}"):
        assert ("库中有答案" in dispatcher.get(page).text) is is_said
