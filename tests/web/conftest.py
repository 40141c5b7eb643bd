"""A whole application on a database of its own; factories that log people in."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.engine import make_url

from kb.db import Database
from kb.models import Unit, User
from kb.outbox.indexes import Indexes
from kb.outbox.whoosh_factory import WhooshFactory
from kb.services import accounts
from kb.terms import Role
from webapp import create_app
from webapp.settings import Settings

PASSWORD = "Lanchuan-2026"

Login = Callable[..., FlaskClient]


class ManualClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = datetime(2026, 5, 7, 2, 24, tzinfo=UTC)  # 05-07 周四 10:24 in the city

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        """Move on by days, hours, minutes or seconds."""
        self.now += timedelta(**span)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({"KB_DATA": str(tmp_path / "var"), "KB_RATE_LIMITS": "off"})


@pytest.fixture
def database(settings: Settings, blank_sqlite: Path) -> Iterator[Database]:
    file = Path(str(make_url(settings.database_url).database))
    file.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(blank_sqlite, file)
    database = Database(settings.database_url)
    yield database
    database.close()


@pytest.fixture
def indexes(settings: Settings) -> Iterator[Indexes]:
    """Indexes yet to be built, for an ``app`` of one's own that searches."""
    indexes = Indexes(settings.data_folder / "indexes", WhooshFactory())
    yield indexes
    indexes.close()


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock) -> Flask:
    app = create_app(settings, database, clock=clock)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False  # the error pages are under test, too
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Nobody's browser."""
    return app.test_client()


@pytest.fixture
def unit(database: Database) -> Unit:
    """市教育局, an invented unit with a reviewer."""
    with database.unit_of_work() as session:
        unit = Unit(name="澜川市教育局")
        session.add(unit)
        session.add(
            User(
                username="shenhe-jy",
                name="教育局审核人",
                unit=unit,
                roles=[Role.UNIT_REVIEWER.value],
                password_hash="none",
                created_at=datetime(2026, 5, 1, 2, 24, tzinfo=UTC),
            )
        )
    return unit


def make_user(
    database: Database, clock: ManualClock, *roles: Role, unit_id: int | None = None, name: str = ""
) -> User:
    """A person with these roles whose password is ``PASSWORD``."""
    with database.unit_of_work() as session:
        return accounts.create_user(
            session,
            username=name or "-".join(role.value.replace("_", "") for role in roles)[:40],
            name="测试员",
            password=PASSWORD,
            roles=roles,
            unit_id=unit_id,
            now=clock(),
            must_change_password=False,
        )


def csrf_token(client: FlaskClient, path: str = "/login") -> str:
    """The token a page of this browser carries."""
    page = client.get(path).text
    return page.split('name="csrf_token" value="', 1)[1].split('"', 1)[0]


def log_in(client: FlaskClient, username: str, password: str = PASSWORD) -> FlaskClient:
    """Log a browser in through the page."""
    form = {"csrf_token": csrf_token(client), "username": username, "password": password}
    answer = client.post("/login", data=form)
    assert answer.status_code == 302, answer.text
    return client


@pytest.fixture
def login_as(app: Flask, database: Database, clock: ManualClock, unit: Unit) -> Login:
    """``login_as(Role.AGENT, …)`` gives a browser in which such a person is logged in.

    Unit people belong to ``unit``. ``name=`` chooses the user name.
    """

    def login(*roles: Role, name: str = "", unit_id: int | None = None) -> FlaskClient:
        is_unit_role = not {Role.UNIT_CLERK, Role.UNIT_REVIEWER}.isdisjoint(roles)
        belongs = unit_id if unit_id is not None else unit.id if is_unit_role else None
        user = make_user(database, clock, *roles, unit_id=belongs, name=name)
        return log_in(app.test_client(), user.username)

    return login
