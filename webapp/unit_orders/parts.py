"""What this person's unit is to an order now: the words and forms of its page follow from it."""

from kb.actor import Actor
from kb.work_orders.facts import Part, PartRole
from kb.work_orders.permissions import acting_unit
from kb.work_orders.state import State


def part_of(state: State, actor: Actor) -> Part | None:
    """The part of the unit the person speaks for; the lead's, where they have several, and where
    it assigned the order to them."""
    unit_id = acting_unit(state, actor)
    speaks_for = actor.unit_scope | {unit_id}
    mine = [part for part in state.current_parts if part.unit_id in speaks_for]
    leads = [part for part in mine if part.role == PartRole.LEAD]
    own = [part for part in mine if part.unit_id == unit_id]
    return next(iter((*leads, *own)), None)
