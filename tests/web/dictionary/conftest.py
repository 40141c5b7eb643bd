"""The application over real indexes, with entries of an invented river town."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.actor import Actor
from kb.db import Database
from kb.models import Unit
from kb.outbox.drain import drain_all
from kb.outbox.indexes import Indexes
from kb.outbox.rebuild import ensure_built
from kb.outbox.whoosh_factory import WhooshFactory
from kb.services.entries import Content, create_entry
from kb.services.publishing import publish
from kb.services.search import SearchService
from kb.terms import KnowledgeKind, Role
from tests.web.conftest import Login, ManualClock, csrf_token
from webapp import create_app
from webapp.settings import Settings

ENTRIES = (
    ("浮桥通行凭证怎么补办", "浮桥通行凭证遗失的，凭身份证补办。"),
    ("轮渡停航怎么退票", "遇大风停航，凭船票退款。"),
    ("夜间渡河有什么规定", "夜间渡河须登记，浮桥二十二时关闭。"),
)


@pytest.fixture(scope="session")
def factory() -> WhooshFactory:
    return WhooshFactory()


@pytest.fixture
def indexes(
    database: Database, unit: Unit, clock: ManualClock, factory: WhooshFactory, tmp_path: Path
) -> Iterator[Indexes]:
    editor = Actor(0, "知识管理员", None, frozenset({Role.EDITOR}))
    with database.unit_of_work() as session:
        for title, body in ENTRIES:
            version = create_entry(
                session,
                unit=session.get_one(Unit, unit.id),
                content=Content(KnowledgeKind.QA, title, body),
                actor=editor,
                now=clock(),
            )
            publish(session, version, actor=editor, now=clock())
    indexes = Indexes(tmp_path / "indexes", factory)
    ensure_built(database, indexes, clock)
    drain_all(database, indexes)
    yield indexes
    indexes.close()


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock, indexes: Indexes) -> Flask:
    app = create_app(settings, database, SearchService(indexes, database), clock)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@dataclass
class Room:
    """An editor's browser in the dictionary."""

    client: FlaskClient
    token: str

    def get(self, path: str = "") -> TestResponse:
        return self.client.get(f"/admin/dictionary{path}")

    def post(self, path: str, **form: Any) -> TestResponse:
        data = {"csrf_token": self.token, **form}
        return self.client.post(f"/admin/dictionary{path}", data=data)

    def drafted(self, answer: TestResponse) -> int:
        """The draft that an answer leads to."""
        assert answer.status_code == 302, answer.text
        found = re.fullmatch(r"/admin/dictionary/drafts/(\d+)", answer.location)
        assert found is not None, answer.location
        return int(found[1])

    def add(self, kind: str, key: str, target: str = "", **form: Any) -> int:
        return self.drafted(self.post("/entries", kind=kind, key=key, target=target, **form))

    def save(self, draft_id: int, **form: Any) -> TestResponse:
        return self.post(f"/drafts/{draft_id}/save", **({"reason": "试一试"} | form))

    def titles(self, question: str) -> list[str]:
        """What the public page finds, best first."""
        page = self.client.get("/search", query_string={"q": question}).text
        places = {title: page.find(title) for title, _ in ENTRIES}
        return sorted((t for t, at in places.items() if at >= 0), key=lambda t: places[t])


@pytest.fixture
def room(login_as: Login) -> Room:
    client = login_as(Role.EDITOR)
    return Room(client, csrf_token(client, "/admin/dictionary/new"))


@pytest.fixture
def second(login_as: Login) -> Room:
    """Another editor's browser."""
    client = login_as(Role.ADMIN)
    return Room(client, csrf_token(client, "/admin/dictionary/new"))
