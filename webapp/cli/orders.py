"""``kb check-orders``: is what is stored of every order what its events add up to?"""

import click

from kb.services.work_orders import check_orders
from webapp.cli.main import kb, opened, print_json, speaks


@kb.command("check-orders")
@click.option("--rewrite", is_flag=True, help="把不一致的投影按经过重写（经过本身从不改动）")
@click.option("--json", "as_json", is_flag=True, help="输出 JSON")
@speaks
def check(rewrite: bool, as_json: bool) -> None:
    """按每张工单的经过重新推算，与存储的状态核对；不一致且没有重写时退出码为 1。"""
    with opened() as program, program.database.unit_of_work() as session:
        report = check_orders(session, rewrite=rewrite)
    if as_json:
        found = [vars(one) for one in report.differences]
        print_json({"checked": report.checked, "differences": found, "rewritten": report.rewritten})
    else:
        for one in report.differences:
            click.echo(f"✗ {one.number} {one.name}：存储为 {one.stored}，应为 {one.computed}")
        mark = "✓" if not report.differences or rewrite else "✗"
        tail = f"，已重写 {report.rewritten} 张" if rewrite else ""
        click.echo(f"{mark} 核对 {report.checked} 张工单，{len(report.differences)} 处不一致{tail}")
    if report.differences and not rewrite:
        raise click.exceptions.Exit(1)
