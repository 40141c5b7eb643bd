"""The list of people: which of them, in which order, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from kb.models import Unit, User
from kb.queries.people import has_role
from kb.terms import Role

PAGE = 50
FILTERS = ("q", "unit", "role", "state", "sort")
_ORDERS = {
    "name": (User.name, User.id),
    "username": (User.username,),
    "unit": (Unit.name, User.name, User.id),
    "created": (User.created_at.desc(), User.id.desc()),
    "": (User.is_active.desc(), User.id),
}
_STATES = {
    "active": User.is_active.is_(True),
    "closed": User.is_active.is_(False),
    "new": User.is_active.is_(True) & User.must_change_password.is_(True),
}


@dataclass(frozen=True)
class AskedPeople:
    """What the address of the list says; what is not understood counts as nothing.

    :ivar unit: a unit's id, ``centre`` for people without one, or empty.
    """

    words: str
    unit: str
    role: str
    state: str
    sort: str
    page: int

    @property
    def kept(self) -> dict[str, Any]:
        """The filters by their names in the address."""
        named = {"q": self.words, "unit": self.unit, "role": self.role, "state": self.state}
        return {name: value for name, value in (named | {"sort": self.sort}).items() if value}

    @property
    def is_narrow(self) -> bool:
        """Tell whether some people are left out."""
        return any(name != "sort" for name in self.kept)


def read_people(values: Mapping[str, str]) -> AskedPeople:
    """The list an address asks for."""

    def one_of(name: str, known: Mapping[str, object]) -> str:
        value = values.get(name, "")
        return value if value in known else ""

    unit, page = values.get("unit", ""), values.get("page", "1")
    is_id = unit.isascii() and unit.isdigit() and len(unit) < 10
    return AskedPeople(
        words=values.get("q", "").strip()[:40],
        unit=unit if is_id or unit == "centre" else "",
        role=one_of("role", {role.value: role for role in Role}),
        state=one_of("state", _STATES),
        sort=one_of("sort", _ORDERS),
        page=max(int(page), 1) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
    )


def people_page(
    session: Session, asked: AskedPeople, *, at_most: int = PAGE
) -> tuple[list[User], int]:
    """One page of the people asked for, and how many there are in all."""
    total = session.scalar(_narrowed(select(func.count(User.id)), asked)) or 0
    query = _narrowed(select(User), asked).outerjoin(Unit, Unit.id == User.unit_id)
    query = query.options(selectinload(User.unit)).order_by(*_ORDERS[asked.sort])
    first = (asked.page - 1) * PAGE if at_most == PAGE else 0
    return list(session.scalars(query.limit(at_most).offset(first))), total


def _narrowed(query: Any, asked: AskedPeople) -> Any:
    if asked.words:
        name = User.name.contains(asked.words, autoescape=True)
        username = User.username.contains(asked.words.lower(), autoescape=True)
        query = query.where(or_(name, username))
    if asked.unit == "centre":
        query = query.where(User.unit_id.is_(None))
    elif asked.unit:
        query = query.where(User.unit_id == int(asked.unit))
    if asked.role:
        query = query.where(has_role(Role(asked.role)))
    if asked.state:
        query = query.where(_STATES[asked.state])
    return query
