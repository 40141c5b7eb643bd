"""Migrations: the models are the head revision, and every step goes down and up again."""

from sqlalchemy import inspect

from kb.db import Database
from kb.migrations.run import current, differences, downgrade, head, upgrade


def test_the_models_are_exactly_the_newest_revision(any_database: Database) -> None:
    assert current(any_database.engine) == head()
    assert differences(any_database.engine) == []


def test_the_database_goes_down_to_nothing_and_up_again(any_database: Database) -> None:
    downgrade(any_database.engine, "base")
    assert set(inspect(any_database.engine).get_table_names()) == {"alembic_version"}
    upgrade(any_database.engine)
    assert differences(any_database.engine) == []
