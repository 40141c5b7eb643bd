"""The cards of a period for a page: where the frozen ones are damaged, a sentence instead."""

from kb.assessment.basis import FIGURES
from kb.assessment.scoring import Scorecard
from kb.bulletins.explaining import definition
from kb.bulletins.periods import Period
from kb.services import assessment as verbs
from webapp.context import city, services
from webapp.database import db


def cards_shown(period: Period) -> tuple[list[Scorecard], str]:
    """The cards, and why there are none: the rest of the page says what it can all the same."""
    try:
        return verbs.cards(db(), city(), period, services().clock()), ""
    except verbs.DamagedSnapshot as damaged:
        return [], damaged.message


def definitions() -> list[tuple[str, str]]:
    """The name of each assessed figure with what it counts or divides, as figures are now."""
    chosen = city().figures.denominators
    items = (item.figure for item in city().assessment.items)
    return [(FIGURES[figure], definition(figure, chosen)) for figure in items]
