"""``kb import``: files, folders, archives and the tables of an old knowledge base."""

import dataclasses
import sys
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import click

from kb.services.batch_seen import numbered
from kb.services.reading import WarmReader
from kb.services.wishes import Wishes
from kb.terms import Audience, EntryOrder, KnowledgeKind
from webapp.cli.main import kb, opened, print_json, speaks
from webapp.cli.rehearsing import rehearsal
from webapp.cli.taking import FOUND, MARKS, Line, Taker
from webapp.cli.units import find_unit


@kb.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--unit", "unit_name", required=True, help="推送单位")
@click.option("--create-unit", is_flag=True, help="没有这个单位时新建")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in KnowledgeKind]),
    help="种类；不给时按内容认，认不出的是政策文件",
)
@click.option(
    "--audience", default="public", type=click.Choice([audience.value for audience in Audience])
)
@click.option("--category", default="", help="类别，如 社会保障/居民医保")
@click.option("--publish", "publish_now", is_flag=True, help="导入后直接发布")
@click.option(
    "--dry-run",
    is_flag=True,
    help="只看会怎样：哪些新增、重复、成为新版本、失败；什么都不留下",
)
@click.option(
    "--failed-to",
    type=click.Path(path_type=Path, dir_okay=False),
    help="没有收录的文件和行写到这个 XLSX，改好可以再导入；不给就不写",
)
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@speaks
def import_files(
    paths: tuple[Path, ...],
    unit_name: str,
    create_unit: bool,
    kind: str | None,
    audience: str,
    category: str,
    publish_now: bool,
    dry_run: bool,
    failed_to: Path | None,
    as_json: bool,
) -> None:
    """导入文件、文件夹、ZIP 或旧知识库的表格；每个文件或每行一行结果，有失败时退出码为 1。"""
    order = EntryOrder.PUBLISH if publish_now else EntryOrder.DRAFT
    with ExitStack() as stack:
        program, reader = stack.enter_context(opened()), stack.enter_context(WarmReader())
        if dry_run:
            program = stack.enter_context(rehearsal(program))
        with program.database.unit_of_work() as session:
            unit_id = find_unit(session, unit_name, create=create_unit).id
        wishes = Wishes(
            unit_id=unit_id,
            kind=KnowledgeKind(kind) if kind else None,
            audience=Audience(audience),
            category=category,
            join_same_number=True,
        )
        name = "、".join(path.name or str(path) for path in paths)
        taker = Taker(
            program, reader.read, wishes, None if dry_run else order, uuid.uuid4().hex, name
        )
        lines = _take_all(taker, list(_files(paths)), quiet=as_json, is_dry=dry_run)
        taker.finish(failed_to)
        if not dry_run:
            # Where no worker runs, what was published is still found at once.
            program.worker().run_once()
    _tell(taker, lines, failed_to, is_dry=dry_run, as_json=as_json)


def _tell(
    taker: Taker, lines: list[Line], written: Path | None, *, is_dry: bool, as_json: bool
) -> None:
    # A scan is kept but cannot answer anybody yet, so a script must not take it for done.
    failed = sum(line.status in ("failed", "needs ocr") for line in lines)
    if as_json:
        counts = {status: sum(line.status == status for line in lines) for status in MARKS}
        files = [dataclasses.asdict(line) for line in lines]
        batch_id = None if is_dry else taker.batch_id
        report = {"counts": counts, "files": files, "batch_id": batch_id, "dry_run": is_dry}
        print_json(report | {"tables": taker.mappings, "failed_file": str(written or "") or None})
    else:
        for path, mapping in taker.mappings.items():
            click.echo(f"{path}：{mapping}")
        same = sum(line.status == "duplicate" for line in lines)
        done = "可以导入" if is_dry else "已导入"
        click.echo(
            f"共 {len(lines)} 个文件或行，{len(lines) - failed - same} 个{done}，"
            f"{same} 个已有相同，{failed} 个未导入"
        )
        click.echo(_what_next(taker, failed, written, is_dry=is_dry), nl=False)
    if failed:
        raise click.exceptions.Exit(1)


def _what_next(taker: Taker, failed: int, written: Path | None, *, is_dry: bool) -> str:
    """What was left, and how to get it as a table."""
    lines = ["只是试了一次，没有留下任何东西；去掉 --dry-run 就导入"] if is_dry else []
    if written is not None:
        lines.append(f"没有收录的写在 {written}，改好后可以直接再导入")
    elif failed:
        page = "" if is_dry else f"，或在网页 /units/batches/{taker.batch_id} 下载"
        lines.append(f"要没有收录的清单：加上 --failed-to 清单.xlsx 再运行一次{page}")
    return "".join(f"{line}\n" for line in lines)


def _take_all(
    taker: Taker, files: list[tuple[Path, str]], *, quiet: bool, is_dry: bool
) -> list[Line]:
    lines: list[Line] = []
    marks = FOUND if is_dry else MARKS
    with click.progressbar(files, label="导入", hidden=quiet, file=sys.stderr) as bar:
        for path, shown in bar:
            for line in taker.take(path, shown):
                lines.append(line)
                if not quiet:
                    click.echo(
                        f"\r{marks[line.status]}  {_place(line)}  {line.title} {line.message}"
                    )
    return lines


def _place(line: Line) -> str:
    return (
        line.file
        if line.row is None
        else f"{line.file} {line.sheet} {numbered(line.file, line.row)}"
    )


def _files(paths: tuple[Path, ...]) -> Iterator[tuple[Path, str]]:
    """Each file with the name it is listed under: for those of a folder, their place in it."""
    for path in paths:
        if path.is_dir():
            for inside in sorted(p for p in path.rglob("*") if p.is_file()):
                if not inside.name.startswith((".", "~$")):
                    yield inside, str(inside.relative_to(path))
        else:
            yield path, path.name
