"""``kb check-database`` and ``kb tidy``; and what such commands found, kept for the health page."""

import shutil
import time
from pathlib import Path

import click
from sqlalchemy import text

from kb.backups.own_folder import clear_old
from kb.services.audit import verify_chain
from kb.services.housekeeping import CHECK_DATABASE, TIDY, note
from webapp.cli.main import kb, opened, speaks
from webapp.cli.rehearsing import clear_left, folders_of
from webapp.compose import Program

# An index that was just replaced may still answer a question that runs.
_SWEEP_AFTER_SECONDS = 600
_SHOWN = 3


def keep(program: Program, kind: str, is_well: bool, sentence: str) -> None:
    """Keep what a command found."""
    with program.database.unit_of_work() as session:
        note(session, kind, is_well=is_well, sentence=sentence, now=program.clock())


@kb.command("check-database")
@speaks
def check_database() -> None:
    """核对数据库文件（SQLite）和审计记录的链；有不对的退出码为 1。"""
    with opened() as program:
        faults = _faults(program)
        with program.database.reading() as session:
            chain = verify_chain(session)
        if not chain.is_whole:
            faults.append(f"审计记录从第 {chain.broken_id} 号起对不上")
        sentence = "；".join(faults) or f"没有发现损坏，审计记录 {chain.checked} 条完整"
        keep(program, CHECK_DATABASE, not faults, sentence)
    click.echo(f"{'✗' if faults else '✓'} {sentence}")
    if faults:
        raise click.exceptions.Exit(1)


def _faults(program: Program) -> list[str]:
    """What SQLite finds wrong in its file; PostgreSQL checks its pages itself."""
    if program.database.engine.dialect.name != "sqlite":
        return []
    with program.database.reading() as session:
        lines = [row[0] for row in session.execute(text("PRAGMA quick_check(20)"))]
    return [] if lines == ["ok"] else [f"数据库文件有损坏：{'；'.join(lines[:_SHOWN])}"]


@kb.command()
@speaks
def tidy() -> None:
    """删掉不再使用的旧索引、页面图缓存、中断的试导入，和“运行状况”做的备份里最新 7 份以外的。"""
    with opened() as program:
        folder = program.settings.data_folder
        before = _clearable(folder)
        with program.database.reading() as session:
            program.indexes.sweep(session, time.time() - _SWEEP_AFTER_SECONDS)
        shutil.rmtree(folder / "page_images", ignore_errors=True)
        clear_left(folder)
        freed = before - _clearable(folder) + clear_old(folder)
        sentence = f"腾出 {freed / 1e6:.1f} MB"
        keep(program, TIDY, True, sentence)
    click.echo(f"✓ {sentence}")


def _clearable(folder: Path) -> int:
    """How much lies where some of it may go."""
    places = (folder / "indexes", folder / "page_images", *folders_of(folder))
    return sum(map(folder_bytes, places))


def folder_bytes(folder: Path) -> int:
    """How much the files of a folder take; one that goes meanwhile counts nothing."""
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total
