"""到期与复核: the same said of many entries, looked at first."""

from collections.abc import Sequence

from flask import request
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.models import KnowledgeItem
from kb.queries.duties import is_ending
from kb.services.checking_many import Act, check_many
from kb.services.many import Outcome
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor
from webapp.ticked import Shown, Told, look_or_do
from webapp.upkeep.blueprint import bp, form_day, page_number
from webapp.upkeep.due_views import address, due_page


@bp.post("/units/due/many")
def check_many_entries() -> Response:
    """仍有效 or 到期不再延续 of what is ticked: first what would happen, then, once sure, done."""
    act = Act.ENDS if request.form.get("act") == Act.ENDS else Act.HOLDS
    day_field = "many_day" if request.form.get("next", "") in ("", "other") else "next"

    def check(wanted: Sequence[tuple[int, int]]) -> Outcome[KnowledgeItem]:
        day, now = form_day(day_field), services().clock()
        return check_many(db(), wanted, act, next_review_on=day, actor=current_actor(), now=now)

    shown = Shown(
        "upkeep/many.html",
        values=lambda _: {
            "act": act,
            "day": form_day(day_field),
            "is_ending": lambda row: is_ending(row.current_version, local_day(services().clock())),
        },
        again=lambda wrong, ticks: due_page(many_problem=wrong.message, ticked=ticks),
        href=address("upkeep.check_many_entries", page=page_number()),
        back=address(page=page_number()),
    )
    told = Told(
        done=lambda count: f"{count} 条已记为“{act.label}”",
        left=lambda name, why: f"《{name}》没有动：{why}",
    )
    return look_or_do(check, shown, told)
