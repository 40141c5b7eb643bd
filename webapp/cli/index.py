"""``kb check-index`` and ``kb rebuild-index``."""

import sys
import time
from collections.abc import Callable
from typing import TextIO

import click

from kb.outbox.check import TargetReport, check_all
from kb.outbox.rebuild import rebuild
from kb.services.housekeeping import CHECK_INDEX, REBUILD_INDEX
from webapp.cli.keeping import keep
from webapp.cli.main import kb, opened, print_json, speaks

SWEEP_AFTER_SECONDS = 60
NAMES = {"public": "公开索引", "staff": "坐席索引"}
_REDRAW_SECONDS = 0.2


class ProgressLine:
    """How far a rebuild is, on one line that is written over. Silent unless on a terminal."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._out, self._clock = out, clock
        self._quiet = not out.isatty()
        self._target = ""
        self._began = self._drawn = 0.0

    def __call__(self, target: str, done: int, total: int) -> None:
        """Show that so many passages of about so many are done."""
        now = self._clock()
        if target != self._target:
            self._target, self._began, self._drawn = target, now, 0.0
        if self._quiet or (done < total and now - self._drawn < _REDRAW_SECONDS):
            return
        self._drawn = now
        rate = done / max(now - self._began, 0.001)
        left = f"，约剩 {round((total - done) / rate)} 秒" if 0 < done < total else ""
        line = f"{NAMES.get(target, target)}：{done}/{total} 段，每秒 {rate:.0f} 段{left}"
        self._out.write(f"\r\x1b[K{line}" + ("\n" if done >= total else ""))
        self._out.flush()


@kb.command("check-index")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@speaks
def check_index(as_json: bool) -> None:
    """核对索引与数据库是否一致；不一致时退出码为 1。"""
    with opened() as program:
        reports = check_all(program.database, program.indexes)
        keep(program, CHECK_INDEX, all(report.is_equal for report in reports),
             "；".join(sentence(report)[2:] for report in reports))  # fmt: skip
    if as_json:
        print_json({"equal": all(r.is_equal for r in reports), "targets": _as_json(reports)})
    else:
        for report in reports:
            click.echo(sentence(report))
    if not all(report.is_equal for report in reports):
        raise click.exceptions.Exit(1)


def _as_json(reports: list[TargetReport]) -> list[dict[str, object]]:
    return [report.as_json() for report in reports]


def sentence(report: TargetReport) -> str:
    """A report as one line for people."""
    name = NAMES.get(report.target, report.target)
    if report.problem:
        return f"✗ {name}：{report.problem}"
    if report.fingerprint_changed:
        return f"✗ {name}：词典或索引结构已更新，请运行 kb rebuild-index"
    if report.words_behind:
        return f"✗ {name}：用户词有改动，后台程序还没有列出要重新切词的条目；请确认它在运行"
    if report.is_equal:
        waiting = f"，{report.waiting} 条待写入" if report.waiting else ""
        return f"✓ {name}与数据库一致：{report.in_index} 条{waiting}"
    return (
        f"✗ {name}：缺 {len(report.missing)}，多 {len(report.extra)}，旧 {len(report.stale)}，"
        f"重复 {len(report.duplicate)}；待写入 {report.waiting}，搁置 {report.parked}"
    )


@kb.command("rebuild-index")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@speaks
def rebuild_index(as_json: bool) -> None:
    """在旁边重建索引，核对后切换；检索不中断。"""
    with opened() as program:
        started = time.monotonic()
        counts = rebuild(
            program.database,
            program.indexes,
            program.clock,
            progress=ProgressLine(sys.stderr),
        )
        with program.database.reading() as session:
            swept = program.indexes.sweep(session, time.time() - SWEEP_AFTER_SECONDS)
        seconds = round(time.monotonic() - started, 2)
        done = "、".join(f"{NAMES.get(name, name)} {count} 条" for name, count in counts.items())
        keep(program, REBUILD_INDEX, True, f"{done}，用时 {seconds} 秒")
    if as_json:
        print_json({"entries": counts, "seconds": seconds, "removed": swept})
        return
    for target, count in counts.items():
        click.echo(f"✓ {target}：{count} 条")
    click.echo(f"用时 {seconds} 秒")
