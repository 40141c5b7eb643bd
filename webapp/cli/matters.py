"""``kb find-matters``: hot matters of the periods that wait, or of one that is named."""

from datetime import datetime

import click
from sqlalchemy.exc import OperationalError

from kb.bulletins.periods import Period
from kb.errors import InvalidInput
from kb.services.matter_rounds import ask, fail, take, work_out
from webapp.cli.main import kb, opened, speaks
from webapp.compose import Program

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@kb.command("find-matters")
@click.option("--from", "first", type=_DAY, help="时段的第一天")
@click.option("--to", "last", type=_DAY, help="时段的最后一天")
@speaks
def find_matters(first: datetime | None, last: datetime | None) -> None:
    """把时段内相近的诉求归为热点事项；不写时段，计算等待中的。"""
    if (first is None) != (last is None):
        raise InvalidInput("--from 和 --to 要一起写")
    with opened() as program:
        if first is not None and last is not None:
            if last < first:
                raise InvalidInput("--to 应不早于 --from")
            with program.database.unit_of_work() as session:
                ask(session, Period(first.date(), last.date()), program.clock())
        while (period := take(program.database, program.clock)) is not None:
            _work_out(program, period)


def _work_out(program: Program, period: Period) -> None:
    """One period; what goes wrong is kept with it, so that its page can say so."""
    try:
        kept = work_out(program.database, period, program.clock)
    except (OperationalError, MemoryError) as error:
        fail(program.database, period, f"没有算完：{type(error).__name__}")
        raise
    click.echo(f"{period.first} 至 {period.last}：{kept} 组")
