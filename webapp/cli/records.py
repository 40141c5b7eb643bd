"""``kb import-records``: requests, orders and call counts of another system."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import click

from kb.records.digest import digest_of
from kb.records.faults import FaultList, RecordFaults
from kb.records.reading import read_records
from kb.services.record_loading import Loaded, check_set, load_records, require_new
from kb.services.record_sets import unknown_to
from webapp.cli.main import kb, opened, print_json, speaks

_SHOWN = 20


@kb.command("import-records")
@click.argument(
    "folder", metavar="DIR", type=click.Path(path_type=Path, exists=True, file_okay=False)
)
@click.option("--dry-run", is_flag=True, help="只核对，不导入")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@speaks
def import_records(folder: Path, dry_run: bool, as_json: bool) -> None:
    """导入别的系统的诉求、工单、话务记录；有一行不对，整组都不导入，退出码为 1。"""
    faults = FaultList()
    with opened() as program:
        records = read_records(folder, faults)
        digest = digest_of(folder)
        try:
            with program.database.unit_of_work() as session:
                require_new(session, digest)
                check_set(session, records, faults)
                strange = unknown_to(program.profile, records)
                if not as_json:  # before anything is loaded, so that it can still be stopped
                    _note([*records.notes, *strange])
                if dry_run:
                    loaded = Loaded.expected(records)
                else:
                    loaded = load_records(
                        session,
                        records,
                        digest=digest,
                        name=folder.resolve().name,
                        phone_key=program.settings.secret_key.encode(),
                        actor_id=None,
                        now=program.clock(),
                        progress=_silent if as_json else _shown,
                    )
        except RecordFaults as refused:
            _refuse(refused, as_json=as_json)
    _tell(replace(loaded, notes=(*loaded.notes, *strange)), dry_run=dry_run, as_json=as_json)


def _shown(kind: str, done: int, total: int) -> None:
    """How far the loading is, on a line of its own that is written over."""
    end = "\n" if done == total else ""
    click.echo(f"\r导入{kind} {done} / {total}（{done * 100 // total}%）{end}", nl=False, err=True)


def _silent(kind: str, done: int, total: int) -> None:
    """Say nothing: the output is for a program."""


def _refuse(refused: RecordFaults, *, as_json: bool) -> None:
    if as_json:
        faults = [
            {
                "file": fault.file,
                "row": fault.row,
                "column": fault.column,
                "value": fault.value,
                "expected": fault.expected,
                "message": str(fault),
            }
            for fault in refused.faults
        ]
        print_json({"loaded": False, "fault_count": refused.count, "faults": faults})
    else:
        click.echo(f"✗ {refused.message}", err=True)
        for fault in refused.faults[:_SHOWN]:
            click.echo(f"  · {fault}", err=True)
        if refused.count > _SHOWN:
            click.echo("  · …；全部列表用 --json", err=True)
    raise click.exceptions.Exit(1)


def _note(notes: Iterable[str]) -> None:
    for note in notes:
        click.echo(f"  · {note}")


def _tell(loaded: Loaded, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        counts = {
            "units": loaded.units,
            "requests": loaded.requests,
            "work_orders": loaded.orders,
            "call_days": loaded.call_days,
        }
        print_json({"loaded": not dry_run, "counts": counts, "notes": list(loaded.notes)})
        return
    said = "核对无误，可以导入" if dry_run else "已导入"
    click.echo(
        f"{said}：{loaded.units} 个单位，{loaded.requests} 件诉求，{loaded.orders} 张工单，"
        f"{loaded.call_days} 天话务量"
    )
