"""发文机关 against the unit that pushes: a document of somebody else's is worth a question."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import Unit

_SHORT = 3


def is_foreign(authority: str, unit: Unit) -> bool:
    """Tell whether none of the issuing authorities (joined by 、) is this unit.

    云汀市民政局 is 市民政局 and 云汀市民政局办公室; a short name (alias) counts when it is all.
    """
    named = _names(authority)
    return bool(named) and not any(_is(name, unit.name, unit.aliases) for name in named)


def issuers(session: Session, authority: str, unit: Unit) -> list[Unit]:
    """The active units that issued a document which this unit did not, in the order printed.

    A name that fits several units, none of them exactly, is nobody's.
    """
    if not is_foreign(authority, unit):
        return []
    units = session.scalars(select(Unit).where(Unit.is_active).order_by(Unit.id)).all()
    found = []
    for name in _names(authority):
        exact = [each for each in units if name in (each.name, *each.aliases)]
        fitting = exact or [each for each in units if _is(name, each.name, each.aliases)]
        if len(fitting) == 1 and fitting[0] not in found:
            found.append(fitting[0])
    return found


def _names(authority: str) -> list[str]:
    return [name.strip() for name in authority.split("、") if name.strip()]


def _is(name: str, full: str, aliases: Iterable[str]) -> bool:
    if name in (full, *aliases) or name.removeprefix("市") in aliases:
        return True
    if min(len(name), len(full)) < _SHORT:
        return False
    return full.endswith(name) or name.endswith(full) or name.startswith(full)
