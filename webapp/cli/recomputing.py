"""``kb recompute-clocks``: what changed limits would do to open orders, and doing it."""

from dataclasses import replace

import click
from sqlalchemy import select

from kb.clock import minute_text
from kb.errors import InvalidInput, StaleVersion
from kb.models import WorkOrder
from kb.services.orders.closing import recompute
from kb.services.orders.giving import SYSTEM, By
from kb.services.orders.recomputing import OrderPreview, as_json, preview_recompute
from webapp.cli.main import kb, opened, print_json, speaks
from webapp.compose import Program


@kb.command("recompute-clocks")
@click.option("--apply", "is_applied", is_flag=True, help="真的改；不写只预览")
@click.option("--reason", default="", help="为什么重算，记入每张工单")
@click.option("--json", "as_json_", is_flag=True)
@speaks
def recompute_clocks(is_applied: bool, reason: str, as_json_: bool) -> None:
    """城市方案的时限改了之后，未办结工单的到期时间会怎样变；--apply 才改。"""
    if is_applied and not reason.strip():
        raise InvalidInput("请用 --reason 写明重算时限的理由，它会记入每张工单")
    with opened() as program:
        by = By(SYSTEM, program.clock(), program.profile)
        with program.database.reading() as session:
            found = list(preview_recompute(session, by))
        skipped = _apply(program, found, by, reason) if is_applied else []
    if as_json_:
        print_json(
            {"orders": [as_json(one) for one in found], "applied": is_applied, "skipped": skipped}
        )
        return
    for one in found:
        for change in one.changes:
            old, new = minute_text(change.promised.due), minute_text(change.computed.due)
            click.echo(f"{one.number} {one.unit} {change.kind.label} {old} → {new}")
    done = f"已改 {len(found) - len(skipped)} 张" if is_applied else "没有改动；确认后加 --apply"
    click.echo(f"{len(found)} 张未办结工单的到期时间会变，{done}")
    for number in skipped:
        click.echo(f"✗ {number} 刚刚有人处理过，没有改；请再运行一次", err=True)


def _apply(program: Program, found: list[OrderPreview], by: By, reason: str) -> list[str]:
    """Each order in a transaction of its own; those somebody acted on meanwhile are skipped."""
    skipped = []
    for one in found:
        try:
            with program.database.unit_of_work() as session:
                query = select(WorkOrder).where(WorkOrder.number == one.number)
                order = session.scalars(query).one()
                recompute(session, order, replace(by, seen_events=one.event_count), text=reason)
        except StaleVersion:
            skipped.append(one.number)
    return skipped
