"""Putting a backup back in place of what is there, or into an empty installation."""

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Engine

from kb.backups.archive import DATABASE, PROFILE, Manifest, read_manifest
from kb.backups.databases import clear, dump, is_empty, load
from kb.errors import InvalidInput, KbError
from kb.migrations.run import is_known


@dataclass(frozen=True)
class Restored:
    """What came back.

    ``kept`` is where the database that was there before lies now, if there was one; ``profile``
    where the backup's city profile was put, if it held one.
    """

    manifest: Manifest
    originals: int
    kept: Path | None
    profile: Path | None


def restore_backup(
    archive: Path, *, engine: Engine, data_folder: Path, replace: bool, now: datetime
) -> Restored:
    """Check the whole archive, then put originals and database in place and drop the index.

    Nothing is touched before every byte was checked. The caller stops the service before, and
    upgrades the tables and rebuilds the index after.

    :param replace: whether a database that holds something may be replaced; it is copied first.
    :raises InvalidInput: the archive is damaged, of another kind of database or of a newer program;
        the database is not empty and may not be replaced.
    """
    with tempfile.TemporaryDirectory(dir=data_folder, prefix=".restore-") as folder:
        unpacked = Path(folder)
        manifest = read_manifest(archive, unpacked)
        _refuse_unfit(manifest, engine)
        is_new = is_empty(engine)
        if not is_new and not replace:
            raise InvalidInput(
                "数据库里已有内容，没有恢复；确认要替换请加 --replace，现在的内容会先另存一份"
            )
        count = _place_originals(unpacked / "originals", data_folder / "originals")
        kept = None if is_new else _set_aside(engine, data_folder, now)
        _load(engine, unpacked / DATABASE, kept)
        shutil.rmtree(data_folder / "indexes", ignore_errors=True)
        profile = _place_profile(unpacked / PROFILE, data_folder)
    return Restored(manifest, count, kept, profile)


def _refuse_unfit(manifest: Manifest, engine: Engine) -> None:
    if manifest.backend != engine.dialect.name:
        raise InvalidInput(
            f"这份备份来自 {manifest.backend}，现在设置的数据库是 {engine.dialect.name}；"
            "请把 KB_DATABASE_URL 改成同一种"
        )
    if not is_known(manifest.revision):
        raise InvalidInput(f"这份备份（{manifest.revision}）比程序新，请换用更新的程序版本")


def _place_originals(source: Path, target: Path) -> int:
    """Move originals to their places; one that is there already has the same name, so the same
    content, unless the disk spoilt it: the checked one replaces it."""
    count = 0
    for path in sorted(source.glob("??/*")):
        place = target / path.parent.name / path.name
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.replace(place)
        count += 1
    return count


def _set_aside(engine: Engine, data_folder: Path, now: datetime) -> Path:
    folder = data_folder / f"before-restore-{now:%Y%m%d-%H%M%S}"
    folder.mkdir(mode=0o700)
    kept = folder / DATABASE
    dump(engine, kept)
    return kept


def _load(engine: Engine, source: Path, kept: Path | None) -> None:
    if kept is not None:
        clear(engine)
    try:
        load(engine, source)
    except KbError:
        if kept is not None:
            clear(engine)
            load(engine, kept)
        raise


def _place_profile(source: Path, data_folder: Path) -> Path | None:
    """The profile goes beside the data, not over the one in use: that is the administrator's."""
    if not source.exists():
        return None
    target = data_folder / "restored-profile.toml"
    source.replace(target)
    return target
