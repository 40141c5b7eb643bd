"""What the forms of the units' rooms offer: units, kinds, audiences, categories."""

import re

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import InvalidInput
from kb.models import Unit
from kb.queries import portal
from kb.terms import Audience, KnowledgeKind
from webapp.context import services

Options = list[tuple[str, str]]
_ID = re.compile(r"[0-9]{1,9}")


def kinds() -> Options:
    """The kinds of entries."""
    return [(kind.value, kind.label) for kind in KnowledgeKind]


def audiences() -> Options:
    """公开 and 内部."""
    return [(audience.value, audience.label) for audience in Audience]


def categories(present: str = "") -> Options:
    """The city's categories, and the present one where the city no longer has it."""
    known = list(getattr(services().profile, "categories", ()))
    if present and present not in known:
        known.append(present)
    return [(name, name.replace("/", " / ")) for name in known]


def units(session: Session, actor: Actor) -> Options:
    """The units this person may write for, the own one first."""
    found = portal.units_of(session, actor)
    found.sort(key=lambda unit: unit.id != actor.unit_id)
    return [(str(unit.id), unit.name) for unit in found]


def chosen_unit(text: str, actor: Actor) -> int:
    """The unit a form names, or the person's own, or the only one there is: forms offer no choice
    of one.

    :raises InvalidInput: there is no such unit, or none is named and the person has none.
    """
    if text:
        # A session of its own, closed at once: what follows may commit by itself.
        with services().database.reading() as session:
            known = _ID.fullmatch(text) and session.get(Unit, int(text))
        if not known:
            raise InvalidInput("没有这个单位，请从列表中选择", {"unit": "请从列表中选择单位"})
        return int(text)
    if actor.unit_id is not None:
        return actor.unit_id
    with services().database.reading() as session:
        offered = units(session, actor)
    if len(offered) != 1:
        sentence = "请选择这份知识属于哪个单位" if offered else "还没有单位，请先请管理员建单位"
        raise InvalidInput(sentence, {"unit": sentence})
    return int(offered[0][0])
