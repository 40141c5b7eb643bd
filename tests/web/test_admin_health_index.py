"""管理: an entry that no index could take is named on the health page, with why."""

import pytest
from flask import Flask

from kb.models import IndexJob, Unit
from kb.outbox.enqueue import TARGETS
from kb.outbox.indexes import Indexes
from kb.outbox.rebuild import rebuild
from kb.services.search import SearchService
from kb.terms import Role
from tests.kb.hotline import Hotline
from tests.web.conftest import Database, Login, ManualClock
from webapp import create_app
from webapp.settings import Settings


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock, indexes: Indexes) -> Flask:
    rebuild(database, indexes, clock)
    app = create_app(settings, database, SearchService(indexes, database), clock)
    app.testing = True
    return app


def test_an_entry_that_no_index_takes_is_named_once_with_why(
    login_as: Login, database: Database, clock: ManualClock, unit: Unit
) -> None:
    with database.unit_of_work() as session:
        item = Hotline(session).item(session.get_one(Unit, unit.id), "没有段落的条目")
        why = "InvalidRecord: 知识条目没有正文段落，请先补充正文再发布。"
        for target in TARGETS:
            job = IndexJob(target=target, object_id=item.id, enqueued_at=clock(), parked=True)
            job.last_error = why
            session.add(job)
        path = f"/units/entries/{item.id}"
    page = login_as(Role.ADMIN).get("/admin/health").text
    assert "1 条写不进索引" in page
    assert page.count("没有段落的条目") == 1 and "知识条目没有正文段落" in page
    assert path not in page  # the portal is not the administrator's
    assert path in login_as(Role.ADMIN, Role.EDITOR).get("/admin/health").text
