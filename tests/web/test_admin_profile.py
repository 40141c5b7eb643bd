"""管理: the city profile as forms, from the first edit to bringing a version back."""

from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.current_profile import Profiles
from kb.db import Database
from kb.models import ProfileVersion
from kb.profile import load_data, profile_from
from kb.profile_form.changes import changes_between, filled
from kb.profile_form.fields import Kind, Section
from kb.profile_form.sections import SECTIONS, section_of
from kb.terms import ClockKind, Role, Urgency
from kb.time_limits import Matter
from tests.web.conftest import Login, ManualClock, csrf_token
from webapp import create_app
from webapp.settings import Settings

CITY = load_data(Path(__file__).parent.parent.parent / "demo" / "city.toml")


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock) -> Flask:
    app = create_app(settings, database, clock=clock, profiles=Profiles(database, CITY))
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def as_typed(section: Section, data: dict[str, Any]) -> dict[str, list[str]]:
    """What a browser sends for the section as it is shown."""
    profile, typed = profile_from(data), {}
    for field in section.fields:
        value = field.of(profile)
        if field.kind is Kind.ROWS:
            for at, row in enumerate(value):
                for column in field.columns:
                    cell = row.get(column.key, "")
                    texts = (["1"] if cell else []) if isinstance(cell, bool) else [str(cell)]
                    typed[f"{field.key}-{at}-{column.key}"] = texts
        elif field.kind is Kind.SWITCH:
            typed[field.key] = ["1"] if value else []
        else:
            typed[field.key] = list(value) if field.kind is Kind.CHOICES else [str(value)]
    return typed


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.name)
@pytest.mark.parametrize("data", [CITY, {}], ids=["demo", "built-in"])
def test_a_form_sent_as_it_is_shown_changes_nothing(section: Section, data: dict[str, Any]) -> None:
    new = filled(data, section, as_typed(section, data))
    assert changes_between(profile_from(data), profile_from(new)) == []


def post(browser: FlaskClient, name: str, **changed: str) -> Any:
    section = section_of(name)
    assert section is not None
    form: dict[str, Any] = as_typed(section, CITY) | {"base": "0"} | changed
    form["csrf_token"] = csrf_token(browser, f"/admin/profile/{name}")
    return browser.post(f"/admin/profile/{name}", data=form)


def test_a_limit_is_previewed_saved_followed_and_brought_back(
    login_as: Login, database: Database
) -> None:
    browser = login_as(Role.ADMIN)
    elsewhere = Profiles(database, CITY, fresh_seconds=0)
    normal = Matter(Urgency.NORMAL)

    def limit() -> str:
        return str(elsewhere.newest().limits.chosen(ClockKind.ACKNOWLEDGE, normal).limit)

    changed = {"limits.acknowledge": "4 小时"}
    seen = post(browser, "limits", **changed)
    assert "时限 · 签收" in seen.text and "已经承诺的时限不变" in seen.text
    assert limit() == "1 工作日"
    unexplained = post(browser, "limits", act="save", **changed)
    assert unexplained.status_code == 422 and "请写一句为什么改" in unexplained.text
    saved = post(browser, "limits", act="save", reason="市政府办通知", **changed)
    assert saved.location == "/admin/profile/limits"
    assert limit() == "4 小时"
    late = post(browser, "limits", act="save", reason="晚了", **{"limits.return": "3 工作日"})
    assert late.status_code == 409 and "市政府办通知" in late.text and "3 工作日" in late.text
    form = {"csrf_token": csrf_token(browser, "/admin/profile/history"), "base": "2"}
    back = browser.post("/admin/profile/history/1", data=form)
    assert "恢复到第 1 版" in back.text and "4 小时" in back.text
    browser.post("/admin/profile/history/1", data=form | {"act": "save", "reason": "通知撤销"})
    assert limit() == "1 工作日"
    with database.reading() as session:
        rows = session.scalars(select(ProfileVersion).order_by(ProfileVersion.number)).all()
        assert [(row.number, row.restores) for row in rows] == [(1, None), (2, None), (3, 1)]


def test_what_no_form_shows_can_be_brought_back_as_well(
    login_as: Login, database: Database, clock: ManualClock
) -> None:
    earlier = {name: value for name, value in CITY.items() if name != "life_events"}
    with database.unit_of_work() as session:
        for number, data in ((1, earlier), (2, CITY)):
            session.add(ProfileVersion(number=number, data=data, reason="导入", made_at=clock()))
    browser = login_as(Role.ADMIN)
    form = {"csrf_token": csrf_token(browser, "/admin/profile/history"), "base": "2"}
    assert "人生大事" in browser.post("/admin/profile/history/1", data=form).text
    done = browser.post("/admin/profile/history/1", data=form | {"act": "save", "reason": "撤回"})
    assert done.status_code == 302
    with database.reading() as session:
        assert session.get_one(ProfileVersion, 3).data == earlier


@pytest.mark.parametrize(
    ("section", "key", "value", "sentence"),
    [
        ("limits", "limits.resolve", "五天", "看不懂时限“五天”"),
        ("hours", "hours.closes", "8点", "下班写时刻，如 08:30，现为“8点”"),
        ("hours", "hours.closes", "08:00", "上班时刻 09:00 应早于下班时刻 08:00"),
        ("basics", "scans.pages_a_day", "0", "写 1 至 100000 的整数，现为“0”"),
        ("channels", "lines", "综合\n综合", "“综合”写了两次"),
        ("regions", "regions", "甲/乙/丙/丁", "最多 3 级"),
        ("categories", "renamed.categories", "旧类 = 没有的类", "不在列表里"),
        ("follow_up", "follow_up.sms", "请您评价", "要写上 {链接}"),
        ("limits", "limits.rules-0-category", "没有这类", "分类里没有“没有这类”"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_is_kept(
    login_as: Login, section: str, key: str, value: str, sentence: str
) -> None:
    browser = login_as(Role.ADMIN)
    page = post(browser, section, **{key: value})
    assert page.status_code == 422
    assert sentence in page.text and "limits." not in page.text.split("<form")[0]
    assert value.split("\n")[0] in page.text


def test_removed_names_stay_with_what_was_filed_and_only_administrators_edit(
    login_as: Login,
) -> None:
    browser = login_as(Role.ADMIN)
    page = post(browser, "channels", lines="综合")
    assert "去掉的专线（" in page.text and "照旧能查" in page.text
    assert login_as(Role.EDITOR).get("/admin/profile/limits").status_code == 403
