"""The application with a city profile and a small hotline in its database."""

from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.actor import Actor
from kb.db import Database
from kb.models import Unit, User, WorkOrder
from kb.outbox.indexes import Indexes
from kb.services import work_orders
from kb.services.files import FileStore
from kb.services.search import SearchService
from kb.terms import Purpose, Role
from kb.work_orders.events import EventKind
from tests.kb.hotline import PROFILE, Hotline, at
from tests.web.conftest import ManualClock, csrf_token
from webapp import create_app
from webapp.order_verbs import VERBS
from webapp.settings import Settings


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock, indexes: Indexes) -> Flask:
    """With a search whose index has yet to be built."""
    app = create_app(
        settings,
        database,
        SearchService(indexes, database),
        clock,
        files=FileStore(settings.data_folder / "originals", settings.max_upload_bytes),
        profile=PROFILE,
    )
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


def path_of(client: FlaskClient, number: str) -> str:
    """The order's page in the person's room: a unit's people are sent to theirs."""
    centre = f"/dispatch/orders/{number}"
    answer = client.get(centre)
    return answer.location if answer.status_code == 302 else centre


def send(client: FlaskClient, number: str, command: str, **form: object):
    """Give a command as the page would: with its token and, unless told, what it had seen.

    The result of a call-back is given in its own room.
    """
    path = f"/follow-up/{number}" if command == "followed_up" else path_of(client, number)
    token = csrf_token(client, path)
    if command == "replied":
        form.setdefault("is_informed", "yes")
    if "seen" not in form:
        page = client.get(path).text
        form["seen"] = page.split('name="seen" value="', 1)[1].split('"', 1)[0]
    return client.post(f"{path}/do/{command}", data={"csrf_token": token, **form})


def stored(database: Database, number: str) -> WorkOrder:
    """The order as it stands, events and units loaded."""
    with database.reading() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()
        assert order.events
        list(order.units)
        return order


def give(
    database: Database,
    number: str,
    command: str,
    *,
    unit_id: int,
    actor: Actor | None = None,
    when: str = "2026-05-07 10:20",
    **values: object,
) -> Actor:
    """Give a command of a unit; returns who gave it."""
    with database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()
        if actor is None:
            user = User(
                username=f"clerk-{number}-{order.event_count}",
                name="经办员",
                unit_id=unit_id,
                roles=[Role.UNIT_CLERK.value],
                password_hash="not a hash",
                created_at=at("2026-01-01 09:00"),
            )
            session.add(user)
            session.flush()
            roles = frozenset({Role.UNIT_CLERK})
            actor = Actor(user.id, "经办员", unit_id, roles, frozenset({unit_id}))
        VERBS[EventKind(command)](
            session, order, work_orders.By(actor, at(when), PROFILE), **values
        )
        return actor
