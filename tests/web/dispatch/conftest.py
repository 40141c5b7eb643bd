"""The application with a city profile and a small hotline in its database."""

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.db import Database
from kb.models import Unit
from kb.terms import Purpose
from tests.kb.hotline import PROFILE, Hotline, at
from tests.web.conftest import ManualClock, csrf_token
from webapp import create_app
from webapp.settings import Settings


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock) -> Flask:
    app = create_app(settings, database, clock=clock, profile=PROFILE)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@dataclass(frozen=True)
class Scene:
    """Two units and three orders: one waiting, one at the water company, one at the works."""

    water: int
    works: int
    waiting: str
    at_water: str
    at_works: str
    request: str


@pytest.fixture
def scene(database: Database, unit: Unit) -> Scene:
    with database.unit_of_work() as session:
        city = Hotline(session)
        city.calendar()
        water = city.unit("澜川水务集团", aliases=("水务集团", "自来水公司"))
        works = city.unit("市住房和城乡建设局", aliases=("住建局",))
        orders = []
        for title, place in (("路灯不亮", "东街"), ("高层没水", "青石里"), ("电梯停运", "南苑")):
            request = city.request(
                at("2026-05-06 09:00"),
                purpose=Purpose.HELP,
                category="公用事业/供水" if title == "高层没水" else "城市管理/设施",
                title=title,
                place=place,
                content=f"{place}，李小明反映，电话 13812341234",
                requester_name="李小明",
                requester_phone="13812341234",
            )
            orders.append(city.order(request, at("2026-05-06 09:05")))
        city.dispatched(orders[1], water, at("2026-05-06 09:30"))
        city.dispatched(orders[2], works, at("2026-05-06 09:30"))
        return Scene(
            water.id,
            works.id,
            *(order.number for order in orders),
            request=orders[1].request.number,
        )


def send(client: FlaskClient, number: str, command: str, **form: object):
    """Give a command as the page would: with its token and, unless told, what it had seen."""
    path = f"/dispatch/orders/{number}"
    token = csrf_token(client, path)
    if "seen" not in form:
        page = client.get(path).text
        form["seen"] = page.split('name="seen" value="', 1)[1].split('"', 1)[0]
    return client.post(f"{path}/do/{command}", data={"csrf_token": token, **form})
