"""口径确认: 都对，适用不同 of many, looked at first."""

from collections.abc import Mapping, Sequence
from typing import Any

from werkzeug.wrappers import Response

from kb.models import Conflict
from kb.queries.conflicts import visible_among
from kb.services.conflicts_many import both_hold
from kb.services.many import Outcome
from kb.terms import Role
from webapp.conflicts.blueprint import bp
from webapp.conflicts.views import address, comment_sent, queue_page, read_wanted
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor
from webapp.ticked import Shown, Told, look_or_do


@bp.post("/units/conflicts/many")
def both_hold_of_many() -> Response:
    """Rule, or answer for the own unit, that both are right: what would happen, then done."""
    comment, page = comment_sent("reason").strip(), read_wanted().page
    rules = current_actor().has(Role.EDITOR)

    def say(wanted: Sequence[tuple[int, int]]) -> Outcome[Conflict]:
        now = services().clock()
        return both_hold(db(), wanted, comment=comment, actor=current_actor(), now=now)

    def values(outcome: Outcome[Conflict]) -> Mapping[str, Any]:
        sides = {side for row in outcome.done for side in (row.left_item_id, row.right_item_id)}
        visible = visible_among(db(), sides, current_actor())
        return {"rules": rules, "reason": comment, "visible": visible}

    shown = Shown(
        "conflicts/many.html",
        values=values,
        again=lambda wrong, ticks: queue_page(
            many_problem=wrong.fields.get("comment", wrong.message), ticked=ticks
        ),
        href=address("conflicts.both_hold_of_many", page=page),
        back=address(page=page),
    )
    did = "裁定" if rules else "答复"
    told = Told(
        done=lambda count: f"{count} 处已{did}：都对，适用不同",
        left=lambda name, why: f"{name}没有动：{why}",
    )
    return look_or_do(say, shown, told)
