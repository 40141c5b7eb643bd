"""A desk over a real database and a real index: a few entries of an invented city."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kb.actor import Actor
from kb.calendar import seed_calendar
from kb.db import Database
from kb.models import Unit
from kb.outbox.drain import drain_all
from kb.outbox.indexes import Indexes
from kb.outbox.rebuild import ensure_built
from kb.profile import Profile
from kb.services import entries, publishing
from kb.services.files import FileStore
from kb.services.search import SearchService
from kb.terms import Audience, KnowledgeKind, Role
from tests.web.conftest import Login, ManualClock
from webapp import create_app
from webapp.settings import Settings

EDITOR = Actor(0, "编辑", None, frozenset({Role.EDITOR}))
PROFILE = Profile(
    city="澜川市",
    number_prefix="LC",
    regions=("临江区", "望山县"),
    categories=("社会保障/居民医保", "城乡建设/供水"),
    channels=("电话", "微信"),
    lines=("综合", "营商环境"),
)
WAITING = "补缴之后要等多久才能报销"


@dataclass
class Library:
    """Ids of the entries the tests ask about."""

    insurance: int
    contact: int
    expired: int
    internal: int
    water: int


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock, indexes: Indexes) -> Flask:
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


@pytest.fixture
def library(database: Database, indexes: Indexes, clock: ManualClock) -> Library:
    """Five published entries, indexed."""
    with database.unit_of_work() as session:
        seed_calendar(session)
        medical, police, water = (
            Unit(name=name) for name in ("市医疗保障局", "市公安局", "澜川水务集团")
        )
        session.add_all([medical, police, water])
        session.flush()

        def add(unit: Unit, kind: KnowledgeKind, title: str, **content: Any) -> int:
            version = entries.create_entry(
                session,
                unit=unit,
                content=entries.Content(kind=kind, title=title, **content),
                actor=EDITOR,
                now=clock(),
            )
            publishing.publish(session, version, actor=EDITOR, now=clock())
            return version.item_id

        library = Library(
            insurance=add(
                medical,
                KnowledgeKind.QA,
                "断保补缴后的待遇等待期",
                category="社会保障/居民医保",
                variants=(WAITING,),
                facts={
                    "conclusion": "可以补缴，补缴后固定等待三个月。",
                    "script": "您好，现在仍然可以补缴，补缴后等待三个月就能报销。",
                    "ask_first": ["断保前是居民医保吗"],
                    "phone": "0000-1234567",
                },
                body="第一条 未在集中参保期内参保的，设置待遇等待期三个月，可以通过补缴修复。\n",
            ),
            contact=add(
                medical,
                KnowledgeKind.CONTACT,
                "临江区医保经办窗口",
                facts={
                    "phone": "0000-7654321",
                    "place": "江北路 18 号",
                    "hours": "工作日 9:00—17:00",
                },
            ),
            expired=add(
                medical,
                KnowledgeKind.POLICY,
                "新生儿临时救助暂行办法",
                valid_from=date(2023, 1, 1),
                valid_until=date(2025, 12, 31),
                body="第一条 新生儿临时救助每户每年二千元，由街道受理。\n",
            ),
            internal=add(
                police,
                KnowledgeKind.QA,
                "低空飞行扰民内部处置口径",
                audience=Audience.INTERNAL,
                facts={"conclusion": "低空飞行扰民先由治安支队核实。"},
            ),
            water=add(
                water,
                KnowledgeKind.NOTICE,
                "江北路计划停水通知",
                valid_until=date(2026, 5, 20),
                facts={"conclusion": "江北路今晚停水。", "place": "江北路、渡口街"},
            ),
        )
    ensure_built(database, indexes, clock)
    drain_all(database, indexes)
    return library


class Desk:
    """An agent's browser at the desk; ``page`` is re-read before every form, as a person would."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def page(self) -> str:
        answer = self.client.get("/desk")
        assert answer.status_code == 200, answer.text
        return answer.text

    def hidden(self, name: str) -> str:
        found = re.search(f'name="{name}" value="([^"]*)"', self.page())
        assert found, name
        return found[1]

    def continues(self) -> str:
        """The request the form goes on with, as its box is ticked."""
        found = re.search('name="continues" value="([^"]*)" checked', self.page())
        return found[1] if found else ""

    def search(self, query: str, **filters: str) -> dict[str, Any]:
        answer = self.client.get("/desk/search", query_string={"q": query, **filters})
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.get_json()
        return body

    def post(self, path: str, *, as_script: bool = True, **form: Any) -> TestResponse:
        form.setdefault("csrf_token", self.hidden("csrf_token"))
        headers = {"Accept": "application/json"} if as_script else {}
        return self.client.post(path, data=form, headers=headers)

    def adoption_form(self, query: str, **more: Any) -> dict[str, Any]:
        """The form as the page's script sends it for the first card of a question."""
        card = self.search(query)["cards"][0]
        return {
            "token": self.hidden("token"),
            "call_id": self.hidden("call_id"),
            "continues": self.continues(),
            "query": query,
            "item_id": card["item_id"],
            "version": card["version"],
            "passage": card["clause"]["ordinal"],
            "purpose": "consultation",
            "channel": "电话",
            "line": "综合",
            **more,
        }

    def adopt(self, query: str = WAITING, **more: Any) -> dict[str, Any]:
        answer = self.post("/desk/adopt", **self.adoption_form(query, **more))
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.get_json()
        return body


@pytest.fixture
def desk(library: Library, login_as: Login) -> Desk:
    return Desk(login_as(Role.AGENT))
