"""The centre rules on what units ask, presses them, and reviews their replies."""

import pytest
from flask import Flask
from sqlalchemy import event

from kb.db import Database
from kb.models import OrderFile
from kb.outbox.indexes import Indexes
from kb.outbox.rebuild import ensure_built
from kb.terms import Role
from tests.kb.hotline import at
from tests.web.conftest import Login, ManualClock
from tests.web.dispatch.conftest import Scene, give, send, stored
from webapp.context import NAME


def test_a_second_return_is_ruled_and_then_needs_joint_handling(
    login_as: Login, scene: Scene, database: Database
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    number = scene.at_water
    give(database, number, "returned", unit_id=scene.water, text="不归我们", basis="清单第 3 条")
    send(dispatcher, number, "dispatched", unit="住建局")
    give(database, number, "returned", unit_id=scene.works, text="也不归我们", basis="三定第 5 条")
    assert number in dispatcher.get("/dispatch?state=asks&pending=return").text
    assert number not in dispatcher.get("/dispatch?state=asks&pending=pause").text
    page = dispatcher.get(f"/dispatch/orders/{number}").text
    for words in (
        "裁定退单",
        "也不归我们",
        "三定第 5 条",
        "这是第 2 次退单",
        "首次退单，直接退回派单台",
    ):
        assert words in page
    silent = send(dispatcher, number, "return_refused", text="")
    assert silent.status_code == 422
    assert "请写明不同意退单的理由" in silent.text
    assert send(dispatcher, number, "return_granted", text="确实不归").status_code == 302
    alone = send(dispatcher, number, "dispatched", unit="住建局", text="联合办理吧")
    assert alone.status_code == 422
    assert "只能指定主办单位并加协办单位联合办理" in alone.text
    assert "联合办理吧" in alone.text
    joint = send(dispatcher, number, "dispatched", unit="住建局", other="水务集团", task="协查")
    assert joint.status_code == 302
    assert stored(database, number).state == "dispatched"
    assert "不能再退</dd>" in dispatcher.get(f"/dispatch/orders/{number}").text


def test_an_extension_is_granted_shorter_than_asked(
    login_as: Login, scene: Scene, database: Database
) -> None:
    dispatcher, number = login_as(Role.DISPATCHER), scene.at_water
    give(database, number, "acknowledged", unit_id=scene.water)
    give(database, number, "extension_asked", unit_id=scene.water, text="等配件", limit="3 工作日")
    page = dispatcher.get(f"/dispatch/orders/{number}").text
    assert 'value="3 工作日"' in page
    assert "延期待裁定" in page
    odd = send(dispatcher, number, "extension_granted", limit="三天", text="尽快")
    assert odd.status_code == 422
    assert "看不懂时限“三天”" in odd.text
    assert "尽快" in odd.text
    done = send(dispatcher, number, "extension_granted", limit="2 工作日", text="尽快")
    assert done.status_code == 302
    # Promised Tuesday 05-12 09:30; two workdays later is Thursday 05-14.
    assert stored(database, number).due_at == at("2026-05-14 09:30")
    page = dispatcher.get(f"/dispatch/orders/{number}").text
    assert "原到期" in page
    assert "同意延期 2 工作日" in page


@pytest.mark.parametrize("longer", ["4 工作日", "8 自然日"])
def test_an_extension_is_never_granted_longer_than_asked(
    login_as: Login, scene: Scene, database: Database, longer: str
) -> None:
    dispatcher, number = login_as(Role.DISPATCHER), scene.at_water
    give(database, number, "acknowledged", unit_id=scene.water)
    give(database, number, "extension_asked", unit_id=scene.water, text="等配件", limit="3 工作日")
    before = stored(database, number).due_at
    refused = send(dispatcher, number, "extension_granted", limit=longer, text="多给几天")
    assert refused.status_code == 422
    assert "单位申请延长 3 工作日，批复不能比申请的长" in refused.text
    assert "多给几天" in refused.text
    assert stored(database, number).due_at == before
    # The same three workdays, said in days: Tuesday 05-12 to Friday 05-15.
    assert send(dispatcher, number, "extension_granted", limit="3 自然日").status_code == 302
    assert stored(database, number).due_at == at("2026-05-15 09:30")


def test_a_pause_is_granted_to_another_moment_and_resumed_early(
    login_as: Login, scene: Scene, database: Database, clock: ManualClock
) -> None:
    dispatcher, number = login_as(Role.DISPATCHER), scene.at_water
    give(database, number, "acknowledged", unit_id=scene.water)
    give(
        database,
        number,
        "pause_asked",
        unit_id=scene.water,
        text="等鉴定",
        until=at("2026-05-20 17:00"),
    )
    assert 'value="2026-05-20T17:00"' in dispatcher.get(f"/dispatch/orders/{number}").text
    bad = send(dispatcher, number, "pause_granted", until="下周")
    assert bad.status_code == 422
    assert "看不懂时间“下周”" in bad.text
    later = send(dispatcher, number, "pause_granted", until="2026-05-20T17:01")
    assert later.status_code == 422
    assert "单位申请挂起到 2026-05-20 17:00，批复不能比申请的晚" in later.text
    done = send(dispatcher, number, "pause_granted", until="2026-05-08T10:24", text="")
    assert done.status_code == 302
    # A pause of one workday (10:24 to 10:24) moves Tuesday 05-12 09:30 to Wednesday 05-13 09:30.
    assert stored(database, number).due_at == at("2026-05-13 09:30")
    page = dispatcher.get(f"/dispatch/orders/{number}").text
    assert "同意挂起到 2026-05-08 10:24" in page  # not as asked
    assert page.count("挂起到期，恢复办理") == 1
    assert (
        "挂起中" in page
        and "已挂起" in page
        and "办理中</span>" not in page.split("</h1>")[1][:800]
    )
    assert send(dispatcher, number, "resumed", text="鉴定来了").status_code == 302
    assert stored(database, number).due_at == at("2026-05-12 09:30")
    page = dispatcher.get(f"/dispatch/orders/{number}").text
    assert "同意挂起到 2026-05-08 10:24" in page and "挂起到期" not in page


def test_declining_is_ruled_with_the_evidence_in_view(
    login_as: Login, scene: Scene, database: Database, app: Flask
) -> None:
    supervisor, number = login_as(Role.SUPERVISOR), scene.at_water
    give(database, number, "acknowledged", unit_id=scene.water)
    clerk = give(database, number, "noted", unit_id=scene.water, text="先记一笔")
    with database.unit_of_work() as session:
        kept = app.extensions[NAME].files.keep_bytes(b"%PDF-1.4 evidence")
        row = OrderFile(
            order_id=stored(database, number).id,
            sha256=kept.sha256,
            size_bytes=kept.size_bytes,
            name="现场勘察.pdf",
            media_type="application/pdf",
            uploaded_by=clerk.user_id,
            uploaded_at=at("2026-05-07 10:00"),
        )
        session.add(row)
        session.flush()
        file_id = row.id
    give(
        database,
        number,
        "decline_asked",
        unit_id=scene.water,
        actor=clerk,
        text="核查后不符合条件",
        basis="条例第九条",
        signer="周主任",
        files=[file_id],
    )
    page = supervisor.get(f"/dispatch/orders/{number}").text
    for words in ("批复不予办理", "核查后不符合条件", "条例第九条", "周主任", "现场勘察.pdf"):
        assert words in page
    evidence = supervisor.get(f"/dispatch/orders/{number}/files/{file_id}")
    assert evidence.data == b"%PDF-1.4 evidence"
    assert evidence.headers["Content-Disposition"].startswith("attachment")
    other = login_as(Role.UNIT_CLERK, unit_id=scene.works)
    assert other.get(f"/dispatch/orders/{number}/files/{file_id}").status_code == 403
    assert other.get(f"/units/orders/{number}/files/{file_id}").status_code == 404
    assert supervisor.get(f"/dispatch/orders/{scene.at_works}/files/{file_id}").status_code == 404
    assert send(supervisor, number, "decline_granted", text="同意").status_code == 302
    order = stored(database, number)
    assert (order.state, order.settled) == ("resolved", "declined")


def test_urgency_supervision_and_reminders_reach_the_unit(
    login_as: Login, scene: Scene, database: Database
) -> None:
    supervisor, number = login_as(Role.SUPERVISOR), scene.at_water
    same = send(supervisor, number, "urgency_changed", urgency="normal", text="看看")
    assert same.status_code == 422
    assert "现在就是“一般”" in same.text
    assert send(supervisor, number, "urgency_changed", urgency="boss", text="x").status_code == 422
    urgent = send(supervisor, number, "urgency_changed", urgency="critical", text="整栋停水")
    assert urgent.status_code == 302
    assert send(supervisor, number, "supervised", text="明天前说明原因").status_code == 302
    assert send(supervisor, number, "reminded", text="").status_code == 302
    page = supervisor.get(f"/dispatch/orders/{number}").text
    for words in ("特急", "督办单 1", "明天前说明原因", "紧急程度改为特急", "催办"):
        assert words in page
    listed = supervisor.get("/dispatch?state=all&urgency=critical").text
    assert number in listed
    assert scene.at_works not in listed


def test_the_reply_is_reviewed_with_what_happened_and_sent_back_with_words(
    login_as: Login, scene: Scene, database: Database
) -> None:
    dispatcher, number = login_as(Role.DISPATCHER), scene.at_water
    give(database, number, "acknowledged", unit_id=scene.water)
    give(database, number, "replied", unit_id=scene.water, text="我们高度重视，请拨 13900001111。")
    page = dispatcher.get(f"/dispatch/orders/{number}").text
    assert "中心审核" in page
    assert "139****1111" in page
    assert "13900001111" not in page
    assert number in dispatcher.get("/dispatch?state=centre_review").text
    assert send(dispatcher, number, "sent_back", text="写明几点修好").status_code == 302
    assert "写明几点修好" in dispatcher.get(f"/dispatch/orders/{number}").text


def test_the_review_shows_what_the_check_found_in_the_reply(
    login_as: Login,
    scene: Scene,
    database: Database,
    indexes: Indexes,
    clock: ManualClock,
) -> None:
    ensure_built(database, indexes, clock)
    text = "李小明您好，我单位高度重视，立即安排人员处理，请拨 13812341234。"
    dispatcher, number = login_as(Role.DISPATCHER), scene.at_water
    give(database, number, "acknowledged", unit_id=scene.water)
    give(database, number, "replied", unit_id=scene.water, text=text)
    page = dispatcher.get(f"/dispatch/orders/{number}").text
    assert "答复检查" in page
    assert "应改 · 要素不全" in page
    assert "应改 · 个人信息" in page
    assert "含手机号“138****1234”" in page
    assert "13812341234" not in page
    assert "仍要办结？" in page


@pytest.mark.parametrize(
    ("command", "form", "kept"),
    [
        ("reassigned", {"unit": "住建局", "text": "我写的改派理由"}, "我写的改派理由"),
        ("extension_granted", {"limit": "2 工作日", "text": "我写的批复"}, "我写的批复"),
        ("merged", {"into": "GD-1", "text": "我写的并单理由"}, "我写的并单理由"),
        ("urgency_changed", {"urgency": "urgent", "text": "我写的理由"}, "我写的理由"),
        ("ruling_opened", {"asked": "住建局", "text": "我写的问题"}, "我写的问题"),
        ("supervised", {"text": "我写的督办要求"}, "我写的督办要求"),
    ],
)
def test_two_at_one_order_get_what_happened_meanwhile_and_keep_their_words(
    login_as: Login,
    scene: Scene,
    database: Database,
    command: str,
    form: dict[str, str],
    kept: str,
) -> None:
    both = login_as(Role.DISPATCHER, Role.SUPERVISOR)
    give(database, scene.at_water, "acknowledged", unit_id=scene.water)
    give(database, scene.at_water, "noted", unit_id=scene.water, text="刚联系了诉求人")
    if command == "merged":
        form = form | {"into": scene.at_works}
    answer = send(both, scene.at_water, command, seen="3", **form)
    assert answer.status_code == 409
    for words in ("别人刚刚处理过这张工单", "备注", "刚联系了诉求人", kept):
        assert words in answer.text
    assert stored(database, scene.at_water).event_count == 4


def test_a_worklist_asks_at_most_ten_queries(
    login_as: Login, scene: Scene, database: Database
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    dispatcher.get("/dispatch")
    for state in ("accepted", "asks", "hard", "centre_review", "overdue", "all"):
        asked: list[str] = []

        def note(*args: object, asked: list[str] = asked) -> None:
            asked.append(str(args[2]))

        event.listen(database.engine, "before_cursor_execute", note)
        try:
            assert dispatcher.get(f"/dispatch?state={state}&unit={scene.water}").status_code == 200
        finally:
            event.remove(database.engine, "before_cursor_execute", note)
        asked = [one for one in asked if one.startswith("SELECT")]
        assert len(asked) <= 10, asked
