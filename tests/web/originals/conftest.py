"""An application that keeps files, with one unit's PDF read into a published entry."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask

from bench.pdf_writer import Sheet, write_pdf
from kb.actor import Actor
from kb.db import Database
from kb.models import FileText, StoredFile, Unit
from kb.services import entries, publishing
from kb.services.files import FileStore
from kb.terms import Audience, KnowledgeKind, Role
from tests.web.conftest import ManualClock
from webapp import create_app
from webapp.settings import Settings

EDITOR = Actor(0, "编辑", None, frozenset({Role.EDITOR}))
CLAUSE = "第二条 浮桥夜间二十二时关闭，次日六时开放。"
BODY = f"""<!-- page: 1 -->

第一条 浮桥通行凭证由市交通局制发。

<!-- page: 2 -->

{CLAUSE}
"""


def ferry_pdf() -> bytes:
    """Two pages; the second clause runs over two lines of the second."""
    first, second = Sheet(), Sheet()
    first.text(80, 120, "第一条 浮桥通行凭证由市交通局制发。")
    second.text(80, 120, "第二条 浮桥夜间二十二时关闭，")
    second.text(80, 150, "次日六时开放。")
    return write_pdf([first, second])


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock) -> Flask:
    files = FileStore(settings.data_folder / "originals", settings.max_upload_bytes)
    app = create_app(settings, database, clock=clock, files=files)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@dataclass
class Kept:
    """A kept file and what became of it."""

    file_id: int
    item_id: int
    version_id: int

    @property
    def path(self) -> str:
        return f"/originals/{self.file_id}"


Keep = Callable[..., Kept]


@pytest.fixture
def keep(app: Flask, database: Database, clock: ManualClock, unit: Unit) -> Keep:
    """``keep(data, name, …)`` stores a file of the unit and an entry read from it.

    ``read`` is what was read in it, where the entry says something else.
    """

    def store(
        data: bytes,
        name: str,
        *,
        audience: Audience = Audience.PUBLIC,
        published: bool = True,
        body: str = BODY,
        read: str | None = None,
        file_type: str = "",
    ) -> Kept:
        kept = app.extensions["yingda"].files.keep(io.BytesIO(data))
        with database.unit_of_work() as session:
            stored = StoredFile(
                sha256=kept.sha256,
                size_bytes=kept.size_bytes,
                name=name,
                unit_id=unit.id,
                uploaded_at=clock(),
                file_type=file_type,
            )
            session.add(stored)
            session.flush()
            session.add(FileText(file_id=stored.id, text=body if read is None else read))
            content = entries.Content(
                KnowledgeKind.POLICY, "浮桥通行管理办法", body, audience=audience
            )
            version = entries.create_entry(
                session,
                unit=session.get_one(Unit, unit.id),
                content=content,
                actor=EDITOR,
                now=clock(),
                file_id=stored.id,
            )
            if published:
                publishing.publish(session, version, actor=EDITOR, now=clock())
            return Kept(stored.id, version.item_id, version.id)

    return store


@pytest.fixture
def ferry(keep: Keep) -> Kept:
    return keep(ferry_pdf(), "浮桥通行管理办法.pdf")
