"""Migrations: the models are the head revision, and every step goes down and up again."""

from datetime import UTC, datetime

from sqlalchemy import func, inspect, select, text

from kb.db import Database
from kb.migrations.run import current, differences, downgrade, head, upgrade
from kb.models import WorkOrder
from kb.profile import Profile
from kb.services import requests
from kb.terms import Role
from tests.kb.hotline import Hotline

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
    downgrade(any_database.engine, "0011")
    upgrade(any_database.engine)
    with any_database.reading() as session:
        assert session.scalar(select(func.count()).select_from(WorkOrder)) == 1
        if any_database.engine.dialect.name == "sqlite":
            assert session.scalar(text("PRAGMA foreign_keys")) == 1
