"""Finding a unit by what a person types on the command line, or making it."""

from sqlalchemy.orm import Session

from kb.errors import InvalidInput
from kb.models import Unit
from kb.queries.unit_names import unit_named
from kb.terms import UnitKind


def find_unit(session: Session, name: str, *, create: bool = False) -> Unit:
    """The unit of this name or alias.

    :param create: make it when there is none.
    :raises InvalidInput: there is none; the sentence names the nearest ones.
    """
    try:
        return unit_named(session, name)
    except InvalidInput as missing:
        if create and name.strip():
            unit = Unit(name=name.strip(), kind=UnitKind.DEPARTMENT.value, aliases=[])
            session.add(unit)
            session.flush()
            return unit
        raise InvalidInput(f"{missing.message}；要新建请加 --create-unit") from missing
