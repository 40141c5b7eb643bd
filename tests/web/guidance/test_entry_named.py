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
        "item": str(number),
    }
    assert browser.post("/supervise/guidance", data=form).status_code == 303
    page = browser.get("/supervise/guidance").text
    assert "停水期间怎么答复" in page
    links = re.findall(r'<a href="([^"]+)">停水期间怎么答复</a>', page)
    assert links == ([address.format(number)] if address else [])
    assert all(browser.get(link).status_code == 200 for link in links)
