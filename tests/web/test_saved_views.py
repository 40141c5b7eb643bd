"""我的视图 on the lists: kept, opened, refused with what was typed, and nobody else's."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.terms import Role
from tests.web.conftest import Login, csrf_token
from webapp.permission_map import permissions
from webapp.saved_views.blueprint import LISTS

QUERY = "/dispatch?q=暖气&state=accepted&page=2"


def _keep(client: FlaskClient, name: str, list_name: str = "dispatch.home") -> str:
    form = {
        "csrf_token": csrf_token(client, "/dispatch"),
        "list": list_name,
        "query": "q=暖气&state=accepted&page=2",
        "name": name,
    }
    return client.post("/views", data=form, follow_redirects=True).text


def test_a_view_is_offered_kept_opened_renamed_and_removed(login_as: Login) -> None:
    client = login_as(Role.DISPATCHER)
    assert "存为视图" in client.get(QUERY).text
    assert "存为视图" not in client.get("/dispatch?state=accepted").text  # a tab is no filter
    page = _keep(client, "汀南供热")
    assert "已存为视图“汀南供热”" in page
    link = re.search(r'href="(/dispatch\?[^"]+)" aria-current="page">汀南供热<', page)
    assert link is not None
    assert "存为视图" not in client.get(link[1].replace("&amp;", "&")).text
    number = re.search(r"/views/(\d+)/name", page)
    assert number is not None
    form = {"csrf_token": csrf_token(client, "/dispatch"), "list": "dispatch.home", "query": "q=1"}
    renamed = client.post(f"/views/{number[1]}/name", data=form | {"name": "供热"})
    assert renamed.location == "/dispatch?q=1"
    removed = client.post(f"/views/{number[1]}/remove", data=form, follow_redirects=True).text
    assert "已删除视图“供热”" in removed
    again = client.post(f"/views/{number[1]}/restore", data=form, follow_redirects=True).text
    assert ">供热</a>" in again
    assert ">供热</a>" not in login_as(Role.DISPATCHER, name="second").get("/dispatch").text


def test_a_list_with_a_great_many_conditions_opens(login_as: Login) -> None:
    query = "&".join(f"q={n}" for n in range(41))
    assert login_as(Role.DISPATCHER).get(f"/dispatch?{query}").status_code == 200


def test_a_refused_name_comes_back_to_be_changed(login_as: Login) -> None:
    client = login_as(Role.DISPATCHER)
    _keep(client, "供热")
    client.post("/views", data={})
    form = {"csrf_token": csrf_token(client, "/dispatch"), "list": "dispatch.home"}
    page = client.post(
        "/views", data=form | {"query": "q=水", "name": "供热"}, follow_redirects=True
    ).text
    assert "已有叫“供热”的视图" in page
    assert re.search(r'id="view-name" name="name" value="供热"', page)


@pytest.mark.parametrize("list_name", ["supervision.orders", "accounts.logout", "", "nowhere"])
def test_only_lists_that_a_person_may_open_keep_views(login_as: Login, list_name: str) -> None:
    assert "这个清单不能存视图" in _keep(login_as(Role.DISPATCHER), "甲", list_name)


def test_every_list_that_keeps_views_is_one_address_and_shows_them(app: Flask) -> None:
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules()}
    assert permissions(app).keys() >= LISTS
    assert all(not rules[name].arguments for name in LISTS)
