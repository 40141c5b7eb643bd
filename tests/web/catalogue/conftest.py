"""The catalogue's city, and what its tests send."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb.db import Database
from kb.models import CatalogueEntry, Unit
from kb.profile import Profile
from kb.terms import Role
from tests.web.conftest import Login, ManualClock, csrf_token
from webapp import create_app
from webapp.settings import Settings

HOME = "/dispatch/catalogue"
NOISE = "城市管理/噪音扰民"
PROFILE = Profile(city="云汀市", regions=("汀南区", "汀北区"), categories=(NOISE, "公用事业/供热"))


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock) -> Iterator[Flask]:
    app = create_app(settings, database, clock=clock, profile=PROFILE)
    app.testing = True
    yield app


@pytest.fixture
def city(database: Database, unit: Unit) -> Unit:
    """市城市管理局, beside the education office of the other tests."""
    with database.unit_of_work() as session:
        found = Unit(name="云汀市城市管理局", aliases=["城管局"])
        session.add(found)
    return found


@pytest.fixture
def dispatcher(login_as: Login, city: Unit) -> FlaskClient:
    return login_as(Role.DISPATCHER, name="paidan")


ROW = {
    "matter": "夜间施工噪音",
    "words": "夜间施工、工地噪音",
    "category": NOISE,
    "region": "",
    "lead": "城管局",
    "assisting": "",
    "basis": "三定规定第三条",
    "valid_from": "2026-05-01",
    "valid_until": "",
    "reason": "首次整理",
    "act": "save",
}


def send(client: FlaskClient, path: str, **form: str) -> TestResponse:
    token = csrf_token(client, f"{HOME}/objections")
    return client.post(path, data={"csrf_token": token} | form)


def save(client: FlaskClient, **form: str) -> TestResponse:
    return send(client, f"{HOME}/save", **(ROW | form))


def rows(database: Database) -> list[CatalogueEntry]:
    with database.reading() as session:
        return list(session.scalars(select(CatalogueEntry).order_by(CatalogueEntry.id)))
