"""纠错: the same done to many, looked at first."""

from collections.abc import Sequence

from flask import request
from werkzeug.wrappers import Response

from kb.errors import InvalidInput
from kb.models import Correction
from kb.services.correcting_many import Act, handle_many
from kb.services.many import Outcome
from webapp.context import services
from webapp.corrections.blueprint import bp
from webapp.corrections.forms import clean
from webapp.corrections.queue_views import address, queue_page, read_wanted
from webapp.database import db
from webapp.identity import current_actor
from webapp.ticked import Shown, Told, look_or_do


@bp.post("/units/corrections/many")
def handle_many_corrections() -> Response:
    """接受, 驳回 or 已改好 of what is ticked: first what would happen, then, once sure, done."""
    sent, page = request.form.get("act", ""), read_wanted().page
    reason = clean(request.form.get("reason", "")).strip()

    def handle(wanted: Sequence[tuple[int, int]]) -> Outcome[Correction]:
        if sent not in set(Act):
            raise InvalidInput("请选择怎样处理")
        now = services().clock()
        return handle_many(db(), wanted, Act(sent), reason=reason, actor=current_actor(), now=now)

    shown = Shown(
        "corrections/many.html",
        values=lambda _: {"act": Act(sent), "reason": reason},
        again=lambda wrong, ticks: queue_page(many_problem=wrong.message, ticked=ticks),
        href=address("corrections.handle_many_corrections", page=page),
        back=address(page=page),
    )
    told = Told(
        done=lambda count: f"{count} 条纠错已处理：{Act(sent).label}",
        left=lambda name, why: f"《{name}》的纠错没有动：{why}",
    )
    return look_or_do(handle, shown, told)
