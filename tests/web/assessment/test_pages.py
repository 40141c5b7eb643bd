"""考核 on pages: the table, a unit's own card, an objection, its ruling, and freezing."""

import html
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kb.current_profile import Profiles
from kb.db import Database
from kb.models import AssessmentSnapshot, Job, Unit
from kb.profile import Profile
from kb.services import assessment_freeze_job
from kb.services.jobs import run_due_jobs
from kb.terms import Role
from tests.kb.bulletins.book import Book, march
from tests.web.conftest import Login, ManualClock, csrf_token
from webapp.bulletin_jobs import handlers

PROFILE = Profile()

HOME, OWN = "/supervise/assessment", "/units/assessment"
SPAN = {"from": "2026-03-01", "to": "2026-03-31"}
MARCH = "?from=2026-03-01&to=2026-03-31"


@pytest.fixture
def water(database: Database, clock: ManualClock) -> int:
    """The water company of the little book of March; the day is in April."""
    clock.now = datetime(2026, 4, 5, 4, 0, tzinfo=UTC)
    with database.unit_of_work() as session:
        march(Book(session))
        # Ten orders make a card: 供水公司 has one, so that it is not scored.
        return int(session.query(Unit).filter_by(name="供水公司").one().id)


def _work(database: Database, clock: ManualClock) -> None:
    """The thread at its next turns."""
    known = handlers(database, Profiles.fixed(PROFILE, database), clock)
    run_due_jobs(database, known, "test", clock, at_most=5)


def test_from_the_units_objection_to_the_frozen_table(
    login_as: Login, water: int, database: Database, clock: ManualClock
) -> None:
    clerk = login_as(Role.UNIT_CLERK, unit_id=water)
    card = clerk.get(OWN).text
    assert "供水公司" in card and "市住建局" not in card
    assert "工单 1 件，不足 10 件，不评分" in card
    form = {"csrf_token": csrf_token(clerk, OWN), **SPAN, "figure": "resolved_on_time_rate"}
    empty = clerk.post(f"{OWN}/objections", data=form | {"text": "停电两天", "evidence": ""})
    assert empty.status_code == 422 and "个字的证据" in empty.text and "停电两天" in empty.text
    said = {"text": "停电两天，系统无法答复", "evidence": "供电公司停电证明"}
    made = clerk.post(f"{OWN}/objections", data=form | said, follow_redirects=True)
    assert "异议已提交" in made.text

    boss = login_as(Role.SUPERVISOR)
    page = boss.get(HOME + MARCH).text
    assert "1 条异议待裁定" in page
    assert "address=by_unit/%E4%BE%9B%E6%B0%B4" in page or "address=by_unit%2F" in page
    token = csrf_token(boss, HOME)
    early = boss.post(f"{HOME}/freeze", data={"csrf_token": token, **SPAN})
    assert early.status_code == 409 and "还有 1 条异议没有裁定" in early.text
    rulings = boss.get(f"{HOME}/objections{MARCH}").text
    number = re.findall(r"assessment/objections/(\d+)", rulings)[0]
    ruling = {"csrf_token": token, **SPAN, "rev": "1", "ruling": "upheld", "reason": "停电属实属实"}
    wrong = boss.post(f"{HOME}/objections/{number}", data=ruling | {"value": "120"})
    assert wrong.status_code == 422 and "改按多少计" in wrong.text and "停电属实属实" in wrong.text
    done = boss.post(
        f"{HOME}/objections/{number}", data=ruling | {"value": "100"}, follow_redirects=True
    )
    assert "已裁定" in done.text and "按 100 计" in done.text
    file = boss.post(f"{HOME}/export", data={"csrf_token": token, **SPAN})
    assert file.status_code == 200 and file.data.startswith(b"PK")
    assert "单位在 2026-04-15 以前还可以提异议；现在封存" in boss.get(HOME + MARCH).text
    begun = boss.post(f"{HOME}/freeze", data={"csrf_token": token, **SPAN}, follow_redirects=True)
    assert "正在计数并封存" in begun.text and begun.headers["Refresh"] == "2"
    # The page asks again every other second: it does not count all units each time.
    assert "供水公司" not in begun.text and "正在封存，得分还没有显示" in begun.text
    _work(database, clock)
    frozen = boss.get(HOME + MARCH)
    assert "已封存，不再变动" in frozen.text and "Refresh" not in frozen.headers
    kept = re.findall(r'href="(/supervise/assessment/records[^"]+)"', frozen.text)
    behind = boss.get(html.unescape(kept[0]))
    assert behind.status_code == 200 and "封存时数的记录" in behind.text
    assert boss.get("/supervise/assessment/records?address=by_unit/x/y").status_code == 404
    assert "提出异议" not in clerk.get(OWN + MARCH).text


def test_objections_of_another_period_are_named_while_they_wait(
    login_as: Login, water: int, clock: ManualClock
) -> None:
    clerk = login_as(Role.UNIT_CLERK, unit_id=water)
    form = {"csrf_token": csrf_token(clerk, OWN), **SPAN, "figure": "resolved_on_time_rate"}
    said = {"text": "停电两天，系统无法答复", "evidence": "供电公司停电证明"}
    clerk.post(f"{OWN}/objections", data=form | said)
    clock.forward(days=30)  # May: the page opens on April
    boss = login_as(Role.SUPERVISOR)
    page = html.unescape(boss.get(f"{HOME}/objections").text)
    assert "别的时段还有待裁定的异议" in page and "这个时段没有异议" in page
    assert f'href="{HOME}/objections{MARCH}">03-01 周日 至 03-31 周二</a>' in page
    assert "别的时段" not in boss.get(f"{HOME}/objections{MARCH}").text
    token = csrf_token(boss, HOME)
    ruling = {
        "csrf_token": token,
        **SPAN,
        "rev": "1",
        "ruling": "refused",
        "reason": "没有停电的证据",
    }
    assert boss.post(f"{HOME}/objections/1", data=ruling).status_code == 302
    assert "别的时段" not in boss.get(f"{HOME}/objections").text


def test_other_people_see_no_cards(login_as: Login, water: int) -> None:
    assert login_as(Role.AGENT).get(HOME).status_code == 403
    clerk = login_as(Role.UNIT_CLERK, unit_id=water)
    assert clerk.get(HOME).status_code == 403


def test_what_is_ruled_while_it_is_counted_is_not_left_out(
    login_as: Login,
    water: int,
    database: Database,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    boss, clerk = login_as(Role.SUPERVISOR), login_as(Role.UNIT_CLERK, unit_id=water)
    form = {"csrf_token": csrf_token(clerk, OWN), **SPAN, "figure": "resolved_on_time_rate"}
    said = {"text": "停电两天，系统无法答复", "evidence": "供电公司停电证明"}
    clerk.post(f"{OWN}/objections", data=form | said)
    token = csrf_token(boss, HOME)
    ruling = {"csrf_token": token, **SPAN, "rev": "1", "ruling": "refused", "reason": "没有依据"}
    boss.post(f"{HOME}/objections/1", data=ruling | {"reason": "没有停电的证据"})
    for _ in range(2):  # asked twice it is one job
        asked = boss.post(f"{HOME}/freeze", data={"csrf_token": token, **SPAN})
        assert asked.status_code == 302
    counted = assessment_freeze_job.count

    def earlier(*given: Any) -> Any:
        return replace(counted(*given), ruled=frozenset())  # as it was before that objection

    monkeypatch.setattr(assessment_freeze_job, "count", earlier)
    _work(database, clock)
    page = boss.get(HOME + MARCH)
    assert "2026年3月考核没有封存：计数时有人提了异议或裁定了异议" in page.text
    assert "不再变动" not in page.text and "Refresh" not in page.headers
    monkeypatch.undo()
    boss.post(f"{HOME}/freeze", data={"csrf_token": token, **SPAN})
    _work(database, clock)
    page = boss.get(HOME + MARCH).text
    assert "已封存，不再变动" in page and "没有封存" not in page
    with database.reading() as session:
        assert session.query(Job).filter_by(kind="freeze_assessment").count() == 2


def test_damaged_cards_leave_the_rest_of_their_pages(
    login_as: Login, water: int, database: Database
) -> None:
    boss, clerk = login_as(Role.SUPERVISOR), login_as(Role.UNIT_CLERK, unit_id=water)
    form = {"csrf_token": csrf_token(clerk, OWN), **SPAN, "figure": "resolved_on_time_rate"}
    said = {"text": "停电两天，系统无法答复", "evidence": "供电公司停电证明"}
    clerk.post(f"{OWN}/objections", data=form | said)
    with database.unit_of_work() as session:
        session.add(
            AssessmentSnapshot(
                first=date(2026, 3, 1),
                last=date(2026, 3, 31),
                frozen_at=datetime(2026, 4, 5, tzinfo=UTC),
                as_of=datetime(2026, 4, 5, tzinfo=UTC),
                document="[]",
                digest="0" * 64,
            )
        )
    for who, path in ((boss, HOME), (boss, f"{HOME}/objections"), (clerk, OWN)):
        page = who.get(path + MARCH)
        assert page.status_code == 200, path
        assert "2026-03-01 至 2026-03-31 封存的考核已损坏" in page.text, path
        assert "kb restore" in page.text, path
    assert "供电公司停电证明" in boss.get(f"{HOME}/objections{MARCH}").text
    assert "不再变动" not in boss.get(HOME + MARCH).text
    assert "已损坏" not in boss.get(f"{HOME}?from=2026-02-01&to=2026-02-28").text
