"""One database as one file, and back; by what SQLite and PostgreSQL bring for it themselves."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import URL, Engine

from kb.errors import InvalidInput

_SHOWN = 300


def dump(engine: Engine, target: Path) -> None:
    """Write the database as it is at one instant, while others go on writing.

    :raises InvalidInput: PostgreSQL's programs are missing or refuse; SQLite finds the copy broken.
    """
    if engine.dialect.name == "sqlite":
        _copy_sqlite(Path(str(engine.url.database)), target)
    else:
        _run("pg_dump", "--format=custom", "--no-owner", f"--file={target}", url=engine.url)


def load(engine: Engine, source: Path) -> None:
    """Fill an empty database from a file that :func:`dump` wrote: wholly or not at all.

    :raises InvalidInput: PostgreSQL's programs are missing or refuse.
    """
    if engine.dialect.name == "sqlite":
        engine.dispose()
        target = Path(str(engine.url.database))
        part = target.with_name(target.name + ".part")
        shutil.copyfile(source, part)
        part.chmod(0o600)
        part.rename(target)
        return
    _run(
        "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", str(source),
        url=engine.url,
    )  # fmt: skip


def is_empty(engine: Engine) -> bool:
    """True when there is not one table."""
    return not inspect(engine).get_table_names()


def clear(engine: Engine) -> None:
    """Take everything out of the database; its copy must be safe by now."""
    engine.dispose()
    if engine.dialect.name == "sqlite":
        for ending in ("", "-wal", "-shm", "-journal"):
            Path(f"{engine.url.database}{ending}").unlink(missing_ok=True)
        return
    with engine.begin() as connection:
        names = inspect(connection).get_table_names()
        quote = engine.dialect.identifier_preparer.quote
        if names:
            listed = ", ".join(quote(name) for name in names)
            connection.execute(text(f"DROP TABLE {listed} CASCADE"))


def _copy_sqlite(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source, isolation_level=None)) as connection:
        connection.execute("PRAGMA busy_timeout=10000")
        connection.execute("VACUUM INTO ?", (str(target),))
    with closing(sqlite3.connect(target)) as copy:
        found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok":
        raise InvalidInput(f"数据库的副本没有通过完整性检查：{found[:_SHOWN]}")


def _run(program: str, *arguments: str, url: URL) -> None:
    """Run one of PostgreSQL's programs; the password goes by the environment, which others of the
    machine cannot read, unlike the command line."""
    found = shutil.which(program)
    if found is None:
        raise InvalidInput(
            f"找不到 {program}：请先装 PostgreSQL 的客户端程序（Debian：postgresql-client）"
        )
    address = url.set(drivername="postgresql", password=None)
    environment = dict(os.environ)
    if url.password:
        environment["PGPASSWORD"] = url.password
    done = subprocess.run(  # noqa: S603 - a program found on PATH, with our own arguments
        [found, f"--dbname={address.render_as_string()}", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise InvalidInput(f"{program} 没有成功：{done.stderr.strip()[-_SHOWN:]}")
