"""The command group, and how a command gets its program and speaks."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import wraps
from typing import Any

import click
from sqlalchemy.exc import OperationalError

from docs_import.errors import DocumentUnreadable
from indexer.errors import IndexerError
from kb.current_profile import Profiles
from kb.db import Database
from kb.errors import InvalidInput, KbError
from kb.migrations.run import current, head, is_known
from webapp.compose import Program, build
from webapp.demo_city import start_data
from webapp.log_lines import write_log
from webapp.settings import Settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def kb() -> None:
    """应答：12345 热线知识库、检索与工单。"""
    write_log()


@contextmanager
def opened(*, must_be_current: bool = True) -> Iterator[Program]:
    """The program over this environment's settings, closed afterwards."""
    program = build(Settings.from_env())
    try:
        if must_be_current:
            require_current(program.database)
            program = _with_profile(program)
        yield program
    finally:
        program.close()


def _with_profile(program: Program) -> Program:
    """Where no setting names a city profile, the pages of the demo city have its own."""
    if program.settings.profile:
        return program
    with program.database.reading() as session:
        start = start_data(session)
    return replace(program, profiles=Profiles(program.database, start))


def require_current(database: Database) -> None:
    """Refuse to work on a database of another revision.

    :raises InvalidInput: with what to run.
    """
    revision = current(database.engine)
    if revision is None:
        raise InvalidInput("数据库还没有建立，请先运行 kb setup")
    require_known(database)
    if revision != head():
        raise InvalidInput(f"数据库是旧版本（{revision}），请先备份，再运行 kb setup 升级")


def require_known(database: Database) -> None:
    """Refuse a database that a newer program has made.

    :raises InvalidInput: it is one.
    """
    revision = current(database.engine)
    if revision is not None and not is_known(revision):
        raise InvalidInput(f"数据库（{revision}）比程序新，请换用更新的程序版本；没有改动数据库")


def speaks(command: Callable[..., Any]) -> Callable[..., Any]:
    """Turn a refusal into its sentence on stderr and exit status 1."""

    @wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except (KbError, IndexerError, DocumentUnreadable) as error:
            click.echo(f"✗ {error.message}", err=True)
            for sentence in getattr(error, "fields", {}).values():
                click.echo(f"  · {sentence}", err=True)
            raise click.exceptions.Exit(1) from error
        except OperationalError as error:
            click.echo(f"✗ 数据库没有响应，请核对 KB_DATABASE_URL：{error.orig}", err=True)
            raise click.exceptions.Exit(1) from error

    return wrapped


def print_json(value: Any) -> None:
    """One JSON document on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))
