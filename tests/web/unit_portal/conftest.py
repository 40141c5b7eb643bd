"""The portal with real originals on disk, and people of two units."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from kb.db import Database
from kb.models import KnowledgeVersion, StoredFile, Unit, User
from kb.profile import Profile
from kb.services import login_sessions
from kb.services.files import FileStore
from kb.terms import Role
from tests.web.conftest import ManualClock, csrf_token
from webapp import create_app
from webapp.identity import cookie_name
from webapp.settings import Settings

MAX_BYTES = 200_000

NOTICE = """澜川市教育局文件

澜教规〔2026〕4号

澜川市教育局关于做好2026年小学一年级入学报名工作的通知

各区县教育局，各小学：

为做好2026年小学一年级入学报名工作，现通知如下：

一、报名时间

2026年5月20日至6月10日。

二、报名材料

（一）户口簿；（二）房产证。

本通知自印发之日起施行，有效期至2026年8月31日。

澜川市教育局
2026年5月6日
"""


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "originals", MAX_BYTES)


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock, files: FileStore) -> Flask:
    profile = Profile(city="澜川市", categories=("教育/入学", "教育/收费"), regions=("汀南区",))
    app = create_app(settings, database, clock=clock, files=files, profile=profile)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


@dataclass
class Portal:
    """A browser of one person in the portal."""

    client: FlaskClient
    token: str

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, **form: Any) -> TestResponse:
        return self.client.post(path, data={"csrf_token": self.token, **form})

    def push(self, data: bytes, name: str, accept: str = "", **form: Any) -> TestResponse:
        """Push one file through the form."""
        return self.client.post(
            "/units/push",
            data={"csrf_token": self.token, "files": (BytesIO(data), name), **form},
            headers={"Accept": accept} if accept else {},
            content_type="multipart/form-data",
        )

    def push_draft(self, text: str = NOTICE, name: str = "通知.txt", **form: Any) -> int:
        """Push a text that can be read; returns the id of its draft."""
        answer = self.push(text.encode(), name, **form)
        assert answer.status_code == 302, answer.text
        return int(answer.location.rsplit("/", 1)[1])


Enter = Callable[..., Portal]


@pytest.fixture
def other_unit(database: Database) -> Unit:
    """澜川水务集团, an invented unit."""
    with database.unit_of_work() as session:
        unit = Unit(name="澜川水务集团")
        session.add(unit)
    return unit


@pytest.fixture
def enter(app: Flask, database: Database, clock: ManualClock, unit: Unit) -> Enter:
    """``enter(Role.UNIT_CLERK)`` logs a new person of ``unit`` in and opens the portal."""
    count = 0

    def enter(*roles: Role, unit_id: int | None = None) -> Portal:
        nonlocal count
        count += 1
        is_centre = unit_id is None and roles == (Role.EDITOR,)
        with database.unit_of_work() as session:
            # Straight to a session: the log-in page and its slow hash have tests of their own.
            user = User(
                username=f"person{count}",
                name=f"人员{count}",
                unit_id=None if is_centre else unit_id or unit.id,
                roles=[role.value for role in roles],
                password_hash="none",
                created_at=clock(),
            )
            session.add(user)
            session.flush()
            secret = login_sessions.open_session(session, user.id, now=clock())
        client = app.test_client()
        client.set_cookie(cookie_name(is_secure=False), secret)
        return Portal(client, csrf_token(client, "/account"))

    return enter


@pytest.fixture
def clerk(enter: Enter) -> Portal:
    return enter(Role.UNIT_CLERK)


@pytest.fixture
def reviewer(enter: Enter) -> Portal:
    return enter(Role.UNIT_REVIEWER)


@pytest.fixture
def editor(enter: Enter) -> Portal:
    return enter(Role.EDITOR)


def version_of(database: Database, version_id: int) -> KnowledgeVersion:
    """A version as it stands in the database now, with its entry."""
    with database.reading() as session:
        version = session.get_one(KnowledgeVersion, version_id)
        assert version.item.unit.name
        _ = [row.text for row in version.passages]
        session.expunge_all()
        return version


def stored_files(database: Database) -> list[StoredFile]:
    with database.reading() as session:
        return list(session.scalars(select(StoredFile).order_by(StoredFile.id)))


def form_of(version: KnowledgeVersion, **changes: Any) -> dict[str, Any]:
    """What the form of a draft sends when only ``changes`` were typed."""
    form: dict[str, Any] = {
        "rev": str(version.rev),
        "kind": version.kind,
        "audience": version.audience,
        "title": version.title,
        "document_number": version.document_number,
        "issuing_authority": version.issuing_authority,
        "body": version.body,
        "category": version.category,
        "variants": "\n".join(version.variants),
    }
    for name in ("issued_on", "valid_from", "valid_until", "review_on"):
        day = getattr(version, name)
        form[name] = day.isoformat() if day else ""
    for name, key in (("link_item", "item_id"), ("link_kind", "kind"), ("link_on", "effective_on")):
        form[name] = [str(link.get(key) or "") for link in version.planned_links]
    return form | changes
