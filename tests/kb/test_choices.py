"""Lists to choose from on pages, on both databases."""

from datetime import UTC, datetime

from kb.db import Database
from kb.models import CitizenRequest
from kb.queries.choices import categories_in_use

NOW = datetime(2026, 5, 20, 2, 0, tzinfo=UTC)


def _file(database: Database, categories: list[str]) -> None:
    with database.unit_of_work() as session:
        for key, category in enumerate(categories):
            session.add(
                CitizenRequest(
                    number=f"YT{key}", title="路灯不亮", received_at=NOW, category=category
                )
            )


def test_categories_in_use_are_the_first_levels_each_once(any_database: Database) -> None:
    _file(
        any_database,
        [
            "城乡建设/市容管理",
            "",
            "公共服务/供水/水压",
            "城乡建设",
            "公共服务/供水",
            "公共服务/供水",
        ],
    )

    with any_database.reading() as session:
        assert categories_in_use(session) == ["公共服务", "城乡建设"]


def test_no_category_is_in_use_where_nothing_is_filed(any_database: Database) -> None:
    _file(any_database, [""])

    with any_database.reading() as session:
        assert categories_in_use(session) == []
