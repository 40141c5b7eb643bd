"""The application with three units and their orders; people of each in browsers of their own."""

import re
from dataclasses import dataclass
from io import BytesIO
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.db import Database
from kb.models import Unit, User, WorkOrder
from kb.services import work_orders
from kb.services.files import FileStore
from kb.services.work_orders import Assisting, By
from kb.terms import Purpose, Role
from tests.kb.hotline import PROFILE, Hotline, at
from tests.web.conftest import Login, ManualClock, csrf_token
from webapp import create_app
from webapp.settings import Settings

_NUMBERS = count(500)
MAX_BYTES = 200_000
# A photo of one red pixel, and the beginning of an MP3.
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154"
    "789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
MP3 = b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\x00" * 2000


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock) -> Flask:
    files = FileStore(settings.data_folder / "originals", MAX_BYTES)
    app = create_app(settings, database, clock=clock, profile=PROFILE, files=files)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@dataclass
class Scene:
    """水务集团 leads two orders (one 保密), 住建局 assists on the first; 城管局 has neither.

    ``give`` is a command of the centre or a unit outside the pages.
    """

    database: Database
    clock: ManualClock
    water: int
    works: int
    order: str
    secret: str

    def stored(self, number: str) -> WorkOrder:
        with self.database.reading() as session:
            order = session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()
            assert order.events and order.files is not None  # loaded before the session ends
            return order

    def last(self, number: str) -> Any:
        return self.stored(number).events[-1]

    def give(
        self, verb: Any, number: str, role: Role, unit: int | None = None, **values: Any
    ) -> None:
        with self.database.unit_of_work() as session:
            order = session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()
            actor = Hotline(session, _NUMBERS).actor(
                role, unit=session.get(Unit, unit) if unit else None
            )
            verb(session, order, By(actor, self.clock(), PROFILE), **values)


@pytest.fixture
def scene(database: Database, clock: ManualClock, unit: Unit) -> Scene:
    with database.unit_of_work() as session:
        city = Hotline(session)
        city.calendar()
        water, works = city.unit("澜川水务集团"), city.unit("市住房和城乡建设局")
        numbers = []
        for title, is_confidential in (("高层没水", False), ("反映夜间偷排", True)):
            request = city.request(
                at("2026-05-06 09:00"),
                purpose=Purpose.HELP,
                category="公用事业/供水",
                title=title,
                place="青石里",
                content="青石里 3 号楼 2 单元 501 室，李小明反映，电话 13812341234",
                requester_name="李小明",
                requester_phone="13812341234",
                is_confidential=is_confidential,
            )
            order = city.order(request, at("2026-05-06 09:05"))
            by = city.by(city.actor(Role.DISPATCHER), at("2026-05-06 09:30"))
            helping = [Assisting(works.id, "核对移交清单")] if not is_confidential else []
            work_orders.dispatch(session, order, by, unit_id=water.id, assisting=helping)
            numbers.append(order.number)
        return Scene(database, clock, water.id, works.id, numbers[0], numbers[1])


@pytest.fixture
def clerk(login_as: Login, scene: Scene) -> FlaskClient:
    """水务集团's 经办."""
    return login_as(Role.UNIT_CLERK, unit_id=scene.water, name="waterclerk")


def path_of(number: str) -> str:
    return f"/units/orders/{number}"


def send(client: FlaskClient, number: str, command: str, **form: Any):
    """Give a command as the page would: with its token and, unless told, what it had seen."""
    path = path_of(number)
    token = csrf_token(client, path)
    if "seen" not in form:
        form["seen"] = client.get(path).text.split('name="seen" value="', 1)[1].split('"', 1)[0]
    return client.post(
        f"{path}/do/{command}",
        data={"csrf_token": token, **form},
        content_type="multipart/form-data",
    )


def upload(name: str = "现场.png", data: bytes = PNG) -> tuple[BytesIO, str]:
    return BytesIO(data), name


def ticked_files(page: str) -> list[str]:
    return re.findall(r'name="file" value="(\d+)" checked', page)


def user_id(database: Database, username: str) -> int:
    with database.reading() as session:
        return session.scalars(select(User.id).where(User.username == username)).one()
