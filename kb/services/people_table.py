"""People from a table: looked at row by row first, then taken in whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.errors import InvalidInput
from kb.mail_address import check_address
from kb.models import Unit, User
from kb.services import accounts, passwords
from kb.services.given_table import (
    Fault,
    FormTable,
    Row,
    checked,
    parts,
    read_filled,
    refuse,
    template_of,
)
from kb.terms import Role

CENTRE = "热线中心"
PEOPLE = ("姓名", "用户名", "单位", "角色", "邮箱")
_FIELDS = {
    "name": "姓名",
    "username": "用户名",
    "roles": "角色",
    "unit_id": "单位",
}


@dataclass(frozen=True)
class NewPerson:
    """A person who was taken in, with the one-time password, which is kept nowhere."""

    name: str
    username: str
    unit: str
    password: str


# Hashing a password takes a core some 30 ms: what one request may take bounds the rows.
_PEOPLE = FormTable(
    PEOPLE,
    ("姓名", "用户名", "角色"),
    300,
    (
        ("陈晓", "0217", CENTRE, "坐席", ""),
        ("王敏", "wangmin", "市教育局", "单位经办、单位审核", "wangmin@example.gov.cn"),
    ),
)


def people_template() -> bytes:
    """The table to fill in, with two rows as examples and a sheet that explains each column."""
    roles = "、".join(role.label for role in Role)
    return template_of(
        "人员",
        _PEOPLE,
        (
            ("姓名", "必填，最多 40 个字"),
            ("用户名", "必填，小写字母、数字、点、横线，如工号；以后不能改"),
            ("单位", f"“单位”页里的全称或简称；热线中心的人写“{CENTRE}”或留空"),
            ("角色", f"必填，可写几个，用顿号隔开：{roles}"),
            ("邮箱", "收提醒邮件用，可以不填"),
        ),
    )


def read_people(data: bytes) -> list[Row]:
    """:raises InvalidInput: the file is no such table."""
    return read_filled(data, _PEOPLE)


def check_people(session: Session, rows: Sequence[Row]) -> list[Fault]:
    """What is wrong with a table of people; nothing is kept and no password is made."""
    known, taken = _unit_ids(session), set(session.scalars(select(User.username)))
    return checked(rows, "用户名", lambda cells: _person_problems(session, cells, known, taken))


def _person_problems(
    session: Session, cells: Mapping[str, str], known: Mapping[str, int], taken: set[str]
) -> list[tuple[str, str]]:
    """Every cell that is wrong. While unit or roles cannot be read, whether the two suit each
    other cannot be told, and neither can that of the two which was read."""
    found, roles = [], list[Role]()
    username, unit_id = cells["用户名"].lower(), known.get(cells["单位"])
    if unit_id is None and cells["单位"] not in ("", CENTRE):
        found.append(("单位", f"“单位”页里有的全称或简称，或“{CENTRE}”"))
    try:
        roles = _roles(cells["角色"])
    except InvalidInput as invalid:
        found.append(("角色", invalid.message))
    told = _FIELDS.keys() if not found else {"name", "username"}
    if username in taken:
        found.append(("用户名", "没有人用过的用户名；已有的人请在“人员”里改"))
    try:
        check_address(cells["邮箱"])
    except InvalidInput as invalid:
        found.append(("邮箱", invalid.message))
    problems = accounts.person_problems(session, username, cells["姓名"], roles, unit_id)
    return found + [(_FIELDS[name], problems[name]) for name in problems if name in told]


def take_in_people(
    session: Session, rows: Sequence[Row], *, actor_id: int, now: datetime
) -> list[NewPerson]:
    """Add everybody, each with a one-time password to be changed at the first log-in.

    The caller commits, or rolls back when this raises.

    :raises InvalidInput: :func:`check_people` finds something.
    """
    refuse(check_people(session, rows))
    known, added = _unit_ids(session), []
    for _number, cells in rows:
        password = passwords.one_time_password()
        user = accounts.create_user(
            session,
            username=cells["用户名"],
            name=cells["姓名"],
            password=password,
            roles=_roles(cells["角色"]),
            unit_id=known.get(cells["单位"]),
            now=now,
            actor_id=actor_id,
        )
        user.email = check_address(cells["邮箱"])
        added.append(NewPerson(user.name, user.username, cells["单位"] or CENTRE, password))
    return added


def _unit_ids(session: Session) -> dict[str, int]:
    """Full names of units at work, and short names that only one has → id."""
    rows = session.scalars(select(Unit).where(Unit.is_active.is_(True))).all()
    short: dict[str, set[int]] = {}
    for unit in rows:
        for alias in unit.aliases:
            short.setdefault(alias, set()).add(unit.id)
    clear = {name: next(iter(ids)) for name, ids in short.items() if len(ids) == 1}
    return clear | {unit.name: unit.id for unit in rows}


def _roles(cell: str) -> list[Role]:
    """:raises InvalidInput: a word that is no role, or none at all."""
    labels = {role.label: role for role in Role}
    words = parts(cell)
    if not words or not labels.keys() >= set(words):
        raise InvalidInput(f"一个或几个：{'、'.join(labels)}")
    return [labels[word] for word in words]
