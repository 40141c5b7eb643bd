"""The cards of a period for a page: where the frozen ones are damaged, a sentence instead."""

from kb.assessment.scoring import Scorecard
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
