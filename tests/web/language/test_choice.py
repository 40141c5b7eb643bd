"""A reader chooses a language: the cookie, the pages, the scripts, and what stays Chinese."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from webapp.language.upkeep import states


@pytest.fixture
def english(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("language", "en")
    return client


def test_a_page_offers_the_other_language_and_comes_back_to_itself(client: FlaskClient) -> None:
    page = client.get("/login?next=/account")
    assert '<html lang="zh-CN">' in page.text
    link = '<a href="/language/en?next=/login?next%3D/account" lang="en"'
    assert link in page.text
    chosen = client.get("/language/en?next=/login?next%3D/account")
    assert (chosen.status_code, chosen.location) == (303, "/login?next=/account")
    assert "SameSite=Lax" in chosen.headers["Set-Cookie"]
    after = client.get(chosen.location)
    assert '<html lang="en">' in after.text
    assert "<h1>Log in</h1>" in after.text
    assert 'lang="zh"' in after.text
    client.get("/language/zh")
    assert client.get("/login?next=/account").text.split("<main")[0] == page.text.split("<main")[0]


def test_the_browser_is_not_asked_what_it_prefers(client: FlaskClient) -> None:
    assert '<html lang="zh-CN">' in client.get("/", headers={"Accept-Language": "en"}).text


@pytest.mark.parametrize("path", ["/language/xx", "/language/en/static/nothing.js"])
def test_what_there_is_not_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_an_unknown_cookie_means_chinese(app: Flask) -> None:
    client = app.test_client()
    client.set_cookie("language", "../../x")
    assert '<html lang="zh-CN">' in client.get("/login").text


def test_nobody_is_sent_to_another_site(client: FlaskClient) -> None:
    assert client.get("/language/en?next=//elsewhere.example/").location == "/"


def test_caches_are_told_that_a_page_has_several_languages(client: FlaskClient) -> None:
    assert "Cookie" in client.get("/").headers["Vary"]


def test_scripts_come_in_the_language_and_may_be_kept(english: FlaskClient) -> None:
    page = english.get("/login").text
    address = page.split('src="/language/en/static/yingda.js')[1].split('"')[0]
    script = english.get(f"/language/en/static/yingda.js{address}")
    assert script.mimetype == "text/javascript"
    assert "public" in script.headers["Cache-Control"]
    assert "'取消'" not in script.text
    assert '"Cancel"' in script.text


def test_an_error_of_python_is_said_in_the_language(english: FlaskClient) -> None:
    page = english.get("/nothing-here")
    assert page.status_code == 404
    assert "Not found" in page.text


def test_no_translation_of_the_program_has_lost_a_place() -> None:
    assert [state.wrong for state in states("en")] == [(), (), ()]
