"""开始使用: each step is read from what is there, and the page goes when all are done."""

from kb.models import Adoption, KnowledgeItem
from kb.terms import Role
from tests.web.api_v1.city import City, app, city, factory, files, indexes
from tests.web.conftest import Login, make_user

__all__ = ["app", "city", "factory", "files", "indexes"]
PATH = "/admin/start"


def test_a_step_is_done_when_its_thing_is_there(login_as: Login, city: City) -> None:
    admin = login_as(Role.ADMIN)
    first = admin.get(PATH).text
    assert "已完成 2 / 5" in first  # the city has a name and a unit
    assert "还缺" not in first and "给自己勾上" in first
    assert "下一步：建人员" in admin.get("/admin").text
    make_user(city.database, city.clock, Role.AGENT)
    assert "还缺一位知识管理员" in admin.get(PATH).text
    make_user(city.database, city.clock, Role.EDITOR)
    assert "已完成 3 / 5" in admin.get(PATH).text
    assert f'href="{PATH}"' in admin.get("/admin").text

    item_id = city.publish("居住证怎么办？")
    assert "已完成 4 / 5" in admin.get(PATH).text
    # Whoever comes back before the end is led on from there, not to a list.
    assert admin.get("/login").location == PATH
    request = city.register()
    with city.database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, item_id)
        session.add(
            Adoption(
                request_id=request.id,
                item_id=item_id,
                version_id=item.current_version_id,
                unit_id=item.unit_id,
                at=city.clock(),
            )
        )
    assert "已经可以接电话了" in admin.get(PATH).text
    assert f'href="{PATH}"' not in admin.get("/admin").text
    assert admin.get("/login").location == "/admin"


def test_who_may_do_the_next_step_is_led_to_it(login_as: Login, city: City) -> None:
    both = login_as(Role.ADMIN, Role.EDITOR, Role.AGENT)
    page = both.get(PATH).text
    assert 'href="/units/write/qa">写标准问答' in page and 'href="/desk">打开坐席台' in page
    assert "用坐席登录" not in page


def test_only_an_administrator_sees_the_steps(login_as: Login) -> None:
    editor = login_as(Role.EDITOR)
    assert editor.get(PATH).status_code == 403
    assert editor.get("/login").location == "/units"
