"""答复模板 in the room: the list, the form, races, deleting and bringing back, filling in."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from kb.services import work_orders
from kb.terms import Role
from tests.web.conftest import Login, csrf_token
from tests.web.unit_orders.conftest import Scene, send

HOME = "/units/orders/templates"
TEXT = "{称呼}：{标题}已由{单位}办结，编号{编号}。【请填：结果】"


def post(client: FlaskClient, path: str, **form: Any):
    token = csrf_token(client, f"{HOME}/new")
    return client.post(path, data={"csrf_token": token, **form})


@pytest.fixture
def kept(clerk: FlaskClient, scene: Scene) -> str:
    """The address of an outline of 水务集团."""
    answer = post(
        clerk, f"{HOME}/new", owner=str(scene.water), name="停水抢修", purposes="help", text=TEXT
    )
    assert answer.status_code == 302
    page = clerk.get(HOME).text
    return page.split(f'href="{HOME}/', 2)[2].split('"', 1)[0].join((f"{HOME}/", ""))


def test_an_empty_list_offers_the_shipped_outlines(clerk: FlaskClient) -> None:
    page = clerk.get(HOME).text
    assert "还没有自己的模板" in page
    assert "求助：已办结" in page
    begun = clerk.get(f"{HOME}/new", query_string={"from": "求助：已办结"}).text
    assert "您反映的“{标题}”" in begun


def test_a_kept_outline_is_filled_in_by_the_server(
    clerk: FlaskClient, scene: Scene, kept: str
) -> None:
    assert "停水抢修" in clerk.get(HOME).text
    scene.give(work_orders.acknowledge, scene.order, Role.UNIT_CLERK, scene.water)
    key = f"t{kept.rsplit('/', 1)[1]}"
    answer = send(clerk, scene.order, "replied", action="outline", outline=key, text="")
    assert f"李先生/女士：高层没水已由澜川水务集团办结，编号{scene.order}。" in answer.text


def test_the_page_holds_every_outline_for_the_script_and_nothing_of_a_secret_requester(
    clerk: FlaskClient, scene: Scene, kept: str
) -> None:
    scene.give(work_orders.acknowledge, scene.secret, Role.UNIT_CLERK, scene.water)
    page = clerk.get(f"/units/orders/{scene.secret}").text
    assert '<template id="outline-0">市民朋友：' in page
    for secret in ("李小明", "李先生", "1381234"):
        assert secret not in page


def test_a_race_shows_both_texts(clerk: FlaskClient, kept: str) -> None:
    first = post(clerk, kept, rev=1, name="停水抢修", text=TEXT + "第一个人的。")
    assert first.status_code == 302
    second = post(clerk, kept, rev=1, name="停水抢修", text=TEXT + "第二个人的。")
    assert second.status_code == 409
    assert "第一个人的" in second.text
    assert "第二个人的" in second.text


def test_a_bad_form_comes_back_whole(clerk: FlaskClient, scene: Scene) -> None:
    answer = post(
        clerk, f"{HOME}/new", owner=str(scene.water), name="停", text="{姓名}您好，已经办好了。"
    )
    assert answer.status_code == 422
    for words in ("请写 2 到 40 个字的名称", "填不了{姓名}", "已经办好了"):
        assert words in answer.text


def test_deleting_can_be_taken_back(clerk: FlaskClient, kept: str) -> None:
    assert post(clerk, f"{kept}/remove", rev=1).status_code == 302
    page = clerk.get(HOME).text
    assert "还没有自己的模板" in page
    assert "已删除" in page
    assert post(clerk, f"{kept}/restore").status_code == 302
    assert "还没有自己的模板" not in clerk.get(HOME).text
    history = clerk.get(kept).text
    for act in ("新建", "删除", "恢复"):
        assert act in history


def test_units_do_not_see_one_another_and_read_the_centres(
    login_as: Login, scene: Scene, kept: str
) -> None:
    other = login_as(Role.UNIT_CLERK, unit_id=scene.works, name="worksclerk")
    assert other.get(kept).status_code == 404
    assert post(other, kept, rev=1, name="改名", text=TEXT).status_code == 404
    assert (
        post(other, f"{HOME}/new", owner=str(scene.water), name="新的", text=TEXT).status_code
        == 422
    )
    centre = login_as(Role.DISPATCHER, name="centre")
    assert (
        post(centre, f"{HOME}/new", owner="centre", name="全市统一", text=TEXT).status_code == 302
    )
    page = other.get(HOME).text
    assert "全市统一" in page
    assert "停水抢修" not in page
    assert "照此新建" in page


def test_agents_have_no_business_here(login_as: Login) -> None:
    assert login_as(Role.AGENT, name="agent").get(HOME).status_code == 403
