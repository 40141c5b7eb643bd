"""重算时限 on its page: shown to who dispatches, done by a supervisor to what was shown."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import delete, select

from kb.db import Database
from kb.models import AuditRecord, CalendarYear
from kb.outbox.indexes import Indexes
from kb.profile import profile_from
from kb.services.search import SearchService
from kb.terms import Role
from tests.kb.hotline import PROFILE, at
from tests.web.conftest import Login, ManualClock, csrf_token
from tests.web.dispatch.conftest import Scene, give, stored
from webapp import create_app
from webapp.settings import Settings

PATH = "/dispatch/recompute"
TEN = profile_from({"name": "澜川市", "code": "LC", "limits": {"resolve": "10 工作日"}})


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock, indexes: Indexes) -> Flask:
    """The scene's orders are sent out by the limits of then; now the city gives ten workdays."""
    profile = replace(PROFILE, limits=TEN.limits)
    app = create_app(settings, database, SearchService(indexes, database), clock, profile=profile)
    app.testing = True
    return app


def test_who_dispatches_sees_what_would_change_and_changes_nothing(
    login_as: Login, scene: Scene, database: Database
) -> None:
    before = stored(database, scene.at_water).due_at
    dispatcher = login_as(Role.DISPATCHER)
    page = dispatcher.get(PATH).text
    assert "2 张工单的到期时间会变" in page and scene.at_water in page and scene.at_works in page
    assert scene.waiting not in page  # nothing was promised yet
    assert "李小明" not in page and "重算由督办确认" in page
    form = {"csrf_token": csrf_token(dispatcher, "/password"), "order": scene.at_water}
    assert dispatcher.post(PATH, data=form | {"reason": "放宽"}).status_code == 403
    assert stored(database, scene.at_water).due_at == before


def test_the_chosen_orders_are_recomputed_with_the_reason_and_the_others_stay(
    login_as: Login, scene: Scene, database: Database
) -> None:
    supervisor = login_as(Role.SUPERVISOR)
    page = supervisor.get(PATH).text
    assert 'data-check-all="order"' in page  # 全选; nothing is ticked for anybody
    assert not re.findall(r'name="order" value="[^"]+" checked', page)
    form = _form(page, scene.at_water) | {"csrf_token": csrf_token(supervisor, "/password")}
    kept = stored(database, scene.at_works).due_at
    promised = stored(database, scene.at_water).due_at
    assert supervisor.post(PATH, data=form).status_code == 422  # no reason
    none = supervisor.post(PATH, data=form | {"order": [], "reason": "x"})
    assert none.status_code == 422 and "请先勾选要重算的工单" in none.text
    form |= {"reason": "市里放宽办结时限"}
    asked = supervisor.post(PATH, data=form).text
    assert "重算 1 张工单的时限" in asked and "市里放宽办结时限" in asked
    assert "<b>05-19 周二 09:30</b>" in asked
    assert scene.at_works not in asked and stored(database, scene.at_water).due_at == promised
    # What the confirming page itself would send, once to go back and once to go on.
    form = _form(asked, scene.at_water) | {"csrf_token": form["csrf_token"], "reason": _kept(asked)}
    back = supervisor.post(PATH, data=form | {"back": "1"}).text
    ticked = re.findall(r'name="order" value="([^"]+)" checked', back)
    assert ticked == [scene.at_water] and "市里放宽办结时限" in back
    assert stored(database, scene.at_water).due_at == promised
    done = supervisor.post(PATH, data=form | {"sure": "1"})
    assert done.status_code == 302, done.text
    # Dispatched on Thursday 2026-05-07: ten workdays on, Saturday 05-09 being a workday.
    order = stored(database, scene.at_water)
    assert order.due_at is not None and order.due_at.date() == at("2026-05-20 00:00").date()
    assert stored(database, scene.at_works).due_at == kept
    assert "1 张工单的到期时间会变" in supervisor.get(PATH).text
    with database.reading() as session:
        noted = select(AuditRecord).where(AuditRecord.action == "work_order.recompute")
        assert session.scalars(noted).one().detail == {
            "orders": [scene.at_water],
            "reason": "市里放宽办结时限",
        }


@pytest.mark.parametrize("sure", [{}, {"sure": "1"}])
def test_an_order_that_somebody_acted_on_meanwhile_is_left_and_named(
    login_as: Login, scene: Scene, database: Database, sure: dict[str, str]
) -> None:
    supervisor = login_as(Role.SUPERVISOR)
    form = _form(supervisor.get(PATH).text, scene.at_water) | {
        "csrf_token": csrf_token(supervisor, "/password"),
        "reason": "市里放宽办结时限",
    }
    before = stored(database, scene.at_water).due_at
    give(database, scene.at_water, "acknowledged", unit_id=scene.water)
    answer = supervisor.post(PATH, data=form | sure)
    assert answer.status_code == 409
    assert "有 1 张没有重算" in answer.text and "有人办理过" in answer.text
    assert "市里放宽办结时限" in answer.text
    assert stored(database, scene.at_water).due_at == before


def test_a_year_without_a_calendar_loses_no_reason(
    login_as: Login, scene: Scene, database: Database
) -> None:
    supervisor = login_as(Role.SUPERVISOR)
    form = _form(supervisor.get(PATH).text, scene.at_water) | {
        "csrf_token": csrf_token(supervisor, "/password"),
        "reason": "市里放宽办结时限",
    }
    with database.unit_of_work() as session:
        session.execute(delete(CalendarYear))
    answer = supervisor.post(PATH, data=form)
    assert answer.status_code == 409
    assert "市里放宽办结时限" in answer.text


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.DISPATCHER, "/dispatch"),
        (Role.SUPERVISOR, "/supervise/orders"),
        (Role.ADMIN, "/admin/profile"),
    ],
)
def test_whoever_may_look_is_led_there(login_as: Login, role: Role, path: str) -> None:
    person = login_as(role)
    page = person.get(path, follow_redirects=True).text
    assert f'href="{PATH}"' in page
    assert person.get(PATH).status_code == 200


def _kept(page: str) -> str:
    return page.split('name="reason" value="', 1)[1].split('"', 1)[0]


def _form(page: str, number: str) -> dict[str, str]:
    """The fields of one order as the page sends them."""

    def value(name: str) -> str:
        return page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]

    return {"order": number} | {
        f"{name}-{number}": value(f"{name}-{number}") for name in ("seen", "due")
    }
