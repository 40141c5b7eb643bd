"""Finding a unit by what a person types, and naming the nearest when there is none."""

from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.errors import InvalidInput
from kb.models import Unit
from kb.terms import UnitKind


def find_unit(session: Session, name: str, *, create: bool = False) -> Unit:
    """The unit of this name or alias.

    :param create: make it when there is none.
    :raises InvalidInput: there is none; the sentence names the nearest ones.
    """
    name = name.strip()
    units = list(session.scalars(select(Unit)))
    for unit in units:
        if name == unit.name or name in unit.aliases:
            return unit
    if create and name:
        unit = Unit(name=name, kind=UnitKind.DEPARTMENT.value, aliases=[])
        session.add(unit)
        session.flush()
        return unit
    near = nearest(name, [unit.name for unit in units])
    hint = f"，您要找的是不是：{'、'.join(near)}" if near else ""
    raise InvalidInput(f"没有单位“{name}”{hint}；要新建请加 --create-unit")


def nearest(name: str, names: list[str]) -> list[str]:
    """Up to three names most like what was typed; sharing most characters counts too."""
    close = get_close_matches(name, names, n=3, cutoff=0.4)
    shared = sorted(names, key=lambda other: -len(set(name) & set(other)))
    extra = [other for other in shared if len(set(name) & set(other)) >= 2 and other not in close]
    return (close + extra)[:3]
