"""The application with resolved orders that wait for their call-back."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.db import Database
from kb.models import Unit, WorkOrder
from kb.services import work_orders
from kb.services.files import FileStore
from kb.services.work_orders import SYSTEM, By
from kb.terms import Purpose, Role
from kb.work_orders.events import EventKind
from tests.kb.hotline import PROFILE, Hotline, at
from tests.web.conftest import Login, ManualClock, csrf_token
from webapp import create_app
from webapp.settings import Settings

PHONE = "13812341234"


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock) -> Flask:
    files = FileStore(settings.data_folder / "originals", settings.max_upload_bytes)
    app = create_app(settings, database, clock=clock, profile=PROFILE, files=files)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@dataclass
class Scene:
    """Five orders: three help requests resolved one after the other (the third 保密), a
    consultation, and one still at work. ``water`` led all but the second."""

    database: Database
    water: int
    works: int
    first: str
    second: str
    secret: str
    consultation: str
    working: str

    def stored(self, number: str) -> WorkOrder:
        with self.database.reading() as session:
            order = session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()
            assert order.events  # loaded before the session ends
            assert order.request is not None
            return order

    def told_by_the_unit(self, number: str) -> None:
        """As if the unit had written with its reply that the requester knows the result."""
        with self.database.unit_of_work() as session:
            order = session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()
            for event in order.events:
                if event.kind == EventKind.REPLIED.value:
                    event.data = {**event.data, "is_informed": True}

    def give(self, number: str, verb: Any, now: Any, **values: Any) -> None:
        """A command outside the pages."""
        with self.database.unit_of_work() as session:
            order = session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()
            verb(session, order, By(SYSTEM, now, PROFILE), **values)


@pytest.fixture
def scene(database: Database, clock: ManualClock, unit: Unit) -> Scene:
    with database.unit_of_work() as session:
        city = Hotline(session)
        city.calendar()
        water, works = city.unit("澜川水务集团"), city.unit("市住房和城乡建设局")
        told = (
            ("高层没水", water, Purpose.HELP, "公用事业/供水", "电话", "汀南区", False),
            ("电梯停运", works, Purpose.COMPLAINT, "住房保障/物业管理", "网站", "汀北区", False),
            ("反映夜间偷排", water, Purpose.HELP, "公用事业/供水", "电话", "汀南区", True),
            ("咨询水费怎么算", water, Purpose.CONSULTATION, "公用事业/供水", "微信", "", False),
            ("管道漏水", water, Purpose.HELP, "公用事业/供水", "电话", "汀南区", False),
        )
        numbers = []
        for place, (title, own, purpose, category, channel, region, is_secret) in enumerate(told):
            request = city.request(
                at("2026-05-06 09:00"),
                purpose=purpose,
                category=category,
                channel=channel,
                region=region,
                title=title,
                content="李小明反映，电话 13812341234",
                requester_name="李小明",
                requester_phone=PHONE,
                is_confidential=is_secret,
            )
            order = city.order(request, at("2026-05-06 09:05"))
            city.dispatched(order, own, at("2026-05-06 09:30"))
            if title != "管道漏水":
                city.resolved(order, own, at(f"2026-05-06 1{place}:00"))
            numbers.append(order.number)
        return Scene(database, water.id, works.id, *numbers)


@pytest.fixture
def caller(login_as: Login, scene: Scene) -> FlaskClient:
    """A call-back agent of the centre."""
    return login_as(Role.FOLLOW_UP_AGENT)


def path_of(number: str) -> str:
    return f"/follow-up/{number}"


def send(client: FlaskClient, number: str, command: str, query: str = "", **form: Any):
    """Give a command as the page would: with its token and, unless told, what it had seen."""
    path = path_of(number)
    page = client.get(path + query).text
    form.setdefault("csrf_token", csrf_token(client, path))
    if "seen" not in form:
        form["seen"] = page.split('name="seen" value="', 1)[1].split('"', 1)[0]
    return client.post(f"{path}/do/{command}{query}", data=form)


def missed(scene: Scene, number: str, clock: ManualClock, times: int = 3) -> None:
    for _ in range(times):
        scene.give(number, work_orders.attempt_call, clock(), result="no_answer")
