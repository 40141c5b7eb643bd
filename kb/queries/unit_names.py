"""Finding a unit by what a person writes, and naming the nearest when there is none."""

from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.errors import InvalidInput
from kb.models import Unit


def unit_named(session: Session, name: str) -> Unit:
    """The unit of this name or alias.

    :raises InvalidInput: there is none; the sentence names the nearest ones.
    """
    found = find_unit(session, name)
    if found is not None:
        return found
    near = nearest(name.strip(), list(session.scalars(select(Unit.name).order_by(Unit.id))))
    hint = f"，您要找的是不是：{'、'.join(near)}" if near else ""
    raise InvalidInput(f"没有单位“{name.strip()[:60]}”{hint}")


def find_unit(session: Session, name: str) -> Unit | None:
    """The unit of this name or alias, if there is one."""
    name = name.strip()
    for unit in session.scalars(select(Unit).order_by(Unit.id)):
        if name == unit.name or name in unit.aliases:
            return unit
    return None


def nearest(name: str, names: list[str]) -> list[str]:
    """Up to three names most like what was written; sharing most characters counts too."""
    close = get_close_matches(name, names, n=3, cutoff=0.4)
    shared = sorted(names, key=lambda other: -len(set(name) & set(other)))
    extra = [other for other in shared if len(set(name) & set(other)) >= 2 and other not in close]
    return (close + extra)[:3]
