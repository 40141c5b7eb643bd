"""附件 of an order: what a unit gets of a 保密 one, and what is cleared that nobody handed in."""

import io
import os
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from kb.db import Database
from kb.errors import NotFound
from kb.models import AuditRecord, OrderFile, WorkOrder
from kb.services import work_orders
from kb.services.files import FileStore
from kb.services.orders.clearing import clear_unused
from kb.services.work_orders import By, get_file, shown_files
from kb.terms import Role
from tests.kb.hotline import PROFILE, Hotline, at

NOW = at("2026-05-20 10:00")


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "originals", 10_000)


@pytest.mark.parametrize(
    ("is_confidential", "names"),
    [
        (True, ["派单附件.pdf", "单位照片.png"]),
        (False, ["登记材料.pdf", "派单附件.pdf", "单位照片.png"]),
    ],
)
def test_a_unit_gets_no_file_that_may_show_who_asked(
    any_database: Database, files: FileStore, is_confidential: bool, names: list[str]
) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        water = city.unit("汀州水务集团")
        request = city.request(NOW, is_confidential=is_confidential)
        order = city.order(request, NOW)
        dispatcher = By(city.actor(Role.DISPATCHER), NOW, PROFILE)
        city.dispatched(order, water, NOW)
        clerk = By(city.actor(Role.UNIT_CLERK, unit=water), NOW, PROFILE)
        # Dispatching takes no files yet; its event is as if it did.
        for by, name, seq in (
            (dispatcher, "登记材料.pdf", 1),
            (dispatcher, "派单附件.pdf", 2),
            (clerk, "单位照片.png", 2),
        ):
            row = work_orders.attach(
                session, order, by, files, name=name, stream=io.BytesIO(name.encode())
            )
            row.seq = seq
        session.flush()
        session.expire(order, ["files"])
        assert [row.name for row in shown_files(order, clerk)] == names
        assert len(shown_files(order, dispatcher)) == 3
        first = order.files[0]
        if is_confidential:
            with pytest.raises(NotFound, match="没有这个附件"):
                get_file(order, clerk, first.id)


def test_only_what_nobody_handed_in_for_a_week_is_cleared(
    any_database: Database, files: FileStore
) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        city.order(city.request(NOW), NOW)
    with any_database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder)).one()
        actor = Hotline(session, count(800)).actor(Role.DISPATCHER)
        for name, data, when, seq in (
            ("left.pdf", b"left", "2026-05-12 09:00", None),
            ("named.pdf", b"named", "2026-05-12 09:00", 1),
            ("new.pdf", b"new", "2026-05-14 09:00", None),
            ("same.pdf", b"named", "2026-05-12 09:00", None),
            ("again.pdf", b"again", "2026-05-12 09:00", None),
        ):
            row = work_orders.attach(
                session, order, By(actor, at(when), PROFILE), files, name=name,
                stream=io.BytesIO(data),
            )  # fmt: skip
            row.seq = seq
        paths = {row.name: files.path(row.sha256) for row in session.scalars(select(OrderFile))}
    old = at("2026-05-12 09:00").timestamp()
    for name, path in paths.items():
        if name != "again.pdf":  # whose bytes somebody kept anew just now
            os.utime(path, (old, old))
    assert clear_unused(any_database, files, NOW) == 3
    with any_database.reading() as session:
        assert [row.name for row in session.scalars(select(OrderFile))] == ["named.pdf", "new.pdf"]
        cleared = select(AuditRecord).where(AuditRecord.action == "order_file.clear")
        assert len(session.scalars(cleared).all()) == 3
    there = {name for name, path in paths.items() if path.is_file()}
    assert there == {"named.pdf", "same.pdf", "new.pdf", "again.pdf"}
    assert clear_unused(any_database, files, NOW) == 0
