"""A database of a newer program is left alone."""

import sqlite3
from pathlib import Path

from tests.cli.conftest import Kb


def test_a_newer_database_is_refused_in_a_sentence_and_not_touched(
    kb: Kb, data_folder: Path
) -> None:
    path = data_folder / "yingda.sqlite3"
    with sqlite3.connect(path) as connection:
        [(revision,)] = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        connection.execute("UPDATE alembic_version SET version_num = 'f00d'")
    try:
        for words in (("setup",), ("check-index",), ("serve",), ("serve", "--demo")):
            done = kb(*words)
            assert done.returncode == 1, words
            assert "比程序新" in done.stderr and "Traceback" not in done.stderr
    finally:
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE alembic_version SET version_num = ?", (revision,))
