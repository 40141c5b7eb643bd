"""Who answers for an order that is back at the centre, and what its clocks then do."""

from kb.db import Database
from kb.terms import Role
from tests.web.conftest import Login
from tests.web.dispatch.conftest import Scene, give, send

_CENTRE = '<span class="role">责任</span><span>热线中心</span>'
_KEPT = "签收、退单重新计时，办结时限不变"


def test_a_returned_order_is_the_centres_and_keeps_its_promise(
    login_as: Login, scene: Scene, database: Database
) -> None:
    dispatcher, number = login_as(Role.DISPATCHER), scene.at_water
    assert _CENTRE not in dispatcher.get(f"/dispatch/orders/{number}").text
    give(database, number, "returned", unit_id=scene.water, text="不归我们", basis="清单第 3 条")
    page = dispatcher.get(f"/dispatch/orders/{number}").text
    assert _CENTRE in page and "已退单" in page
    assert _KEPT in page and "时限自派出时起算" not in page
    fresh = dispatcher.get(f"/dispatch/orders/{scene.waiting}").text
    assert _CENTRE in fresh
    assert "时限自派出时起算" in fresh and _KEPT not in fresh


def test_an_order_that_is_ruled_on_is_the_centres_and_nobody_signs_for_it(
    login_as: Login, scene: Scene
) -> None:
    dispatcher, number = login_as(Role.DISPATCHER), scene.at_water
    assert send(dispatcher, number, "ruling_opened", asked="住建局", text="归谁").status_code == 302
    page = dispatcher.get(f"/dispatch/orders/{number}").text
    assert _CENTRE in page and "等待核定" in page
    assert "核定后起算" in page and "派单后起算" not in page
    assert "签收重新计时，办结时限不变，核定后不能退单" in page and "时限自核定时起算" not in page
