"""Making a backup of a running service."""

import hmac
import tempfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy.engine import Engine

from kb.backups.archive import DATABASE, PROFILE, Manifest, write_archive
from kb.backups.databases import dump
from kb.errors import InvalidInput
from kb.migrations.run import current


def make_backup(
    target: Path,
    *,
    engine: Engine,
    originals: Path,
    profile: Path | None,
    settings: Mapping[str, str],
    signing_key: str,
    now: datetime,
) -> Manifest:
    """Write everything into ``target``; the service may go on meanwhile.

    The database is copied first: an original is on disk before a row names it, so every original
    the copy names is among the files read afterwards.

    :param originals: the folder of originals by their hash.
    :param profile: the city profile's file, if one is set.
    :param settings: by their names in the environment, without secrets.
    :raises InvalidInput: ``target`` exists; the database is not set up; a copy fails.
    """
    if target.exists():
        raise InvalidInput(f"{target} 已经存在，没有覆盖；请换一个文件名")
    if not target.parent.is_dir():
        raise InvalidInput(f"没有文件夹 {target.parent}")
    revision = current(engine)
    if revision is None:
        raise InvalidInput("数据库还没有建立，没有可备份的内容")
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        copy = Path(folder) / DATABASE
        dump(engine, copy)
        return write_archive(
            target,
            _members(copy, originals, profile),
            made_at=now.isoformat(timespec="seconds"),
            backend=engine.dialect.name,
            revision=revision,
            settings=dict(settings),
            key_mark=key_mark(signing_key),
        )


def _members(copy: Path, originals: Path, profile: Path | None) -> Iterator[tuple[str, Path]]:
    yield DATABASE, copy
    if profile is not None:
        yield PROFILE, profile
    for path in sorted(originals.glob("??/*")):
        yield f"originals/{path.parent.name}/{path.name}", path


def key_mark(signing_key: str) -> str:
    """A mark that is the same for the same key and tells nothing else of it."""
    return hmac.digest(signing_key.encode(), b"yingda backup", "sha256").hex()[:16]
