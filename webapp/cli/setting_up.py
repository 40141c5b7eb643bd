"""``kb setup``: make or upgrade the database, enter the calendar, build the indexes."""

from pathlib import Path

import click
from sqlalchemy import func, select

from kb.calendar import seed_calendar
from kb.migrations.run import current, head, upgrade
from kb.models import KnowledgeItem, Unit, User
from kb.outbox.drain import drain_all
from kb.outbox.rebuild import ensure_built
from webapp.cli.main import kb, opened, require_known, speaks
from webapp.compose import Program
from webapp.demo_city import mark


@kb.command()
@click.option("--demo", is_flag=True, help="装入虚构的演示城市（只装进空库）")
@speaks
def setup(demo: bool) -> None:
    """建立或升级数据库，录入节假日，建立索引。"""
    with opened(must_be_current=False) as program:
        set_up(program, demo=demo)
        click.echo("就绪")


def set_up(program: Program, *, demo: bool) -> None:
    """Bring an installation to the present version; safe to repeat."""
    bring_up_to_date(program)
    if demo and is_empty(program):
        load_demo(program)
    if ensure_built(program.database, program.indexes, program.clock):
        click.echo("建立索引 …")
    drain_all(program.database, program.indexes)


def bring_up_to_date(program: Program) -> None:
    """The tables and the calendar of the present version; the index is left alone."""
    engine = program.database.engine
    require_known(program.database)
    if current(engine) != head():
        click.echo("建立数据库 …")
        upgrade(engine)
    with program.database.unit_of_work() as session:
        seed_calendar(session)


def is_empty(program: Program) -> bool:
    """True when nobody has put anything into the database: the demo may be loaded."""
    with program.database.reading() as session:
        return not any(
            session.scalar(select(func.count()).select_from(model))
            for model in (Unit, User, KnowledgeItem)
        )


def load_demo(program: Program) -> None:
    """Load the demo city in one transaction."""
    from demo.load import load

    click.echo("装入演示城市 …")
    with program.database.unit_of_work() as session:
        load(
            session,
            now=program.clock(),
            files=program.files,
            phone_key=program.settings.secret_key.encode(),
        )
        mark(session, Path(program.settings.data_folder).name)
