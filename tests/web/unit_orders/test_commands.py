"""Every command of a unit through its form; whose order it is; what a refused form keeps."""

import html
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.db import Database
from kb.models import User, WorkOrder
from kb.services import work_orders
from kb.services.order_signing_round import pass_on_unsigned
from kb.services.work_orders import state_of
from kb.terms import Role
from kb.work_orders.facts import Ask
from tests.kb.hotline import PROFILE, at
from tests.web.conftest import Login, ManualClock
from tests.web.unit_orders.conftest import Scene, path_of, send, upload, user_id

REPLY = {"text": "05-07 09:30 已更换水泵接触器，供水恢复。", "is_informed": "yes", "action": "send"}


def acknowledged(scene: Scene) -> None:
    scene.give(work_orders.acknowledge, scene.order, Role.UNIT_CLERK, scene.water)


def done(answer: Any) -> None:
    assert answer.status_code == 302, answer.text


def test_a_unit_takes_answers_and_reviews_an_order(
    clerk: FlaskClient, login_as: Login, scene: Scene
) -> None:
    reviewer = login_as(Role.UNIT_REVIEWER, unit_id=scene.water, name="waterreviewer")
    steps: list[tuple[FlaskClient, str, dict[str, Any], str]] = [
        (clerk, "acknowledged", {}, "acknowledged"),
        (clerk, "replied", REPLY, "unit_review"),
        (reviewer, "unit_sent_back", {"text": "写明是谁到场的"}, "acknowledged"),
        (clerk, "replied", REPLY | {"text": "05-07 09:30 抢修队更换接触器。"}, "unit_review"),
        (reviewer, "unit_passed", {"text": ""}, "centre_review"),
    ]
    for who, command, form, state in steps:
        done(send(who, scene.order, command, **form))
        assert scene.stored(scene.order).state == state
    assert state_of(scene.stored(scene.order)).replies[-1].is_informed is True
    page = clerk.get(path_of(scene.order)).text
    assert "写明是谁到场的" in page
    assert "抢修队更换接触器" in page


def test_the_page_says_what_a_returned_reply_lacks(clerk: FlaskClient, scene: Scene) -> None:
    acknowledged(scene)
    done(send(clerk, scene.order, "replied", **REPLY))
    scene.give(work_orders.send_back, scene.order, Role.DISPATCHER, text="没有写以后怎样防止")
    page = clerk.get(path_of(scene.order)).text
    assert page.count("退回时要求") == 1
    assert "没有写以后怎样防止" in page
    # The reply stands in the form to be mended.
    box = page.split('id="t-replied"', 1)[1].split("</textarea>", 1)[0].split(">", 1)[1]
    assert html.unescape(box).strip() == REPLY["text"].strip()


def test_masked_words_of_a_returned_reply_are_not_put_back_into_it(
    clerk: FlaskClient, scene: Scene
) -> None:
    done(send(clerk, scene.secret, "acknowledged"))
    text = "05-07 09:20 李小明家的水压已恢复，电话 13812341234 已告知。"
    answer = send(clerk, scene.secret, "replied", **REPLY | {"text": text})
    if answer.status_code == 422:  # the check found the number; sent as it is
        seal = answer.text.split('name="checked" value="', 1)[1].split('"', 1)[0]
        answer = send(clerk, scene.secret, "replied", **REPLY | {"text": text, "checked": seal})
    done(answer)
    scene.give(work_orders.send_back, scene.secret, Role.DISPATCHER, text="删去个人信息")
    page = clerk.get(path_of(scene.secret)).text
    box = page.split('id="t-replied"', 1)[1].split("</textarea>", 1)[0].split(">", 1)[1]
    assert box.strip() == ""


def test_an_order_is_assigned_to_a_colleague_and_to_nobody_else(
    clerk: FlaskClient, login_as: Login, scene: Scene
) -> None:
    acknowledged(scene)
    login_as(Role.UNIT_CLERK, unit_id=scene.water, name="colleague")
    login_as(Role.UNIT_CLERK, unit_id=scene.works, name="stranger")
    stranger, colleague = (user_id(scene.database, name) for name in ("stranger", "colleague"))
    page = clerk.get(path_of(scene.order)).text
    assert f'<option value="{colleague}"' in page
    assert f'<option value="{stranger}"' not in page
    refused = send(clerk, scene.order, "assigned", assignee_id=stranger, text="请今天到场")
    assert refused.status_code == 422
    assert "请选择本单位的经办人" in refused.text
    assert "请今天到场" in refused.text
    done(send(clerk, scene.order, "assigned", assignee_id=colleague, text="请今天到场"))
    assert scene.stored(scene.order).assignee_id == colleague
    nobody = send(clerk, scene.order, "assigned", assignee_id="", text="再派")
    assert nobody.status_code == 422


def test_notes_and_progress_stand_in_the_history_with_their_files(
    clerk: FlaskClient, scene: Scene
) -> None:
    done(send(clerk, scene.order, "noted", text="", files=[upload("勘察.png")]))
    assert scene.last(scene.order).data["files"] == [scene.stored(scene.order).files[0].id]
    done(send(clerk, scene.order, "noted", text="物业电话打不通"))
    done(send(clerk, scene.order, "progressed", text="已约物业 15 点到场"))
    page = clerk.get(path_of(scene.order)).text
    for words in ("物业电话打不通", "已约物业 15 点到场", "勘察.png"):
        assert words in page
    empty = send(clerk, scene.order, "noted", text="")
    assert empty.status_code == 422
    assert "请填写备注内容，或附上文件" in empty.text


def test_an_assisting_unit_tells_its_progress_and_ends_its_task(
    login_as: Login, scene: Scene
) -> None:
    helper = login_as(Role.UNIT_CLERK, unit_id=scene.works, name="helper")
    page = helper.get(path_of(scene.order)).text
    assert "请本单位：核对移交清单" in page
    assert "/do/replied" not in page  # the answer is the lead's
    done(send(helper, scene.order, "progressed", text="清单已核对", is_done="1"))
    part = state_of(scene.stored(scene.order)).assisting[0]
    assert part.is_done
    assert part.progress[0].text == "清单已核对"
    assert "已完成协办" in helper.get(path_of(scene.order)).text
    forbidden = send(helper, scene.order, "acknowledged")
    assert forbidden.status_code == 403
    assert scene.stored(scene.order).state == "dispatched"


def test_a_return_needs_reason_and_basis_and_carries_its_evidence(
    clerk: FlaskClient, scene: Scene
) -> None:
    bare = send(clerk, scene.order, "returned", text="设施未移交", basis=" ")
    assert bare.status_code == 422
    assert "请写明依据：哪份文件的哪一条" in bare.text
    assert "设施未移交" in bare.text
    assert scene.stored(scene.order).state == "dispatched"
    form = {"text": "设施未移交", "basis": "供水条例第十二条", "files": [upload("清单.png")]}
    done(send(clerk, scene.order, "returned", **form))
    stored = scene.stored(scene.order)
    assert stored.state == "accepted"
    assert stored.events[-1].data["basis"] == "供水条例第十二条"
    assert stored.events[-1].data["files"] == [stored.files[0].id]


def test_after_giving_it_back_a_unit_reads_its_own_part_and_writes_nothing(
    clerk: FlaskClient, scene: Scene
) -> None:
    done(send(clerk, scene.order, "returned", text="不属于我单位", basis="三定规定第五条"))
    scene.give(
        work_orders.dispatch, scene.order, Role.DISPATCHER, unit_id=scene.works, text="转住建局"
    )
    page = clerk.get(path_of(scene.order)).text
    assert "您的单位在这张工单上的事已经结束" in page
    assert "转住建局" not in page
    # Where it stands now and who asked are not theirs to follow any more.
    assert "待派单" in page and "待签收" not in page
    assert "<dt>诉求人</dt>" not in page and "李**" not in page
    token = page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    answer = clerk.post(
        f"{path_of(scene.order)}/do/noted",
        data={
            "csrf_token": token,
            "seen": scene.stored(scene.order).event_count,
            "text": "再写一句",
            "files": upload(),
        },
        content_type="multipart/form-data",
    )
    assert answer.status_code == 403
    assert scene.stored(scene.order).files == []


def test_an_extension_is_asked_before_the_due_time_and_within_the_limit(
    clerk: FlaskClient, scene: Scene
) -> None:
    acknowledged(scene)
    # Five workdays from 05-06 09:30: 7, 8, 9 (调休), 11, 12 May.
    assert scene.stored(scene.order).due_at == at("2026-05-12 09:30")
    far = send(clerk, scene.order, "extension_asked", text="等配件", amount="30", unit="工作日")
    assert far.status_code == 422
    assert "等配件" in far.text
    none = send(clerk, scene.order, "extension_asked", text="等配件", amount="")
    assert none.status_code == 422
    assert "请选择延长多久" in none.text
    form = {"text": "等配件", "amount": "2", "unit": "工作日", "files": [upload("订货单.png")]}
    done(send(clerk, scene.order, "extension_asked", **form))
    pending = state_of(scene.stored(scene.order)).pending
    assert pending is not None
    assert pending.ask == Ask.EXTENSION
    assert pending.data["limit"] == "2 工作日"
    assert len(pending.data["files"]) == 1
    page = clerk.get(path_of(scene.order)).text
    assert "延期申请正在等待批复" in page
    assert "/do/pause_asked" not in page  # one ask at a time
    done(send(clerk, scene.order, "ask_withdrawn", text=""))
    assert state_of(scene.stored(scene.order)).pending is None


def test_a_pause_is_asked_granted_and_ended_early(clerk: FlaskClient, scene: Scene) -> None:
    acknowledged(scene)
    for until in ("", "昨天", "2026-05-01T09:00"):
        refused = send(clerk, scene.order, "pause_asked", text="等鉴定", until=until)
        assert refused.status_code == 422, until
        assert "等鉴定" in refused.text
    done(send(clerk, scene.order, "pause_asked", text="等鉴定", until="2026-05-09T18:00"))
    pending = state_of(scene.stored(scene.order)).pending
    assert pending is not None
    assert datetime.fromisoformat(pending.data["until"]) == at("2026-05-09 18:00")
    scene.give(work_orders.rule_pause, scene.order, Role.DISPATCHER, granted=True)
    scene.clock.forward(minutes=10)
    done(send(clerk, scene.order, "resumed", text="鉴定提前出来了"))
    assert state_of(scene.stored(scene.order)).pause(scene.clock()) is None


def test_declining_needs_basis_signer_and_evidence_and_waits_for_the_reviewer(
    clerk: FlaskClient, login_as: Login, scene: Scene
) -> None:
    reviewer = login_as(Role.UNIT_REVIEWER, unit_id=scene.water, name="waterreviewer")
    dispatcher = login_as(Role.DISPATCHER, name="desk")
    acknowledged(scene)
    form = {"text": "经核查已依法终结", "basis": "信访工作条例", "signer": "王局长"}
    bare = send(clerk, scene.order, "decline_asked", **form)
    assert bare.status_code == 422
    assert "请上传证明材料" in bare.text
    assert "王局长" in bare.text
    done(send(clerk, scene.order, "decline_asked", **form, files=[upload("终结书.png")]))
    page = clerk.get(path_of(scene.order)).text
    assert "等本单位审核人签批" in page
    assert "要答复请先撤回申请" in page
    assert "/do/replied" not in page and "/do/decline_signed" not in page
    # Whose turn it is: the reviewer's, not yet the centre's.
    told = "本单位申请不予办理，请签批"
    assert told in reviewer.get("/reminders").text and told not in clerk.get("/reminders").text
    assert scene.order in reviewer.get("/units/orders?list=review").text
    at_desk = "单位申请不予办理，请批复"
    assert at_desk not in dispatcher.get("/reminders").text
    assert scene.order not in dispatcher.get("/dispatch?state=asks").text
    assert "/do/decline_granted" not in dispatcher.get(f"/dispatch/orders/{scene.order}").text
    review = reviewer.get(path_of(scene.order)).text
    for words in ("签批不予办理", "经核查已依法终结", "信访工作条例", "王局长", "终结书.png"):
        assert words in review
    done(send(reviewer, scene.order, "decline_signed", text="材料属实"))
    assert told not in reviewer.get("/reminders").text
    assert at_desk in dispatcher.get("/reminders").text
    assert scene.order in dispatcher.get("/dispatch?state=asks").text
    ruling = dispatcher.get(f"/dispatch/orders/{scene.order}").text
    assert "/do/decline_granted" in ruling and "材料属实" in ruling


def test_a_declining_that_nobody_can_sign_any_more_goes_to_the_centre(
    clerk: FlaskClient, login_as: Login, scene: Scene, database: Database, clock: ManualClock
) -> None:
    login_as(Role.UNIT_REVIEWER, unit_id=scene.water, name="waterreviewer")
    acknowledged(scene)
    form = {"text": "经核查已依法终结", "basis": "信访工作条例", "signer": "王局长"}
    done(send(clerk, scene.order, "decline_asked", **form, files=[upload("终结书.png")]))
    pass_on_unsigned(database, clock, PROFILE)
    assert scene.stored(scene.order).pending == "signing"  # somebody is still there
    with database.unit_of_work() as session:
        user = session.scalars(select(User).where(User.username == "waterreviewer")).one()
        user.is_active = False
    for _ in range(2):
        pass_on_unsigned(database, clock, PROFILE)
    assert scene.stored(scene.order).pending == "decline"
    assert "本单位已没有可以签批的审核人" in clerk.get(path_of(scene.order)).text
    dispatcher = login_as(Role.DISPATCHER, name="desk")
    assert "/do/decline_granted" in dispatcher.get(f"/dispatch/orders/{scene.order}").text


def test_a_declining_that_the_reviewer_sends_back_never_reaches_the_centre(
    clerk: FlaskClient, login_as: Login, scene: Scene
) -> None:
    reviewer = login_as(Role.UNIT_REVIEWER, unit_id=scene.water, name="waterreviewer")
    acknowledged(scene)
    due = scene.stored(scene.order).due_at
    form = {"text": "经核查已依法终结", "basis": "信访工作条例", "signer": "王局长"}
    done(send(clerk, scene.order, "decline_asked", **form, files=[upload("终结书.png")]))
    bare = send(reviewer, scene.order, "decline_returned", text="")
    assert bare.status_code == 422 and "请写明为什么退回" in bare.text
    done(send(reviewer, scene.order, "decline_returned", text="依据不足，请到现场核实"))
    assert "不予办理申请被本单位退回，请继续办理" in clerk.get("/reminders").text
    page = clerk.get(path_of(scene.order)).text
    assert "依据不足，请到现场核实" in page
    assert "/do/replied" in page and "/do/decline_asked" in page
    # The form is mended, not typed anew.
    asking = page[page.index('id="do-decline_asked"') :]
    assert "经核查已依法终结</textarea>" in asking
    assert 'value="信访工作条例"' in asking and 'value="王局长"' in asking
    order = scene.stored(scene.order)
    assert (order.pending, order.due_at, order.state) == ("", due, "acknowledged")


def test_without_another_reviewer_a_declining_goes_to_the_centre_at_once(
    login_as: Login, scene: Scene
) -> None:
    only = login_as(Role.UNIT_REVIEWER, unit_id=scene.water, name="onlyreviewer")
    acknowledged(scene)
    form = {"text": "经核查已依法终结", "basis": "信访工作条例", "signer": "王局长"}
    done(send(only, scene.order, "decline_asked", **form, files=[upload("终结书.png")]))
    assert scene.stored(scene.order).pending == "decline"


def test_a_supervision_is_answered_apart_from_the_order(clerk: FlaskClient, scene: Scene) -> None:
    acknowledged(scene)
    scene.give(work_orders.supervise, scene.order, Role.SUPERVISOR, text="请说明为何三天未到场")
    page = clerk.get(path_of(scene.order)).text
    assert "请说明为何三天未到场" in page
    done(
        send(
            clerk, scene.order, "supervision_answered", text="配件今天到", files=[upload("单.png")]
        )
    )
    state = state_of(scene.stored(scene.order))
    assert state.supervision is None
    assert state.supervisions[0].answer == "配件今天到"
    assert state.step.value == "acknowledged"


def test_an_asked_unit_gives_its_opinion_on_a_hard_case(
    clerk: FlaskClient, login_as: Login, scene: Scene
) -> None:
    scene.give(
        work_orders.open_ruling,
        scene.order,
        Role.DISPATCHER,
        unit_ids=[scene.works],
        text="水泵归谁管",
    )
    asked = login_as(Role.UNIT_CLERK, unit_id=scene.works, name="asked")
    page = asked.get(path_of(scene.order)).text
    assert "水泵归谁管" in page
    done(send(asked, scene.order, "opinion_given", text="已移交水务集团", basis="移交清单"))
    opinion = state_of(scene.stored(scene.order)).rulings[0].opinions[0]
    assert (opinion.unit, opinion.text, opinion.basis) == (
        "市住房和城乡建设局",
        "已移交水务集团",
        "移交清单",
    )
    assert "/do/opinion_given" not in clerk.get(path_of(scene.order)).text  # not asked
    scene.give(
        work_orders.rule, scene.order, Role.DISPATCHER, unit_id=scene.water, text="由水务集团办"
    )
    # Its part is over: nothing says that it gave the order back, or that the centre holds it.
    over = asked.get(path_of(scene.order)).text
    assert "您的单位在这张工单上的事已经结束" in over and "由水务集团办" in over
    assert "退单" not in over and "待派单" not in over


def test_another_unit_finds_no_order_no_file_and_no_command(
    clerk: FlaskClient, login_as: Login, scene: Scene
) -> None:
    done(send(clerk, scene.order, "noted", text="见照片", files=[upload()]))
    file_id = scene.stored(scene.order).files[0].id
    other = login_as(Role.UNIT_CLERK, name="other")  # 市教育局
    base = path_of(scene.order)
    paths = (base, f"{base}/files/{file_id}", f"{base}/files/{file_id}/file",
             f"{base}/files/{file_id}/pages/1.png", "/units/orders/LCGD20260506-9999")  # fmt: skip
    for path in paths:
        assert other.get(path).status_code == 404, path
    inbox = other.get("/units/orders")
    assert scene.order not in inbox.text
    token = inbox.text.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]
    for command in ("acknowledged", "noted", "replied", "returned", "progressed"):
        form = {"csrf_token": token, "seen": "2", "text": "越权"}
        assert other.post(f"{base}/do/{command}", data=form).status_code == 404
    form = {"csrf_token": token, "reason": "想看看号码"}
    assert other.post(f"{base}/contact", data=form).status_code == 404
    assert scene.stored(scene.order).event_count == 3


def test_the_room_is_for_units_and_knows_only_their_commands(
    clerk: FlaskClient, login_as: Login, scene: Scene, client: FlaskClient
) -> None:
    assert client.get("/units/orders").status_code == 302
    for role in (Role.DISPATCHER, Role.AGENT, Role.EDITOR, Role.SUPERVISOR):
        assert login_as(role).get("/units/orders").status_code == 403
    assert send(clerk, scene.order, "resolved").status_code == 404
    assert send(clerk, scene.order, "dispatched").status_code == 404
    for form in ("do/replied", "contact"):
        answer = clerk.get(f"{path_of(scene.order)}/{form}")
        assert answer.status_code == 302
        assert answer.location == path_of(scene.order)


@pytest.mark.parametrize("command", ["noted", "replied", "returned"])
def test_two_clerks_at_once_the_second_sees_what_happened_and_keeps_the_text(
    clerk: FlaskClient, login_as: Login, scene: Scene, command: str
) -> None:
    acknowledged(scene)
    seen = scene.stored(scene.order).event_count
    colleague = login_as(Role.UNIT_CLERK, unit_id=scene.water, name="colleague")
    done(send(colleague, scene.order, "noted", text="同事先写的备注"))
    form = {"text": "我写了很久的话", "basis": "条例第三条", "is_informed": "no"}
    late = send(clerk, scene.order, command, seen=seen, files=[upload("我的.png")], **form)
    assert late.status_code == 409
    assert "同事先写的备注" in late.text
    assert "我写了很久的话" in late.text
    assert scene.stored(scene.order).event_count == seen + 1
    # The file is kept, and ticked for the next try.
    (file,) = scene.stored(scene.order).files
    assert file.seq is None
    assert f'name="file" value="{file.id}" checked' in late.text
    again = send(clerk, scene.order, command, **form, file=str(file.id))
    done(again)
    assert scene.last(scene.order).data["files"] == [file.id]


def test_ones_own_other_window_is_named_as_such(
    clerk: FlaskClient, login_as: Login, scene: Scene
) -> None:
    seen = scene.stored(scene.order).event_count
    done(send(clerk, scene.order, "acknowledged"))
    late = send(clerk, scene.order, "noted", seen=seen, text="另一个窗口写的")
    assert late.status_code == 409
    assert "您自己刚刚处理过这张工单（在另一个窗口" in late.text and "别人" not in late.text
    # Somebody else's step among them is what has to be looked at.
    colleague = login_as(Role.UNIT_CLERK, unit_id=scene.water, name="colleague")
    done(send(colleague, scene.order, "noted", text="同事的备注"))
    late = send(clerk, scene.order, "noted", seen=seen, text="另一个窗口写的")
    assert late.status_code == 409 and "别人刚刚处理过这张工单" in late.text


def test_an_order_taken_away_meanwhile_keeps_the_words_of_its_unit(
    clerk: FlaskClient, scene: Scene
) -> None:
    acknowledged(scene)
    seen = scene.stored(scene.order).event_count
    scene.give(
        work_orders.reassign,
        scene.order,
        Role.DISPATCHER,
        unit_id=scene.works,
        text="改由住建局主办",
    )
    late = send(clerk, scene.order, "replied", seen=seen, **(REPLY | {"text": "写好的长答复"}))
    assert late.status_code == 409
    assert "写好的长答复" in late.text
    assert "没有提交" in late.text


def test_a_confidential_requester_stays_unknown_to_the_unit(
    clerk: FlaskClient, scene: Scene
) -> None:
    scene.give(
        work_orders.note, scene.secret, Role.DISPATCHER, text="李小明又来电，请打 13812341234"
    )
    pages = [clerk.get(path_of(scene.secret)).text, clerk.get("/units/orders?list=all").text]
    for page in pages:
        for secret in ("李小明", "13812341234", "****1234", "501 室"):
            assert secret not in page, secret
    assert "姓名、电话和随诉求交来的附件不提供给承办单位" in pages[0]
    assert "门牌以 * 代替</span></dd>" not in pages[0]  # 青石里 names no door
    with scene.database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == scene.secret)).one()
        order.request.place = "青石里 3 号楼 501 室"
    page = clerk.get(path_of(scene.secret)).text
    assert "501" not in page and "诉求人要求保密，门牌以 * 代替</span></dd>" in page
    refused = send_contact(clerk, scene.secret)
    assert refused.status_code == 403
    for word in ("李小明", "13812341234", "501"):
        found = clerk.get("/units/orders", query_string={"list": "all", "q": word}).text
        assert scene.secret not in found, word


def send_contact(client: FlaskClient, number: str) -> Any:
    token = client.get(path_of(number)).text.split('name="csrf_token" value="', 1)[1]
    form = {"csrf_token": token.split('"', 1)[0], "reason": "上门前联系诉求人"}
    return client.post(f"{path_of(number)}/contact", data=form)


def test_an_open_requester_is_shown_once_for_a_reason(clerk: FlaskClient, scene: Scene) -> None:
    page = clerk.get(path_of(scene.order)).text
    assert "13812341234" not in page
    answer = send_contact(clerk, scene.order)
    assert answer.status_code == 200
    assert "13812341234" in answer.text
    assert "13812341234" not in clerk.get(path_of(scene.order)).text
