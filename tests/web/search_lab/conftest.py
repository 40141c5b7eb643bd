"""A lab over a real database and a real index: a few entries of two invented units."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask

from kb.actor import Actor
from kb.db import Database
from kb.models import Unit
from kb.outbox.drain import drain_all
from kb.outbox.indexes import Indexes
from kb.outbox.rebuild import ensure_built
from kb.outbox.whoosh_factory import WhooshFactory
from kb.services import entries, publishing
from kb.services.files import FileStore
from kb.services.search import SearchService
from kb.terms import Audience, KnowledgeKind, Role
from tests.web.conftest import ManualClock
from webapp import create_app
from webapp.settings import Settings

EDITOR = Actor(0, "编辑", None, frozenset({Role.EDITOR}))


@dataclass
class Library:
    """Ids of the entries the tests ask about, and of the other unit."""

    bus: int
    uniform: int
    secret: int
    water: int


@pytest.fixture(scope="module")
def factory() -> WhooshFactory:
    return WhooshFactory()


@pytest.fixture
def indexes(settings: Settings, factory: WhooshFactory) -> Iterator[Indexes]:
    indexes = Indexes(settings.data_folder / "indexes", factory)
    yield indexes
    indexes.close()


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock, indexes: Indexes) -> Flask:
    app = create_app(
        settings,
        database,
        SearchService(indexes, database),
        clock,
        files=FileStore(settings.data_folder / "originals", settings.max_upload_bytes),
    )
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@pytest.fixture
def library(database: Database, indexes: Indexes, clock: ManualClock, unit: Unit) -> Library:
    """Entries of the education bureau and one internal entry of the water works, indexed."""
    with database.unit_of_work() as session:
        water = Unit(name="澜川水务集团")
        session.add(water)
        session.flush()

        def add(owner: int, title: str, text: str, audience: Audience = Audience.PUBLIC) -> int:
            version = entries.create_entry(
                session,
                unit=session.get_one(Unit, owner),
                content=entries.Content(
                    kind=KnowledgeKind.QA,
                    title=title,
                    facts={"conclusion": text, "script": text},
                    audience=audience,
                ),
                actor=EDITOR,
                now=clock(),
            )
            publishing.publish(session, version, actor=EDITOR, now=clock())
            return version.item_id

        library = Library(
            bus=add(unit.id, "学生校车怎么报名？", "校车在学校总务处报名，每学期一次。"),
            uniform=add(unit.id, "校服丢了怎么补？", "校服在家长委员会登记后补购。"),
            secret=add(water.id, "泵站校车接送值守", "值守表仅供内部。", Audience.INTERNAL),
            water=water.id,
        )
    ensure_built(database, indexes, clock)
    drain_all(database, indexes)
    return library
