"""Migrations: the models are the head revision, and every step goes down and up again."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select, text

from kb.db import Database
from kb.migrations.run import current, differences, downgrade, head, upgrade
from kb.models import (
    BatchEntry,
    KnowledgeVersion,
    StoredFile,
    Unit,
    WorkOrder,
    WorkOrderEvent,
    WorkOrderSupervision,
)
from kb.profile import Profile
from kb.services import requests, work_orders
from kb.services.batches import add_file, open_batch
from kb.services.files import KeptFile
from kb.services.wishes import Wishes
from kb.services.work_orders import By
from kb.terms import Role
from kb.work_orders import past
from tests.kb.conftest import EDITOR
from tests.kb.hotline import PROFILE, Hotline
from tests.kb.test_held_versions import revised
from tests.kb.test_publishing import published

NOW = datetime(2026, 5, 7, 2, 24, tzinfo=UTC)


def test_the_models_are_exactly_the_newest_revision(any_database: Database) -> None:
    assert current(any_database.engine) == head()
    assert differences(any_database.engine) == []


def test_the_database_goes_down_to_nothing_and_up_again(any_database: Database) -> None:
    downgrade(any_database.engine, "base")
    assert set(inspect(any_database.engine).get_table_names()) == {"alembic_version"}
    upgrade(any_database.engine)
    assert differences(any_database.engine) == []


def test_a_database_in_use_is_brought_up_with_its_orders(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        hotline = Hotline(session)
        number, agent = hotline.request(NOW).number, hotline.actor(Role.AGENT)
        requests.hand_over(
            session,
            requests.get_request(session, number, agent),
            profile=Profile(),
            query="",
            seen_item_id=None,
            actor=agent,
            now=NOW,
        )
        web = hotline.request(NOW)
        web.channel = "网站"
        work_orders.open_order(session, web, profile=Profile(), actor=agent, now=NOW)
    downgrade(any_database.engine, "0011")
    upgrade(any_database.engine)
    with any_database.reading() as session:
        copied = select(WorkOrder.channel, WorkOrder.request_outcome).order_by(WorkOrder.id)
        assert session.execute(copied).all() == [("电话", "handed_over"), ("网站", "open")]
        assert work_orders.check_orders(session).differences == []
        if any_database.engine.dialect.name == "sqlite":
            assert session.scalar(text("PRAGMA foreign_keys")) == 1


def test_orders_from_before_the_facts_get_the_columns_their_events_say(
    any_database: Database,
) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        unit = city.unit("汀州水务集团")
        orders = [city.order(city.request(NOW, category="供水"), NOW) for _ in range(5)]
        for order in orders[1:]:
            city.dispatched(order, unit, NOW)
        clerk = By(city.actor(Role.UNIT_CLERK, unit=unit), NOW, PROFILE)
        work_orders.return_order(session, orders[2], clerk, text="不归我", basis="三定")
        for order in orders[3:]:
            work_orders.acknowledge(session, order, clerk)
            work_orders.reply(session, order, clerk, text="修好了")
        work_orders.resolve(session, orders[4], By(city.actor(Role.DISPATCHER), NOW, PROFILE))
        caller = By(city.actor(Role.FOLLOW_UP_AGENT), NOW, PROFILE)
        work_orders.follow_up(session, orders[4], caller, satisfaction="satisfied")
        for row in session.scalars(select(WorkOrderEvent)):
            row.data = _as_then(row)
    downgrade(any_database.engine, "0012")
    upgrade(any_database.engine)
    with any_database.reading() as session:
        report = work_orders.check_orders(session)
        assert report.differences == []
        assert report.checked == 5
        states = [
            order.state for order in session.scalars(select(WorkOrder).order_by(WorkOrder.id))
        ]
        assert states == ["accepted", "dispatched", "accepted", "centre_review", "resolved"]


def _as_then(row: WorkOrderEvent) -> dict[str, Any]:
    """An event's data as it was written before clocks were carried whole."""
    clocks = row.data.get("clocks", {})
    kept = {name: row.data[name] for name in ("unit_id", "unit", "text") if name in row.data}
    if row.kind == "followed_up":
        kept["satisfaction"] = row.data["satisfaction"]
    if row.kind == "dispatched":
        kept["acknowledge_due_at"] = clocks["acknowledge"]["due"]
        kept["due_at"], kept["due_steps"] = clocks["resolve"]["due"], clocks["resolve"]["steps"]
    return kept


def test_papers_and_next_clocks_from_before_are_what_their_events_say(
    any_database: Database,
) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        city.calendar()
        unit = city.unit("汀州水务集团")
        supervisor = By(city.actor(Role.SUPERVISOR), NOW, PROFILE)
        clerk = By(city.actor(Role.UNIT_CLERK, unit=unit), NOW, PROFILE)
        orders = [city.order(city.request(NOW), NOW) for _ in range(3)]
        for order in orders:
            city.dispatched(order, unit, NOW)
        for order in orders[:2]:
            work_orders.supervise(session, order, supervisor, text="查清")
        work_orders.answer_supervision(session, orders[1], clerk, text="已查")
        work_orders.supervise(session, orders[1], supervisor, text="再查")
    downgrade(any_database.engine, "0020")
    upgrade(any_database.engine)
    with any_database.reading() as session:
        report = work_orders.check_orders(session)
        assert report.differences == []
        found = select(WorkOrderSupervision).order_by(WorkOrderSupervision.id)
        papers = [(row.ordinal, row.answered_at) for row in session.scalars(found)]
        assert papers == [(1, None), (1, NOW), (2, None)]


def test_orders_that_were_ruled_on_are_not_late_in_being_signed_for(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        city.calendar()
        unit, other = city.unit("汀州水务集团"), city.unit("市住建局")
        desk = By(city.actor(Role.DISPATCHER), NOW + timedelta(hours=1), PROFILE)
        later = By(desk.actor, NOW + timedelta(hours=2), PROFILE)
        open_one, ended = (
            city.dispatched(city.order(city.request(NOW), NOW), unit, NOW) for _ in range(2)
        )
        for order in (open_one, ended):
            work_orders.open_ruling(session, order, desk, unit_ids=[other.id], text="谁办")
        work_orders.rule(session, ended, later, unit_id=other.id, text="住建局")
    # As they stood when a unit was late in signing while the centre ruled.
    downgrade(any_database.engine, "0051")
    with any_database.unit_of_work() as session:
        session.execute(text("DELETE FROM work_order_past"))
        session.execute(text("UPDATE work_order SET acknowledge_due_at = dispatched_at"))
        session.execute(text("UPDATE work_order SET next_due_kind = 'acknowledge'"))
    # Whatever is counted of an order later, the step writes the columns there were.
    counted = past.counted
    with monkeypatch.context() as later_release:
        later_release.setattr(past, "counted", lambda state: {**counted(state), "later": 0})
        upgrade(any_database.engine)
    with any_database.reading() as session:
        report = work_orders.check_orders(session)
        assert (report.checked, report.differences) == (2, [])


def test_texts_without_dates_begin_where_they_took_anothers_place(
    any_database: Database, unit: Unit
) -> None:
    first = published(any_database, unit)
    later = NOW + timedelta(days=30)
    ids = [first.id, revised(any_database, first, later, body="第一条 改为二十元。\n").id]
    dated = published(any_database, unit, title="写明日期的", valid_from=date(2025, 1, 1))
    ids.append(revised(any_database, dated, later, valid_from=date(2025, 1, 1)).id)
    # One was published ahead and dropped before its day came: the next takes the first's place.
    plain = published(any_database, unit, title="中间一版没有施行")
    ahead = revised(any_database, plain, later, valid_from=date(2027, 1, 1))
    ids.append(revised(any_database, ahead, later + timedelta(days=9), body="第一条 三十元。\n").id)
    downgrade(any_database.engine, "0043")
    upgrade(any_database.engine)
    with any_database.reading() as session:
        begun = [session.get_one(KnowledgeVersion, row).took_over_on for row in ids]
    assert begun == [None, date(2026, 6, 6), None, date(2026, 6, 15)]


def test_files_refused_for_want_of_a_program_may_be_read_again(
    any_database: Database, unit: Unit
) -> None:
    wants = "读取旧版 Word 文档（DOC/WPS）需要在服务器上安装 LibreOffice 或 antiword，现在都没有。"
    told = {"通知.doc": wants, "通知.odt": "请用 LibreOffice 或 WPS 另存为 DOCX 后再上传。"}
    with any_database.unit_of_work() as session:
        batch = open_batch(
            session, wishes=Wishes(unit.id), actor=EDITOR, key="k", name="三月", now=NOW
        )
        for ordinal, (name, problem) in enumerate(told.items()):
            add_file(session, batch, KeptFile(f"{ordinal:064}", 1), name, EDITOR, NOW)
            session.flush()
            entry = session.scalars(select(BatchEntry).where(BatchEntry.path == name)).one()
            stored = session.get_one(StoredFile, entry.file_id)
            entry.code = stored.problem_code = "unsupported"
            entry.reason = stored.problem = problem
    downgrade(any_database.engine, "0049")
    upgrade(any_database.engine)
    with any_database.reading() as session:
        files = {one.name: one.problem_code for one in session.scalars(select(StoredFile))}
        entries = {one.path: one.code for one in session.scalars(select(BatchEntry))}
    assert files == entries == {"通知.doc": "no_reader", "通知.odt": "unsupported"}
