"""``kb user`` and ``kb unit``: people and units from the command line."""

import secrets

import click
from sqlalchemy import select

from kb.errors import NotFound
from kb.models import Unit, User
from kb.services.accounts import create_user, reset_password
from kb.terms import Role
from webapp.cli.main import kb, opened, speaks
from webapp.cli.units import find_unit


@kb.group()
def user() -> None:
    """人员。"""


@user.command("add")
@click.argument("username")
@click.option("--name", required=True, help="姓名")
@click.option("--role", "roles", multiple=True, type=click.Choice([r.value for r in Role]))
@click.option("--unit", "unit_name", help="所属单位")
@click.option("--password", help="初始口令；不给则随机生成并显示一次")
@speaks
def add(
    username: str, name: str, roles: tuple[str, ...], unit_name: str | None, password: str | None
) -> None:
    """添加人员；首次登录须改口令。"""
    chosen = password or f"Yd-{secrets.token_urlsafe(9)}7"
    with opened() as program, program.database.unit_of_work() as session:
        unit = find_unit(session, unit_name) if unit_name else None
        create_user(
            session,
            username=username,
            name=name,
            password=chosen,
            roles=[Role(value) for value in roles],
            unit_id=unit.id if unit else None,
            now=program.clock(),
        )
    click.echo(f"✓ 已添加 {username}")
    if password is None:
        click.echo(f"初始口令（只显示这一次）：{chosen}")


@user.command("reset-password")
@click.argument("username")
@speaks
def reset(username: str) -> None:
    """重设口令并显示一次；原有登录全部失效。"""
    with opened() as program, program.database.unit_of_work() as session:
        person = session.scalars(select(User).where(User.username == username)).one_or_none()
        if person is None:
            raise NotFound(f"没有用户 {username}")
        chosen = reset_password(session, person.id, actor_id=None, now=program.clock())
    click.echo(f"✓ 新口令（只显示这一次）：{chosen}")


@user.command("list")
@speaks
def list_people() -> None:
    """列出人员。"""
    with opened() as program, program.database.reading() as session:
        for person in session.scalars(select(User).order_by(User.username)):
            unit = session.get(Unit, person.unit_id) if person.unit_id else None
            roles = "、".join(Role(role).label for role in person.roles)
            state = "" if person.is_active else "（已停用）"
            where = unit.name if unit else ""
            click.echo(f"{person.username}\t{person.name}\t{where}\t{roles}{state}")
