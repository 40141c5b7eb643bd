"""The order's page explains every due time: by what it was started, and line by line."""

import re
from datetime import timedelta

from flask.testing import FlaskClient

from kb.terms import Role
from tests.kb.hotline import at
from tests.web.conftest import Login, ManualClock
from tests.web.dispatch.conftest import Scene, send


def told(client: FlaskClient, number: str) -> str:
    """The panel of the clocks, without its tags."""
    page = client.get(f"/dispatch/orders/{number}").text
    panel = page.split('id="o-clocks"', 1)[1].split("</section>", 1)[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", panel))


def test_every_clock_is_derived_and_named_by_what_started_it(
    login_as: Login, scene: Scene, clock: ManualClock
) -> None:
    dispatcher = login_as(Role.DISPATCHER)
    page = told(dispatcher, scene.at_water)
    assert "起算 05-06 周三 09:30 派单时刻（不是签收时刻）" in page
    others = page.split("其他时限怎么算的", 1)[1]
    # Signing within a workday of Wednesday 09:30.
    assert "签收 1 工作日" in others and "到期 05-07 周四 09:30" in others
    clock.now = at("2026-05-06 10:00")
    send(dispatcher, scene.at_water, "urgency_changed", urgency="urgent", text="老人断水")
    clock.now += timedelta(minutes=5)
    send(login_as(Role.SUPERVISOR, name="boss"), scene.at_water, "supervised", text="查清")
    page = told(dispatcher, scene.at_water)
    assert "起算 05-06 周三 09:30 派单时刻（不是签收时刻）" in page  # resolving, as it was
    others = page.split("其他时限怎么算的", 1)[1]
    assert "起算 05-06 周三 10:00 调整紧急程度时刻" in others  # signing, within half an hour
    assert "起算 05-06 周三 10:05 签发督办单时刻" in others


def test_a_merged_order_runs_no_clock_and_waits_for_nobody(
    login_as: Login, scene: Scene, clock: ManualClock
) -> None:
    clock.now = at("2026-05-07 10:00")
    dispatcher = login_as(Role.DISPATCHER)
    send(dispatcher, scene.at_works, "merged", into=scene.at_water, text="同一处")
    page = told(dispatcher, scene.at_works)
    assert page.count("已并单，不再计时") == 3  # 签收, 退单, 办结
    assert "还有" not in page and "已过期限" not in page
    whole = dispatcher.get(f"/dispatch/orders/{scene.at_works}").text
    units = whole.split('class="units2"', 1)[1].split("</ul>", 1)[0]
    assert f"已并入 {scene.at_water}" in units and "待派单" not in units


def test_taking_a_merge_back_twice_tells_what_happened_meanwhile(
    login_as: Login, scene: Scene, clock: ManualClock
) -> None:
    clock.now = at("2026-05-07 10:00")
    dispatcher = login_as(Role.DISPATCHER)
    send(dispatcher, scene.at_works, "merged", into=scene.at_water, text="同一处")
    page = dispatcher.get(f"/dispatch/orders/{scene.at_works}").text
    seen = page.split('name="seen" value="', 1)[1].split('"', 1)[0]
    assert send(dispatcher, scene.at_works, "unmerged", text="不是一处").status_code == 302
    late = send(dispatcher, scene.at_works, "unmerged", seen=seen, text="分开办")
    assert late.status_code == 409
    for words in ("您打开页面之后发生的事", "不是一处", "分开办"):
        assert words in late.text
