"""``kb import`` and ``kb search``."""

import dataclasses
import io
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import click

from docs_import.archive import zip_entries
from docs_import.errors import DocumentUnreadable
from kb.clock import local_day
from kb.errors import KbError
from kb.models import KnowledgeVersion
from kb.presenters.card import cards
from kb.services.intake import push_file
from kb.services.publishing import publish
from kb.services.pushed import Pushed
from kb.services.reading import read_document
from kb.services.search import Question
from kb.services.wishes import Wishes
from kb.terms import Audience, KnowledgeKind
from webapp.cli.main import kb, opened, print_json, speaks
from webapp.cli.units import find_unit
from webapp.compose import SYSTEM, Program

MARKS = {
    "ok": "✓ 已导入",
    "duplicate": "＝ 已有相同",
    "new version": "↑ 新版本",
    "needs ocr": "… 待识别",
    "failed": "✗ 未导入",
}
_STATUS = {
    "draft": "ok",
    "duplicate": "duplicate",
    "new_version": "new version",
    "needs_ocr": "needs ocr",
    "failed": "failed",
}


@dataclasses.dataclass(frozen=True)
class Line:
    """What became of one file."""

    file: str
    status: str  # ok | duplicate | new version | needs ocr | failed
    message: str = ""
    item_id: int | None = None
    title: str = ""


@kb.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--unit", "unit_name", required=True, help="推送单位")
@click.option("--create-unit", is_flag=True, help="没有这个单位时新建")
@click.option("--kind", default="policy", type=click.Choice([kind.value for kind in KnowledgeKind]))
@click.option(
    "--audience", default="public", type=click.Choice([audience.value for audience in Audience])
)
@click.option("--category", default="", help="类别，如 社会保障/居民医保")
@click.option("--publish", "publish_now", is_flag=True, help="导入后直接发布")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@speaks
def import_files(
    paths: tuple[Path, ...],
    unit_name: str,
    create_unit: bool,
    kind: str,
    audience: str,
    category: str,
    publish_now: bool,
    as_json: bool,
) -> None:
    """导入文件、文件夹或 ZIP；每个文件一行结果，有失败时退出码为 1。"""
    with opened() as program:
        with program.database.unit_of_work() as session:
            unit_id = find_unit(session, unit_name, create=create_unit).id
        wishes = Wishes(
            unit_id=unit_id,
            kind=KnowledgeKind(kind),
            audience=Audience(audience),
            category=category,
            join_same_number=True,
        )
        lines = _import_all(program, list(_files(paths)), wishes, publish_now, quiet=as_json)
        # Where no worker runs, what was published is still found at once.
        program.worker().run_once()
    # A scan is kept but cannot answer anybody yet, so a script must not take it for done.
    failed = sum(line.status in ("failed", "needs ocr") for line in lines)
    if as_json:
        counts = {status: sum(line.status == status for line in lines) for status in MARKS}
        print_json({"counts": counts, "files": [dataclasses.asdict(line) for line in lines]})
    else:
        click.echo(f"共 {len(lines)} 个文件，{len(lines) - failed} 个已处理，{failed} 个未导入")
    if failed:
        raise click.exceptions.Exit(1)


def _import_all(
    program: Program, files: list[Path], wishes: Wishes, publish_now: bool, *, quiet: bool
) -> list[Line]:
    lines: list[Line] = []
    with click.progressbar(files, label="导入", hidden=quiet, file=sys.stderr) as bar:
        for path in bar:
            for line in _import_path(program, path, wishes, publish_now):
                lines.append(line)
                if not quiet:
                    click.echo(f"\r{MARKS[line.status]}  {line.file}  {line.title}{line.message}")
    return lines


def _files(paths: tuple[Path, ...]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inside = (p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
            yield from sorted(inside)
        else:
            yield path


def _import_path(program: Program, path: Path, wishes: Wishes, publish_now: bool) -> Iterator[Line]:
    if not path.is_file():
        yield Line(str(path), "failed", "没有这个文件")
        return
    if path.suffix.lower() != ".zip":
        with path.open("rb") as stream:
            yield _import_one(program, stream, path.name, wishes, publish_now)
        return
    try:
        for entry in zip_entries(path.read_bytes()):
            yield _import_one(program, io.BytesIO(entry.data), entry.name, wishes, publish_now)
    except DocumentUnreadable as error:
        yield Line(path.name, "failed", error.message)


def _import_one(
    program: Program, stream: BinaryIO, name: str, wishes: Wishes, publish_now: bool
) -> Line:
    try:
        pushed = push_file(
            program.database,
            program.files,
            read_document,
            stream=stream,
            name=name,
            wishes=wishes,
            actor=SYSTEM,
            clock=program.clock,
        )
        title = _title_and_publish(program, pushed, publish_now)
    except KbError as error:
        return Line(name, "failed", error.message)
    return Line(name, _STATUS[pushed.outcome], pushed.message, pushed.item_id, title)


def _title_and_publish(program: Program, pushed: Pushed, publish_now: bool) -> str:
    if pushed.version_id is None or pushed.outcome == "duplicate":
        return ""
    with program.database.unit_of_work() as session:
        version = session.get_one(KnowledgeVersion, pushed.version_id)
        if publish_now:
            publish(session, version, actor=SYSTEM, now=program.clock())
        return version.title


@kb.command()
@click.argument("query")
@click.option("--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="口径日期")
@click.option("--audience", default="staff", type=click.Choice(["staff", "public"]))
@click.option("--limit", default=5, type=click.IntRange(1, 50))
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@speaks
def search(query: str, as_of: Any, audience: str, limit: int, as_json: bool) -> None:
    """检索：输出坐席（或公众）会看到的答案卡片。"""
    with opened() as program, program.database.reading() as session:
        today = local_day(program.clock())
        day: date = as_of.date() if as_of else today
        answers = program.search.find(
            session,
            Question(query, day, limit=limit),
            None if audience == "public" else SYSTEM,
        )
        found = cards(answers, today)
    if as_json:
        print_json({"query": query, "answered": answers.answered, "results": found})
        return
    if not answers.answered:
        click.echo("无依据：没有足够好的答案" + ("，以下供参考" if found else ""))
    for number, card in enumerate(found, 1):
        click.echo(f"{number}. {card['title']}  [{card['standing_label']}] {card['unit']}")
        click.echo(f"   {card['conclusion']}")
