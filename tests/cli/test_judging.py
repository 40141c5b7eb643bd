"""``kb judge``: the figures of the judged questions, and floors that fail a script."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from kb.db import Database
from kb.models import JudgingRun, KnowledgeItem
from kb.services.judged_queries import Wanted, keep_query, remove_query
from tests.cli.conftest import Kb, output
from webapp.compose import SYSTEM
from webapp.settings import Settings

NOW = datetime(2026, 5, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def database(data_folder: Path, kb: Kb, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """One published entry, and nothing judged yet."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "校服.md").write_text("# 校服退换办法\n\n没有拆封的校服三十日内可以退。\n", "utf-8")
    done = kb("import", folder, "--unit", "汀州市教育局", "--create-unit", "--publish")
    assert done.returncode == 0, done.stderr
    return Database(Settings.from_env({"KB_DATA": str(data_folder)}).database_url)


def test_without_questions_it_says_what_to_do(kb: Kb, database: Database) -> None:
    done = kb("judge")
    assert done.returncode == 1
    assert "还没有评测问题" in done.stderr


def test_the_figures_are_printed_and_floors_decide(kb: Kb, database: Database) -> None:
    with database.unit_of_work() as session:
        item_id = session.scalars(select(KnowledgeItem.id)).one()
        for wanted in (
            Wanted("没拆封的校服能退吗", {item_id: 3}, label="口语"),
            Wanted("，。", must_refuse=True, label="无依据"),
        ):
            keep_query(session, wanted, actor=SYSTEM, now=NOW)
    done = kb("judge", "--json", "--floor", "hit1=1", "--floor", "refused_share=1")
    assert done.returncode == 0, done.stderr
    found = output(done)
    assert (found["queries"], found["hit1"], found["refused_share"]) == (2, 1.0, 1.0)
    assert found["kinds"]["口语"]["queries"] == 1
    assert found["below_floor"] == {}
    nobody = kb("judge", "--unit", "汀州市教育局")
    assert nobody.returncode == 1 and "还没有评测问题" in nobody.stderr
    wrong = kb("judge", "--floor", "speed=1")
    assert wrong.returncode == 1 and "可用 ndcg" in wrong.stderr


def test_a_floor_that_does_not_hold_fails(kb: Kb, database: Database) -> None:
    with database.unit_of_work() as session:
        wanted = Wanted("校服能退吗", must_refuse=True, label="无依据")
        kept = keep_query(session, wanted, actor=SYSTEM, now=NOW)
    done = kb("judge", "--floor", "refused_share=0.9")
    assert done.returncode == 1
    assert "应拒尽拒 0.500，低于底线 0.9" in done.stderr
    with database.unit_of_work() as session:
        remove_query(session, kept.id, actor=SYSTEM, now=NOW)


def test_a_run_is_kept_when_asked(kb: Kb, database: Database) -> None:
    done = kb("judge", "--keep", "上线前")
    assert done.returncode == 0, done.stderr
    assert "合计\t2" in done.stdout
    with database.reading() as session:
        run = session.scalars(select(JudgingRun)).one()
        assert (run.label, run.state, run.hit1, run.started_by) == ("上线前", "done", 1.0, None)
