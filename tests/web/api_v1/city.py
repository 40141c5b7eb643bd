"""A small invented city behind a whole application with the real index; fixtures and builders."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from json import dumps
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.actor import Actor
from kb.calendar import seed_calendar
from kb.db import Database
from kb.models import CitizenRequest, KnowledgeItem, Unit
from kb.outbox.drain import drain_all
from kb.outbox.indexes import Indexes
from kb.outbox.rebuild import ensure_built
from kb.outbox.whoosh_factory import WhooshFactory
from kb.profile import Profile
from kb.services import requests as request_service
from kb.services.api_tokens import SCOPES, create_token
from kb.services.entries import Content, PlannedLink, create_entry
from kb.services.files import FileStore
from kb.services.publishing import publish
from kb.services.search import SearchService
from kb.services.withdrawing import withdraw
from kb.terms import Audience, KnowledgeKind, LinkKind, Role
from tests.web.conftest import ManualClock, make_user
from webapp import create_app
from webapp.settings import Settings

EDITOR = Actor(0, "知识管理员", None, frozenset({Role.EDITOR}))
PROFILE = Profile(
    city="澜川市",
    number_prefix="LC",
    categories=("社会保障/居民医保", "社会保障/社保卡", "教育/义务教育"),
)


@dataclass
class City:
    """Builders over the application's database."""

    database: Database
    indexes: Indexes
    files: FileStore
    settings: Settings
    clock: ManualClock
    unit_id: int

    def publish(self, title: str, **given: Any) -> int:
        """Publish an entry and index it; returns its id."""
        unit_id = given.pop("unit_id", self.unit_id)
        links = tuple(given.pop("links", ()))
        values: dict[str, Any] = {
            "kind": KnowledgeKind.QA,
            "category": "社会保障/居民医保",
            "valid_from": date(2026, 1, 1),
            "facts": {"conclusion": "可以补缴，补缴后等待 3 个月。", "phone": "0999-1234567"},
        }
        content = Content(title=title, links=links, **(values | given))
        with self.database.unit_of_work() as session:
            unit = session.get_one(Unit, unit_id)
            version = create_entry(
                session, unit=unit, content=content, actor=EDITOR, now=self.clock()
            )
            publish(session, version, actor=EDITOR, now=self.clock())
            item_id = version.item_id
        self.drain()
        return item_id

    def hide(self, title: str, **given: Any) -> int:
        """Publish an internal entry."""
        return self.publish(title, audience=Audience.INTERNAL, **given)

    def draft(self, title: str, **given: Any) -> int:
        """An entry that was never published."""
        content = Content(kind=KnowledgeKind.QA, title=title, body="草稿正文。", **given)
        with self.database.unit_of_work() as session:
            unit = session.get_one(Unit, self.unit_id)
            now = self.clock()
            return create_entry(session, unit=unit, content=content, actor=EDITOR, now=now).item_id

    def withdraw(self, item_id: int) -> None:
        """下架."""
        with self.database.unit_of_work() as session:
            item = session.get_one(KnowledgeItem, item_id)
            withdraw(session, item, actor=EDITOR, now=self.clock(), reason="内容有误")
        self.drain()

    def calendar(self) -> None:
        """Enter the official calendar, which deadlines need."""
        with self.database.unit_of_work() as session:
            seed_calendar(session)

    def drain(self) -> None:
        """What the worker does."""
        drain_all(self.database, self.indexes)

    def token(
        self, *roles: Role, unit_id: int | None = None, scopes: Iterable[str] = tuple(SCOPES)
    ) -> str:
        """A bearer token of a new person with these roles."""
        return self.tokens(*roles, unit_id=unit_id, scopes=scopes)[0]

    def tokens(
        self, *roles: Role, unit_id: int | None = None, scopes: Iterable[str] = tuple(SCOPES)
    ) -> tuple[str, str]:
        """Two bearer tokens of one new person with these roles."""
        is_unit = not {Role.UNIT_CLERK, Role.UNIT_REVIEWER}.isdisjoint(roles)
        belongs = unit_id if unit_id is not None else self.unit_id if is_unit else None
        name = f"api{datetime.now().microsecond}{len(roles)}{belongs or 0}"
        user = make_user(self.database, self.clock, *roles, unit_id=belongs, name=name)
        given = {"user_id": user.id, "unit_id": None, "scopes": scopes, "actor_id": user.id}
        with self.database.unit_of_work() as session:
            _, first = create_token(session, name="测试", now=self.clock(), **given)
            _, second = create_token(session, name="测试二", now=self.clock(), **given)
        return first, second

    def other_unit(self, name: str = "澜川市水务局") -> int:
        """One more unit."""
        with self.database.unit_of_work() as session:
            unit = Unit(name=name)
            session.add(unit)
            session.flush()
            return unit.id

    def register(self, phone: str = "13812345678", **given: Any) -> CitizenRequest:
        """A request as an agent writes it down."""
        person = make_user(
            self.database, self.clock, Role.AGENT, name=f"agent{datetime.now().microsecond}"
        )
        agent = Actor(person.id, "坐席", None, frozenset({Role.AGENT}))
        registration = request_service.Registration(
            title="路灯不亮", content="王小明反映路灯不亮", requester_phone=phone, **given
        )
        with self.database.unit_of_work() as session:
            return request_service.register(
                session,
                registration,
                profile=PROFILE,
                phone_key=b"key",
                actor=agent,
                now=self.clock(),
            )


class ApiClient:
    """Calls the API with one token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.token = client, token

    def open(self, method: str, path: str, **options: Any) -> Any:
        """Call ``/api/v1`` + path."""
        headers = {"Authorization": f"Bearer {self.token}"} | options.pop("headers", {})
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **options)

    def get(self, path: str, **options: Any) -> Any:
        """GET."""
        return self.open("GET", path, **options)

    def post(self, path: str, json: Any = None, **options: Any) -> Any:
        """POST JSON."""
        data = dumps({} if json is None else json)  # ASCII, so that half characters pass
        return self.open("POST", path, data=data, content_type="application/json", **options)


@pytest.fixture(scope="session")
def factory() -> WhooshFactory:
    return WhooshFactory()


@pytest.fixture
def indexes(
    database: Database, factory: WhooshFactory, tmp_path: Path, clock: ManualClock
) -> Iterator[Indexes]:
    indexes = Indexes(tmp_path / "indexes", factory)
    ensure_built(database, indexes, clock)
    yield indexes
    indexes.close()


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "originals", 1024 * 1024)


@pytest.fixture
def app(
    settings: Settings,
    database: Database,
    indexes: Indexes,
    files: FileStore,
    clock: ManualClock,
) -> Flask:
    search = SearchService(indexes, database)
    app = create_app(settings, database, search, clock, files=files, profile=PROFILE)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def city(
    app: Flask,
    database: Database,
    indexes: Indexes,
    files: FileStore,
    settings: Settings,
    clock: ManualClock,
    unit: Unit,
) -> City:
    return City(database, indexes, files, settings, clock, unit.id)


def supersedes(item_id: int, on: date) -> PlannedLink:
    """The newer entry's plan to take the place of an older one."""
    return PlannedLink(LinkKind.SUPERSEDES, item_id, on)
