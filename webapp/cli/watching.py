"""``kb watch``: a folder on a shared drive, for units that push nothing in another way."""

import errno
import signal
import threading
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from kb.clock import local_day
from kb.errors import InvalidInput, StorageFull
from kb.services.reading import WarmReader
from kb.services.wishes import Wishes
from kb.terms import EntryOrder
from webapp.cli.main import kb, opened, speaks
from webapp.cli.taking import MARKS, Line, Taker
from webapp.cli.units import find_unit
from webapp.compose import Program

TAKEN, NOT_TAKEN, WHY = "已收录", "未收录", ".原因.txt"
NOBODYS = "没有收录：看不出是哪个单位的。请放进以单位名称命名的文件夹"
Look = tuple[int, int]


@kb.command("watch")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--unit", "unit_name", help="推送单位；不给时，每个子文件夹的名称就是单位")
@click.option("--every", default=30.0, type=click.FloatRange(0.1, 86_400), help="每隔多少秒看一次")
@speaks
def watch(folder: Path, unit_name: str | None, every: float) -> None:
    """看守共享文件夹：放进来的文件收为草稿，再移到“已收录”；收不了的移到“未收录”并写明原因。"""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with opened() as program, WarmReader() as reader:
        watcher = Watcher(program, reader, stop)
        if unit_name is not None:
            with program.database.reading() as session:
                find_unit(session, unit_name)  # a wrong name is told at the start
        click.echo(_begins(folder, unit_name, every))
        while not stop.is_set():
            try:
                for unit_folder, name in _unit_folders(folder, unit_name):
                    watcher.look(unit_folder, name)
                if unit_name is None:
                    watcher.turn_away(folder)
            except OSError as error:  # a share comes and goes
                watcher.tell_once(f"{folder}：{error.strerror or error}；稍后再看")
            stop.wait(every)


def _begins(folder: Path, unit_name: str | None, every: float) -> str:
    whose = f"推送单位 {unit_name}" if unit_name else "子文件夹的名称就是推送单位"
    return f"正在看守 {folder}（{whose}），每 {every:g} 秒看一次；按 Ctrl+C 结束"


def _unit_folders(folder: Path, unit_name: str | None) -> Iterator[tuple[Path, str]]:
    if unit_name is not None:
        yield folder, unit_name
        return
    for inside in sorted(folder.iterdir()):
        # A link could lead the program, which may read more than the unit, to any folder.
        is_units = inside.name not in (TAKEN, NOT_TAKEN) and not inside.name.startswith(".")
        if is_units and inside.is_dir() and not inside.is_symlink():
            yield inside, inside.name


@dataclass
class Watcher:
    """What was seen at the last look; a file is taken when it has kept still since then."""

    program: Program
    reader: WarmReader
    stop: threading.Event
    _seen: dict[Path, Look] = field(default_factory=dict)
    # What was taken and could not be moved away; left alone until it changes.
    _stuck: dict[Path, Look] = field(default_factory=dict)
    _told: set[str] = field(default_factory=set)

    def look(self, folder: Path, unit_name: str) -> None:
        """Take what lies still in a unit's folder."""
        found, still = self._look_at(_files(folder))
        self._seen = {
            path: look for path, look in self._seen.items() if not path.is_relative_to(folder)
        } | found
        if still:
            self._take(folder, unit_name, still)

    def turn_away(self, folder: Path) -> None:
        """Put away what lies beside the units' folders, with the reason: nobody's name is on it."""
        found, still = self._look_at(path for path in sorted(folder.iterdir()) if _is_waiting(path))
        self._seen |= found
        for path in still:
            self._put_away(folder, path, [Line(path.name, "failed", NOBODYS)])

    def _look_at(self, paths: Iterable[Path]) -> tuple[dict[Path, Look], list[Path]]:
        """How files look now, and those of them that have kept still since the last look."""
        found: dict[Path, Look] = {}
        for path in paths:
            try:
                status = path.stat()
            except FileNotFoundError:
                continue  # taken away between the listing and now
            found[path] = (status.st_size, status.st_mtime_ns)
        still = [
            path
            for path, look in found.items()
            if self._seen.get(path) == look and self._stuck.get(path) != look
        ]
        return found, still

    def _take(self, folder: Path, unit_name: str, paths: Sequence[Path]) -> None:
        try:
            with self.program.database.reading() as session:
                unit_id = find_unit(session, unit_name).id
        except InvalidInput as error:
            self.tell_once(f"{folder}：{error.message}")
            return
        name = f"共享文件夹 {local_day(self.program.clock())}"
        wishes = Wishes(unit_id=unit_id, join_same_number=True)
        taker = Taker(
            self.program, self.reader.read, wishes, EntryOrder.DRAFT, uuid.uuid4().hex, name
        )
        for path in paths:
            if self.stop.is_set():
                break
            shown = str(path.relative_to(folder))
            try:
                lines = list(taker.take(path, shown))
            except StorageFull as error:
                self.tell_once(error.message)
                break
            self._put_away(folder, path, lines)
        taker.finish()
        self.reader.close()

    def _put_away(self, folder: Path, path: Path, lines: Sequence[Line]) -> None:
        failed = [line for line in lines if line.status in ("failed", "needs ocr")]
        told = [line for line in lines if line.message]
        place = folder / (NOT_TAKEN if failed else TAKEN) / path.relative_to(folder)
        try:
            if not place.parent.resolve().is_relative_to(folder.resolve()):
                raise OSError(errno.ELOOP, "“已收录”或“未收录”指向了别处")
            place.parent.mkdir(parents=True, exist_ok=True)
            target = _free(place)
            if told:
                text = "\n".join(_sentence(line) for line in told)
                target.with_name(target.name + WHY).write_text(f"{text}\n", "utf-8")
            path.rename(target)
        except OSError as error:
            # It stays where it is, and is not taken again and again.
            self._stuck[path] = self._seen[path]
            self.tell_once(f"{path}：已处理，但移不动（{error.strerror}），请检查文件夹的权限")
            return
        status = "failed" if failed else lines[0].status if lines else "duplicate"
        click.echo(f"{MARKS[status]}  {path.relative_to(folder)}")

    def tell_once(self, sentence: str) -> None:
        """Say something on the error stream, unless it was said before."""
        if sentence not in self._told:
            self._told.add(sentence)
            click.echo(f"✗ {sentence}", err=True)


def _sentence(line: Line) -> str:
    where = f"{line.sheet} 第 {line.row} 行：" if line.row is not None else ""
    inside = f"{line.file}：" if "/" in line.file and line.row is None else ""
    return f"{MARKS[line.status]}　{where}{inside}{line.message}"


def _files(folder: Path) -> Iterator[Path]:
    """The files that wait in a folder and below, without what has been put away."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if inside.parts[0] not in (TAKEN, NOT_TAKEN) and _is_waiting(path):
            yield path


def _is_waiting(path: Path) -> bool:
    hidden = path.name.startswith((".", "~$"))
    return not hidden and path.is_file() and not path.is_symlink()


def _free(path: Path) -> Path:
    """The path, or one with a number where a file of this name was put away before."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.stem}（{number}）{path.suffix}")
    return free
