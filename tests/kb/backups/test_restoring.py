"""A backup of a database in use, on SQLite and PostgreSQL, and its way back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kb.backups.databases import clear, is_empty
from kb.backups.making import make_backup
from kb.backups.restoring import restore_backup
from kb.db import Database
from kb.errors import InvalidInput
from kb.models import Unit
from kb.services.files import FileStore

NOW = datetime(2026, 11, 27, 1, 2, 3, tzinfo=UTC)
CONTENT = "云汀市停水通知".encode()


def _original(folder: Path) -> Path:
    kept = FileStore(folder, 1 << 20).keep_bytes(CONTENT)
    return folder / kept.sha256[:2] / kept.sha256


def _backup(database: Database, folder: Path) -> Path:
    target = folder / "backup.tar.gz"
    make_backup(
        target,
        engine=database.engine,
        originals=folder / "originals",
        profile=None,
        settings={"PORT": "8000"},
        signing_key="k" * 32,
        now=NOW,
    )
    return target


def _units(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Unit.name).order_by(Unit.id)))


def _add(database: Database, name: str) -> None:
    with database.unit_of_work() as session:
        session.add(Unit(name=name, kind="department"))


def test_replace_what_changed_since_by_what_was(any_database: Database, tmp_path: Path) -> None:
    _add(any_database, "云汀市民政局")
    original = _original(tmp_path / "originals")
    archive = _backup(any_database, tmp_path)
    _add(any_database, "后来的单位")
    original.unlink()
    done = restore_backup(
        archive, engine=any_database.engine, data_folder=tmp_path, replace=True, now=NOW
    )
    assert _units(any_database) == ["云汀市民政局"]
    assert original.read_bytes() == CONTENT
    assert done.originals == 1
    assert done.kept == tmp_path / "before-restore-20261127-010203" / "database"
    assert done.kept.stat().st_size > 0
    # Numbers go on after the last one, none is given twice.
    _add(any_database, "再来一个")
    with any_database.reading() as session:
        assert session.scalar(select(func.count(Unit.id.distinct()))) == 2


def test_refuse_to_replace_content_unasked(any_database: Database, tmp_path: Path) -> None:
    archive = _backup(any_database, tmp_path)
    _add(any_database, "后来的单位")
    with pytest.raises(InvalidInput, match="--replace"):
        restore_backup(
            archive, engine=any_database.engine, data_folder=tmp_path, replace=False, now=NOW
        )
    assert _units(any_database) == ["后来的单位"]


def test_fill_an_empty_installation(any_database: Database, tmp_path: Path) -> None:
    _add(any_database, "云汀市民政局")
    archive = _backup(any_database, tmp_path)
    clear(any_database.engine)
    assert is_empty(any_database.engine)
    restore_backup(
        archive, engine=any_database.engine, data_folder=tmp_path, replace=False, now=NOW
    )
    assert _units(any_database) == ["云汀市民政局"]


def test_touch_nothing_when_the_archive_is_damaged(any_database: Database, tmp_path: Path) -> None:
    archive = _backup(any_database, tmp_path)
    data = bytearray(archive.read_bytes())
    data[len(data) // 2] ^= 0xFF
    archive.write_bytes(data)
    _add(any_database, "云汀市民政局")
    with pytest.raises(InvalidInput, match=r"损坏|不是应答的备份"):
        restore_backup(
            archive, engine=any_database.engine, data_folder=tmp_path, replace=True, now=NOW
        )
    assert _units(any_database) == ["云汀市民政局"]
    assert not list(tmp_path.glob(".restore-*"))


def test_never_overwrite_a_backup(any_database: Database, tmp_path: Path) -> None:
    archive = _backup(any_database, tmp_path)
    before = archive.read_bytes()
    with pytest.raises(InvalidInput, match="已经存在"):
        _backup(any_database, tmp_path)
    assert archive.read_bytes() == before
