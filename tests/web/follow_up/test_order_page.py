"""One call-back: what is said, the number, every result, redo, archiving, and what comes next."""

from itertools import count

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.db import Database
from kb.models import AuditRecord, CitizenRequest, Unit, WorkOrder
from kb.services import work_orders
from kb.services.work_orders import state_of
from kb.terms import Role
from tests.kb.hotline import Hotline, at
from tests.web.conftest import Login, ManualClock, csrf_token
from tests.web.follow_up.conftest import PHONE, Scene, missed, path_of, send


def test_the_script_names_what_was_done_and_no_full_name(caller: FlaskClient, scene: Scene) -> None:
    page = caller.get(path_of(scene.first)).text
    assert "这里是澜川市 12345 政务服务便民热线，请问是李先生/女士吗？" in page
    assert f"您反映的“高层没水”（编号 {scene.stored(scene.first).request.number}）由" in page
    assert "澜川水务集团办理，答复是：已到场修好。" in page
    assert PHONE not in page
    assert "李小明</" not in page


def test_a_requesters_landline_is_no_more_read_out_than_a_mobile_number(
    caller: FlaskClient, scene: Scene, database: Database
) -> None:
    own, office = "0999-8215566", "0999-8310111"
    with database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == scene.first)).one()
        order.request.requester_phone = "09998215566"
        order.request.title = f"停水请回电 {own}"
        order.request.content = f"打过 {office} 没有人接，请回电 {own}"
    page = caller.get(path_of(scene.first)).text
    assert own not in page
    assert office in page


def test_a_confidential_requester_is_made_sure_of_first(caller: FlaskClient, scene: Scene) -> None:
    page = caller.get(path_of(scene.secret)).text
    script = page.split('class="fu-script"', 1)[1].split("</ol>", 1)[0]
    assert "核对是本人再往下说" in script
    assert "偷排" not in script
    assert "水务集团" not in script
    assert "保密，先核对是本人" in page


def test_the_number_is_shown_once_and_that_is_kept(
    caller: FlaskClient, scene: Scene, database: Database
) -> None:
    path = path_of(scene.first)
    assert "138****1234" in caller.get(path).text
    shown = caller.post(f"{path}/contact", data={"csrf_token": csrf_token(caller, path)})
    assert shown.status_code == 200
    assert f'href="tel:{PHONE}"' in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert PHONE not in caller.get(path).text
    back = caller.get(f"{path}/contact")
    assert (back.status_code, back.location) == (302, path)
    with database.reading() as session:
        row = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "request.reveal_contact")
        ).one()
    assert row.detail == {"reason": "电话回访诉求人", "order": scene.first}


def test_a_dial_that_reaches_nobody_is_counted_and_leads_on(
    caller: FlaskClient, scene: Scene
) -> None:
    page = caller.get(path_of(scene.first)).text
    following = page.split('name="next" value="', 1)[1].split('"', 1)[0]
    assert following == scene.second
    answer = send(caller, scene.first, "call_attempted", result="switched_off", next=following)
    assert answer.status_code == 302
    assert answer.location == path_of(scene.second)
    assert "已记录未接通，共拨打 1 次" in caller.get(answer.location).text
    again = caller.get(path_of(scene.first)).text
    assert "停机或关机" in again
    assert scene.stored(scene.first).follow_up == "tried"


def test_who_was_not_reached_three_times_may_be_archived(
    caller: FlaskClient, scene: Scene, clock: ManualClock
) -> None:
    missed(scene, scene.first, clock, times=2)
    page = caller.get(path_of(scene.first)).text
    assert "再记一次就满 3 次" in page
    early = send(caller, scene.first, "archived")
    assert early.status_code == 422
    assert "还没有回访" in early.text
    send(caller, scene.first, "call_attempted", result="refused")
    page = caller.get(path_of(scene.first)).text
    assert "拨打 3 次未接通，可以不经回访归档" in page
    assert send(caller, scene.first, "archived").status_code == 302
    assert scene.stored(scene.first).state == "archived"
    assert "已归档" in caller.get(path_of(scene.first)).text


@pytest.mark.parametrize("satisfaction", ["satisfied", "fairly", "unrated"])
def test_a_result_is_recorded_and_archiving_comes_next(
    caller: FlaskClient, scene: Scene, satisfaction: str
) -> None:
    answer = send(caller, scene.first, "followed_up", satisfaction=satisfaction, text="认可")
    assert answer.location == path_of(scene.first)
    order = scene.stored(scene.first)
    assert (order.satisfaction, order.follow_up, order.state) == (satisfaction, "done", "resolved")
    assert order.events[-1].data["channel"] == "电话"
    page = caller.get(path_of(scene.first)).text
    assert "下一步：归档" in page
    assert "认可" in page
    archived = send(caller, scene.first, "archived", then="next", next=scene.second)
    assert archived.location == path_of(scene.second)
    assert scene.stored(scene.first).state == "archived"


def test_a_dissatisfied_result_needs_a_reason_and_keeps_what_was_typed(
    caller: FlaskClient, scene: Scene
) -> None:
    empty = send(caller, scene.first, "followed_up", satisfaction="dissatisfied", redo="1")
    assert empty.status_code == 422
    assert "请选择或写明不满意的原因" in empty.text
    assert 'value="dissatisfied" data-digit="3" checked' in empty.text
    assert 'name="redo" value="1" checked' in empty.text
    made_up = send(
        caller,
        scene.first,
        "followed_up",
        satisfaction="dissatisfied",
        reason="心情不好",
        text="嗯",
    )
    assert made_up.status_code == 422
    assert "没有“心情不好”这个原因" in made_up.text
    assert "嗯</textarea>" in made_up.text
    nothing = send(caller, scene.first, "followed_up", text="说了很多")
    assert nothing.status_code == 422
    assert "请选择满意度" in nothing.text
    assert "说了很多</textarea>" in nothing.text
    muddled = send(caller, scene.first, "followed_up", satisfaction="satisfied", redo="1")
    assert muddled.status_code == 422
    assert "满意度却不是“不满意”" in muddled.text
    assert scene.stored(scene.first).satisfaction == ""


def test_dissatisfied_and_redone_in_one_step_goes_back_with_a_new_clock(
    caller: FlaskClient, scene: Scene
) -> None:
    answer = send(
        caller,
        scene.first,
        "followed_up",
        satisfaction="dissatisfied",
        reason="问题没有解决",
        text="晚上又停了",
        redo="1",
    )
    assert answer.status_code == 302
    order = scene.stored(scene.first)
    assert [event.kind for event in order.events][-2:] == ["followed_up", "reopened"]
    assert order.state == "acknowledged"
    # Thursday 05-07 10:24 and five workdays more: 8, 9 (调休上班), 11, 12, 13 May.
    assert order.due_at == at("2026-05-13 10:24")
    assert state_of(order).sent_back == "问题没有解决：晚上又停了"
    page = caller.get(path_of(scene.first)).text
    assert "现在不用回访：工单办理中" in page
    assert "已第 1 次重办" in page
    assert "原因：问题没有解决" in page


def test_a_dissatisfied_order_may_be_redone_later(
    caller: FlaskClient, scene: Scene, clock: ManualClock
) -> None:
    send(caller, scene.first, "followed_up", satisfaction="dissatisfied", reason="办理太慢")
    page = caller.get(path_of(scene.first)).text
    assert "需要重新办理的选下面的“重办”" in page
    assert send(caller, scene.first, "reopened", text=" ").status_code == 422
    assert send(caller, scene.first, "reopened", text="晚上又停了").status_code == 302
    assert scene.stored(scene.first).reopens == 1


def test_a_dissatisfied_order_is_archived_with_the_reason_why_nothing_is_redone(
    caller: FlaskClient, scene: Scene
) -> None:
    send(caller, scene.first, "followed_up", satisfaction="dissatisfied", reason="办理太慢")
    assert "不再重办的理由" in caller.get(path_of(scene.first)).text
    refused = send(caller, scene.first, "archived", text=" ")
    assert refused.status_code == 422
    assert "写明不再重办的理由再归档" in refused.text
    send(caller, scene.first, "archived", text="已当面解释，诉求人理解")
    assert scene.stored(scene.first).state == "archived"


def test_a_consultation_is_led_to_its_knowledge_outcome(caller: FlaskClient, scene: Scene) -> None:
    send(caller, scene.consultation, "followed_up", satisfaction="satisfied")
    page = caller.get(path_of(scene.consultation)).text
    assert "下一步：写明知识成果并归档" in page
    assert f'href="/orders/{scene.consultation}/knowledge"' in page
    refused = send(caller, scene.consultation, "archived")
    assert refused.status_code == 422
    assert "咨询工单归档前要写明知识成果" in refused.text


def test_without_a_number_the_order_is_archived_with_the_reason(
    caller: FlaskClient, scene: Scene, database: Database
) -> None:
    with database.unit_of_work() as session:
        for request in session.scalars(select(CitizenRequest)):
            request.requester_phone = ""
    page = caller.get(path_of(scene.first)).text
    assert "没有留电话，不能回访" in page
    assert "没有接通" not in page
    assert send(caller, scene.first, "archived", waived=" ").status_code == 422
    answer = send(caller, scene.first, "archived", waived="匿名来电")
    assert answer.status_code == 302
    assert scene.stored(scene.first).events[-1].data["waived"] == "匿名来电"


def test_two_agents_on_one_order_lose_nothing(
    caller: FlaskClient, login_as: Login, scene: Scene
) -> None:
    seen = caller.get(path_of(scene.first)).text.split('name="seen" value="', 1)[1].split('"')[0]
    other = login_as(Role.FOLLOW_UP_AGENT, name="second")
    send(other, scene.first, "followed_up", satisfaction="satisfied", text="已认可")
    late = send(
        caller, scene.first, "followed_up", satisfaction="fairly", text="还可以吧", seen=seen
    )
    assert late.status_code == 409
    assert "别人刚刚处理过这张工单" in late.text
    assert "已认可" in late.text
    assert "还可以吧" in late.text
    assert scene.stored(scene.first).satisfaction == "satisfied"


def test_a_second_call_back_of_one_resolution_is_refused(
    caller: FlaskClient, scene: Scene, clock: ManualClock
) -> None:
    scene.give(scene.first, work_orders.follow_up, clock(), satisfaction="satisfied")
    answer = send(caller, scene.first, "followed_up", satisfaction="fairly", text="又打了一次")
    assert answer.status_code == 409
    assert "已经回访过" in answer.text
    assert "又打了一次" in answer.text


def test_forms_need_their_token_and_known_commands(
    caller: FlaskClient, scene: Scene, login_as: Login
) -> None:
    path = path_of(scene.first)
    bare = caller.post(f"{path}/do/followed_up", data={"satisfaction": "satisfied", "seen": "9"})
    assert bare.status_code == 400
    assert caller.post(f"{path}/contact").status_code == 400
    assert send(caller, scene.first, "dispatched").status_code == 404
    assert send(caller, scene.first, "nonsense").status_code == 404
    assert caller.get(path_of("LC-none")).status_code == 404
    back = caller.get(f"{path}/do/followed_up?channel=电话")
    assert back.status_code == 302
    supervisor = login_as(Role.SUPERVISOR)
    page = supervisor.get(path).text
    assert 'id="do-followed_up"' not in page
    refused = send(supervisor, scene.first, "followed_up", satisfaction="satisfied")
    assert refused.status_code == 403
    assert scene.stored(scene.first).satisfaction == ""


def test_an_order_still_at_work_is_not_called_about(caller: FlaskClient, scene: Scene) -> None:
    page = caller.get(path_of(scene.working)).text
    assert "现在不用回访：工单待签收" in page
    assert "没有接通" not in page


def test_a_note_is_kept_with_the_order(caller: FlaskClient, scene: Scene) -> None:
    assert send(caller, scene.first, "noted", text="约晚上七点再打").status_code == 302
    assert "约晚上七点再打" in caller.get(path_of(scene.first)).text


def test_by_when_to_call_and_to_answer_discontent_is_said(
    caller: FlaskClient, scene: Scene
) -> None:
    # Resolved on Wednesday 05-06 10:00, to be called within two workdays.
    page = caller.get(path_of(scene.first)).text
    assert "回访 2 工作日：" in page and "05-08 周五 10:00 到期" in page
    # Called on Thursday 10:24, and not content: Friday, and the Saturday that is worked.
    send(caller, scene.first, "followed_up", satisfaction="dissatisfied", reason="办理太慢")
    page = caller.get(path_of(scene.first)).text
    assert "不满意处理 2 工作日：" in page and "05-09 周六 10:24 到期" in page
    assert "05-09 周六 10:24" in caller.get("/follow-up?pile=unhappy").text
    send(caller, scene.first, "reopened", text="没修好")
    assert "不满意处理" not in caller.get(path_of(scene.first)).text


def test_why_nothing_is_archived_under_an_open_paper_is_said(
    caller: FlaskClient, scene: Scene, clock: ManualClock
) -> None:
    scene.give(scene.working, work_orders.supervise, clock(), text="查清")
    with scene.database.unit_of_work() as session:
        city = Hotline(session, count(700))
        query = select(WorkOrder).where(WorkOrder.number == scene.working)
        order = session.scalars(query).one()
        city.resolved(order, session.get_one(Unit, scene.water), clock())
    page = caller.get(path_of(scene.working)).text
    assert "现在不能归档：督办单还没有答复" in page and "澜川水务集团答复之后才能归档" in page
    assert "现在不能归档" not in caller.get(path_of(scene.first)).text


def test_of_a_declined_order_the_script_says_so_and_why(
    caller: FlaskClient, scene: Scene, database: Database
) -> None:
    with database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == scene.first)).one()
        ended = next(event for event in order.events if event.kind == "resolved")
        ended.kind = "decline_granted"
    assert "答复是：经核查不予办理，原因是：已到场修好。" in caller.get(path_of(scene.first)).text


def test_a_link_that_leads_to_this_machine_alone_is_called_so(
    caller: FlaskClient, scene: Scene
) -> None:
    assert "短信里的链接只在本机打得开" in caller.get(path_of(scene.first)).text  # at localhost
