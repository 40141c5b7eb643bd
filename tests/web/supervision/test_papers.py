"""督办单 from issue to close, 不予办理 with its evidence, and the returns by matter."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.actor import Actor
from kb.db import Database
from kb.models import AuditRecord, Notice, OrderFile, Unit, User, WorkOrder
from kb.services import work_orders
from kb.services.orders.projecting import differences
from kb.services.work_orders import By
from kb.terms import Role
from tests.kb.hotline import PROFILE, Hotline, at
from tests.web.conftest import Login, ManualClock, csrf_token
from tests.web.supervision.test_watched import Scene
from tests.web.supervision.test_watched import scene as scene

_NUMBERS = iter(range(700, 800))


def issue(client: FlaskClient, number: str, **form: str):
    path = f"/supervise/orders/{number}/paper"
    page = client.get(path).text
    seen = re.search(r'name="seen" value="(\d+)"', page)
    values = {"csrf_token": csrf_token(client, path), "seen": seen[1] if seen else "9"}
    return client.post(path, data={**values, **form})


def unit_gives(database: Database, number: str, unit_id: int, verb, when: str, **values) -> None:
    with database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()
        city = Hotline(session, _NUMBERS)  # type: ignore[arg-type]
        clerk = city.actor(Role.UNIT_CLERK, name="经办员")
        clerk = type(clerk)(clerk.user_id, clerk.name, unit_id, clerk.roles, frozenset({unit_id}))
        verb(session, order, By(clerk, at(when), PROFILE), **values)


def test_a_paper_goes_from_demand_to_answer_to_close(
    login_as: Login, scene: Scene, clock: ManualClock
) -> None:
    clock.now = at("2026-05-12 10:24")  # Tuesday
    supervisor = login_as(Role.SUPERVISOR)
    form = supervisor.get(f"/supervise/orders/{scene.signed}/paper").text
    assert f"{scene.signed}-督1" in form
    look = issue(supervisor, scene.signed, action="look", amount="2", unit="工作日", text="查清")
    assert "05-14 周四 10:24" in look.text and "查清" in look.text
    urgent = issue(supervisor, scene.signed, action="look", amount="45", unit="分钟", text="查清")
    assert "45 分钟，" in urgent.text and "05-12 周二 11:09" in urgent.text
    assert issue(supervisor, scene.signed, text=" ").status_code == 422
    wrong = issue(supervisor, scene.signed, text="查清停水原因", amount="0")
    assert wrong.status_code == 422 and "答复期限写 1 至 999" in wrong.text
    assert "查清停水原因" in wrong.text
    done = issue(supervisor, scene.signed, text="查清停水原因", amount="2", unit="工作日")
    assert done.status_code == 302
    listed = supervisor.get("/supervise/papers").text
    for words in (f"{scene.signed}-督1", "查清停水原因", "还没有答复", "还有 2 天", "澜川水务集团"):
        assert words in listed
    again = issue(supervisor, scene.signed, text="再查")
    assert again.status_code == 409
    assert "上一份督办单还没有答复" in again.text and "再查" in again.text

    path = f"/supervise/papers/{scene.signed}/close"
    token = csrf_token(supervisor, "/supervise/papers")
    seen = {"csrf_token": token, "seen": str(scene.stored(scene.signed).event_count), "paper": "1"}
    supervisor.post(path, data=seen)
    assert "督办单还没有答复，不能办结" in supervisor.get("/supervise/papers?state=answered").text
    unit_gives(
        scene.database, scene.signed, scene.water, work_orders.answer_supervision,
        "2026-05-13 09:00", text="水泵已修好，李小明已知晓",
    )  # fmt: skip
    clock.now = at("2026-05-13 10:00")
    supervisor = login_as(Role.SUPERVISOR, name="nextday")
    with scene.database.reading() as session:
        kind = Notice.kind == "order_supervision_answered"
        told = session.scalars(select(Notice.path).where(kind)).one()
    # The notice leads to where the answer can be closed.
    assert f'action="{path}"' in supervisor.get(told).text
    page = supervisor.get(f"/dispatch/orders/{scene.signed}").text
    assert "已答复，待核对" in page
    token = csrf_token(supervisor, "/supervise/papers")
    # Nothing waits for an answer: the page opens on what waits for a check.
    answered = supervisor.get("/supervise/papers").text
    for words in ("水泵已修好", "按时答复", "督办办结"):
        assert words in answered
    # Not content: another one before the first is closed. Each is closed by its own button.
    assert issue(supervisor, scene.signed, text="再查一次").status_code == 302
    assert f"{scene.signed}-督2" in supervisor.get("/supervise/papers?q=" + scene.signed).text
    seen["csrf_token"] = token
    seen["seen"] = str(scene.stored(scene.signed).event_count)
    assert supervisor.post(path, data={**seen, "text": "情况属实"}).status_code == 302
    page = supervisor.get(f"/dispatch/orders/{scene.signed}").text
    assert "核对办结" in page and "情况属实" in page
    closed = supervisor.get("/supervise/papers?state=closed").text
    assert "情况属实" in closed and "已办结" in closed
    with scene.database.reading() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == scene.signed)).one()
        assert differences(order) == []
        assert [paper.closed_at is None for paper in order.supervisions] == [False, True]


def test_papers_are_filtered_by_unit_and_taken_home(
    login_as: Login, scene: Scene, clock: ManualClock
) -> None:
    clock.now = at("2026-05-12 10:24")
    supervisor = login_as(Role.SUPERVISOR)
    issue(supervisor, scene.signed, text="请联系 13812341234 说明")
    issue(supervisor, scene.unsigned, text="保密件的要求")
    issue(supervisor, scene.at_works, text="派人到场")
    only = supervisor.get(f"/supervise/papers?unit={scene.works}&state=all&sort=-due").text
    assert "派人到场" in only and "保密件的要求" not in only
    token = csrf_token(supervisor, "/supervise/papers")
    answer = supervisor.post(
        "/supervise/papers/export?format=csv&state=all", data={"csrf_token": token}
    )
    text = answer.data.decode("utf-8-sig")
    assert f"{scene.signed}-督1" in text and "13812341234" not in text
    assert "保密件的要求" not in text and "保密诉求" in text
    with scene.database.reading() as session:
        row = session.scalars(
            select(AuditRecord).where(AuditRecord.action == "work_order.export")
        ).one()
    assert row.detail == {"rows": 3}


def test_an_order_not_with_a_unit_cannot_be_supervised(login_as: Login, scene: Scene) -> None:
    page = login_as(Role.SUPERVISOR).get(f"/supervise/orders/{scene.waiting}/paper").text
    assert "现在不能签发督办单" in page and "待派单" in page


def test_declined_appeals_stand_with_explanation_evidence_and_sign_off(
    login_as: Login, scene: Scene, clock: ManualClock
) -> None:
    with scene.database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == scene.signed)).one()
        clerk = session.scalars(select(User).where(User.name == "水经办")).one()
        by = By(
            Actor(
                clerk.id, clerk.name, scene.water, frozenset({Role.UNIT_CLERK}),
                frozenset({scene.water}),
            ),
            at("2026-05-07 09:00"),
            PROFILE,
        )  # fmt: skip
        row = OrderFile(
            order_id=order.id,
            seq=None,
            sha256="a" * 64,
            size_bytes=10,
            name="现场勘察.pdf",
            media_type="application/pdf",
            unit_id=scene.water,
            uploaded_by=clerk.id,
            uploaded_at=at("2026-05-07 09:00"),
        )
        session.add(row)
        session.flush()
        work_orders.ask_decline(
            session,
            order,
            by,
            text="经核查，诉求没有依据，电话 13812341234",
            basis="供水条例第九条",
            signer="周主任",
            files=[row.id],
        )
    supervisor = login_as(Role.SUPERVISOR)
    # It waits in the unit until the reviewer signs.
    assert "经核查，诉求没有依据" not in supervisor.get("/supervise/declined").text
    with scene.database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == scene.signed)).one()
        unit = session.get_one(Unit, scene.water)
        reviewer = Hotline(session, _NUMBERS).actor(Role.UNIT_REVIEWER, unit=unit, name="水审核")  # type: ignore[arg-type]
        by = By(reviewer, at("2026-05-07 09:30"), PROFILE)
        work_orders.sign_decline(session, order, by, text="情况属实")
    page = supervisor.get("/supervise/declined").text
    for words in (
        "经核查，诉求没有依据",
        "供水条例第九条",
        "周主任 签字",
        "审核人 水审核：情况属实",
        "现场勘察.pdf",
        "待裁定",
    ):
        assert words in page
    assert "13812341234" not in page
    assert "没有符合条件" in supervisor.get("/supervise/declined?q=电梯").text
    assert "现场勘察.pdf" not in supervisor.get("/supervise/declined?state=granted").text
    with scene.database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == scene.signed)).one()
        city = Hotline(session, _NUMBERS)  # type: ignore[arg-type]
        by = By(city.actor(Role.DISPATCHER, name="钱派单"), at("2026-05-07 10:00"), PROFILE)
        work_orders.rule_decline(session, order, by, granted=True, text="同意")
    granted = supervisor.get("/supervise/declined?state=granted").text
    assert "现场勘察.pdf" in granted and "钱派单" in granted
    token = csrf_token(supervisor, "/supervise/declined")
    answer = supervisor.post("/supervise/declined/export?format=csv", data={"csrf_token": token})
    text = answer.data.decode("utf-8-sig")
    assert "周主任,水审核：情况属实,现场勘察.pdf,同意不予办理,钱派单" in text
    assert "13812341234" not in text


@pytest.mark.parametrize("days", ["90", "30", "7"])
def test_returns_are_counted_by_matter(login_as: Login, scene: Scene, days: str) -> None:
    unit_gives(
        scene.database, scene.at_works, scene.works, work_orders.return_order,
        "2026-05-06 11:00", text="电梯归市监", basis="三定",
    )  # fmt: skip
    page = login_as(Role.SUPERVISOR).get(f"/supervise/returns?days={days}").text
    assert "市住房和城乡建设局 1 次" in page
    # One return among four orders of the category: 25 per hundred.
    assert '<td class="r num">25</td>' in page
