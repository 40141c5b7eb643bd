"""What the forms of the units' rooms offer: units, kinds, audiences, categories."""

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.queries import portal
from kb.terms import Audience, KnowledgeKind
from webapp.context import services

Options = list[tuple[str, str]]


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
