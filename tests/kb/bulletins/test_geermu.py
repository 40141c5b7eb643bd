"""A real quarter: every figure of its bulletin from its records, and the records behind them."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from kb.bulletins.basis_reading import load_basis
from kb.bulletins.periods import Period
from kb.bulletins.records import records_of
from kb.bulletins.reporting import as_json, report
from kb.bulletins.tracing import counts_in
from kb.bulletins.window import Window
from kb.db import Database
from kb.records.digest import digest_of
from kb.records.faults import FaultList
from kb.records.reading import read_records
from kb.services.record_loading import load_records
from tests.databases import sqlite_copy

FOLDER = Path("../shared/data/bulletins/geermu")
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the worked quarter is not here")
QUARTER = Period(date(2025, 7, 1), date(2025, 9, 30))
NOW = datetime(2025, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def loaded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with sqlite_copy(sqlite_template, tmp_path_factory.mktemp("geermu")) as database:
        with database.unit_of_work() as session:
            load_records(
                session,
                read_records(FOLDER, FaultList()),
                digest=digest_of(FOLDER),
                name="季度",
                phone_key=b"key",
                actor_id=None,
                now=NOW,
            )
        yield database


def _window() -> Window:
    return Window.of(QUARTER, load_basis(FOLDER / "profile.json"), NOW)


def _differences(expected: Any, found: Any, path: str = "") -> Iterator[str]:
    """Where what is expected is not found; rows are known by name, other rows may be there."""
    if isinstance(expected, dict):
        for name, value in expected.items():
            yield from _differences(value, found.get(name), f"{path}/{name}")
    elif isinstance(expected, list) and expected and isinstance(expected[0], dict):
        rows = {row["name"]: row for row in found}
        for row in expected:
            yield from _differences(row, rows.get(row["name"], {}), f"{path}/{row['name']}")
    elif expected != found:
        yield f"{path}: {expected} is {found}"


def test_every_figure_of_the_bulletin(loaded: Database) -> None:
    expected = json.loads((FOLDER / "expected.json").read_text("utf-8"))
    with loaded.reading() as session:
        found = as_json(report(session, _window()))
    assert list(_differences(expected, found)) == []


def test_figures_open_exactly_their_records(loaded: Database) -> None:
    with loaded.reading() as session:
        window = _window()
        counted = list(counts_in(report(session, window)))
        for address, count in Random(20260301).sample(counted, 40):
            assert records_of(session, window, address, size=1).total == count, address
