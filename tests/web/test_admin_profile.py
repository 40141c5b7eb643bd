"""管理: the city profile as forms, from the first edit to bringing a version back."""

from decimal import Decimal
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


def post(browser: FlaskClient, name: str, /, **changed: str) -> Any:
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
    history = browser.get("/admin/profile/history").text
    assert "10:24" not in history.split("第一次改动以前")[1].split("</li>")[0]
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
    topic = {"name": "供暖", "words": ["暖气"]}
    earlier = {**CITY, "figures": {**CITY.get("figures", {}), "topics": [topic]}}
    with database.unit_of_work() as session:
        for number, data in ((1, earlier), (2, CITY)):
            session.add(ProfileVersion(number=number, data=data, reason="导入", made_at=clock()))
    browser = login_as(Role.ADMIN)
    form = {"csrf_token": csrf_token(browser, "/admin/profile/history"), "base": "2"}
    assert "统计口径的其他项" in browser.post("/admin/profile/history/1", data=form).text
    done = browser.post("/admin/profile/history/1", data=form | {"act": "save", "reason": "撤回"})
    assert done.status_code == 302
    with database.reading() as session:
        assert session.get_one(ProfileVersion, 3).data == earlier


def test_scores_and_life_events_are_edited_as_forms() -> None:
    scores = section_of("assessment")
    events = section_of("life_events")
    assert scores is not None and events is not None
    typed = as_typed(scores, {}) | {
        "assessment.extras-0-each": ["-0.25"],
        "assessment.bands": ["一档 = 90\n二档 = 0"],
    }
    scheme = profile_from(filled({}, scores, typed)).assessment
    assert (scheme.extras[0].each, scheme.bands) == (Decimal("-0.25"), (("一档", 90), ("二档", 0)))
    assert scheme.items == profile_from({}).assessment.items
    row = {"name": "退休", "about": "", "categories": "社会保障/养老；民政服务", "words": "退休"}
    cells = {f"life_events-0-{name}": [text] for name, text in row.items()}
    event = profile_from(filled({}, events, cells)).life_events[0]
    assert (event.categories, event.words) == (("社会保障/养老", "民政服务"), ("退休",))


def test_a_city_counts_some_channels_as_at_the_end_and_under_one_name() -> None:
    figures = section_of("figures")
    assert figures is not None
    # One word stands for the column of purposes; the form writes all four.
    data = {"figures": {"printed_share_rounding": "largest_remainder"}}
    typed = as_typed(figures, data) | {
        "figures.scope.channels": ["电话，网站"],
        "figures.as_of": ["期末"],
        "figures.unit_aliases": ["市工商局 = 市市场监管局"],
    }
    basis = profile_from(filled(data, figures, typed)).figures
    assert (basis.scope.channels, basis.as_of) == (("电话", "网站"), "period_end")
    assert basis.unit_name("市工商局") == "市市场监管局"
    shares = basis.share_rounding
    assert (shares.by_purpose, shares.by_region) == ("largest_remainder", "half_up")


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
        ("assessment", "assessment.items-0-weight", "三十", "第 1 行：权重写一个数"),
        ("assessment", "assessment.items-0-weight", "-3", "应为大于 0 的数"),
        ("assessment", "assessment.bands", "优秀 = 95\n合格 = 70", "最后一档从 0 起"),
        ("assessment", "assessment.bands", "合格 = 70\n优秀 = 95\n差 = 0", "从高到低写"),
        ("figures", "figures.grades.bands", "优秀", "每行写作“档名 = 起点分数”"),
        ("figures", "figures.as_of", "昨天", "期末"),
        ("figures", "figures.unit_aliases", "甲 = 乙\n乙 = 丙", "且它自己不是别名"),
        ("basics", "code", "岚溪 溪", "编号前缀只写大写字母，如 YT，现为“岚溪 溪”"),
        ("life_events", "life_events-0-name", "很长很长很长的一件人生大事情", "最多 12 个字"),
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


def test_from_the_preview_one_goes_back_to_the_form_as_typed(
    login_as: Login, database: Database
) -> None:
    browser = login_as(Role.ADMIN)
    preview = post(browser, "basics", name="岚溪市")
    assert 'value="edit"' in preview.text and "返回修改" in preview.text
    form = post(browser, "basics", act="edit", name="岚溪市")
    assert form.status_code == 200 and 'value="岚溪市"' in form.text
    with database.reading() as session:
        assert session.scalars(select(ProfileVersion)).all() == []


def test_a_prefix_from_before_there_was_a_rule_still_holds_and_can_be_mended() -> None:
    basics = section_of("basics")
    assert basics is not None
    old = {**CITY, "code": "yt1"}
    assert profile_from(old).number_prefix == "yt1"
    mended = as_typed(basics, old) | {"code": ["YT"]}
    assert profile_from(filled(old, basics, mended)).number_prefix == "YT"
