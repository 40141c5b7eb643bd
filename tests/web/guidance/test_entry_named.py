"""统一口径 names the entry it rests on, and opens it only where the person may read it."""

import re
from secrets import token_urlsafe

import pytest

from kb.terms import Audience, Role
from tests.web.api_v1.city import City, app, city, factory, files, indexes
from tests.web.conftest import Login, csrf_token

__all__ = ["app", "city", "factory", "files", "indexes"]


@pytest.mark.parametrize(
    ("role", "audience", "address"),
    [
        (Role.SUPERVISOR, Audience.PUBLIC, "/entry/{}"),
        (Role.SUPERVISOR, Audience.INTERNAL, ""),
        (Role.EDITOR, Audience.INTERNAL, "/units/entries/{}"),
    ],
)
def test_the_entry_is_named_and_opened_where_one_may_read_it(
    login_as: Login, city: City, role: Role, audience: Audience, address: str
) -> None:
    number = city.publish("停水期间怎么答复", audience=audience)
    browser = login_as(role)
    form = {
        "csrf_token": csrf_token(browser, "/account"),
        "token": token_urlsafe(),
        "text": "城东今天停水到 18 点，请先安抚再登记。",
        "ends_at": "2026-05-07T20:00",
        "item": f"#{number}",
    }
    assert browser.post("/supervise/guidance", data=form).status_code == 303
    page = browser.get("/supervise/guidance").text
    assert "停水期间怎么答复" in page
    links = re.findall(r'<a href="([^"]+)">停水期间怎么答复</a>', page)
    assert links == ([address.format(number)] if address else [])
    assert all(browser.get(link).status_code == 200 for link in links)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("2025 年停水 答复", ""),  # a title may begin with a number
        ("12345", ""),  # or hold one
        ("停水", "有几条都符合，请写编号：#"),
        ("停气", "没有找到“停气”"),
        ("#4711", "没有这个知识条目"),
    ],
)
def test_the_entry_may_be_named_by_words_of_its_title(
    login_as: Login, city: City, typed: str, said: str
) -> None:
    city.publish("2025 年停水期间怎么答复 12345 来电")
    city.publish("停水怎么提前知道", audience=Audience.INTERNAL)
    browser = login_as(Role.SUPERVISOR)
    form = {
        "csrf_token": csrf_token(browser, "/account"),
        "token": token_urlsafe(),
        "text": "城东今天停水到 18 点，请先安抚再登记。",
        "ends_at": "2026-05-07T20:00",
        "item": typed,
    }
    answer = browser.post("/supervise/guidance", data=form)
    assert answer.status_code == (422 if said else 303)
    assert said in answer.text
    page = browser.get("/supervise/guidance").text
    assert ("2025 年停水期间怎么答复 12345 来电</a>" in page) is not bool(said)
    assert ("依据的条目是《2025 年停水期间怎么答复 12345 来电》" in page) is not bool(said)
