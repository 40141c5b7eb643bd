"""重算时限 of many orders: what would change, the chosen ones once more, then doing it.

The limits of a city profile never rewrite what was promised; a supervisor may, with a reason, order
by order. Whoever dispatches or keeps the profile sees what would change.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from kb.errors import CalendarUnknown, IllegalTransition, InvalidInput, StaleVersion
from kb.models import WorkOrder
from kb.services import work_orders
from kb.services.audit import record
from kb.services.contact_details import shown_text
from kb.services.orders.recomputing import OrderPreview, PreviewPage, preview_of, preview_page
from kb.services.work_orders import By
from kb.terms import Role
from webapp.context import services
from webapp.database import commit, db
from webapp.dispatch.blueprint import bp
from webapp.identity import current_actor
from webapp.list_asked import Asked

MAX_REASON = 500
_NONE = "请先勾选要重算的工单"
_AGAIN = "打开页面之后有人办理过，或时限又改了，没有重算；请看过新的到期时间再勾选"


@bp.get("/recompute")
def recompute_page() -> Response:
    """Open orders whose due times the present limits would move, a page at a time."""
    return _page(_after(request.args))


def _after(values: Mapping[str, str]) -> int:
    return Asked(values).number("after") or 0


def _by(seen: int | None = None) -> By:
    known = services()
    return By(current_actor(), known.clock(), known.profile, seen)


def _page(
    after: int,
    *,
    reason: str = "",
    problem: str = "",
    chosen: Sequence[str] = (),
    left: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """
    :param chosen: the orders to tick.
    :param left: orders that were chosen and not changed, with the reason.
    """
    try:
        found, refusal = preview_page(db(), _by(), after), ""
    except CalendarUnknown as unknown:
        found, refusal = PreviewPage((), 0, None), unknown.message
    return make_response(
        render_template(
            "dispatch/recompute.html",
            found=found,
            after=after,
            titles=_titles([one.order_id for one in found.found]),
            may_apply=current_actor().has(Role.SUPERVISOR),
            reason=reason,
            problem=problem,
            refusal=refusal,
            chosen=chosen,
            left=left or {},
            longest=MAX_REASON,
        ),
        status,
    )


def _titles(ids: Sequence[int]) -> dict[int, str]:
    query = select(WorkOrder).where(WorkOrder.id.in_(ids)).options(joinedload(WorkOrder.request))
    actor = current_actor()
    return {
        order.id: shown_text(order.request.title, order.request, actor)
        for order in db().scalars(query)
    }


@bp.post("/recompute")
def recompute_orders() -> Response:
    """Show the chosen ones once more, then (``sure``) recompute them; an order that is not as it
    was shown is left as it is."""
    after, reason = _after(request.form), request.form.get("reason", "").strip()
    numbers = list(dict.fromkeys(request.form.getlist("order")))
    if "back" in request.form:
        return _page(after, reason=reason, chosen=numbers)
    if not numbers:
        return _page(after, reason=reason, problem=_NONE, chosen=numbers, status=422)
    if not reason or len(reason) > MAX_REASON:
        sentence = "请写明为什么重算，它会记入每张工单" if not reason else f"最多 {MAX_REASON} 字"
        return _page(after, reason=reason, problem=sentence, chosen=numbers, status=422)
    if "sure" not in request.form:
        return _asked_again(after, reason, numbers)
    left = {number: why for number in numbers if (why := _one(number, reason))}
    done = [number for number in numbers if number not in left]
    if done:
        actor = current_actor()
        record(
            db(),
            actor.user_id or None,
            "work_order.recompute",
            "work_order",
            done[0],
            {"orders": done, "reason": reason},
            services().clock(),
        )
        commit()
        flash(f"已重算 {len(done)} 张工单的时限，每张的经过里记下了理由", "good")
    if left:
        return _page(
            after, reason=reason, chosen=list(left), left=left, status=200 if done else 409
        )
    return redirect(url_for("dispatch.recompute_page", after=after or None))


def _asked_again(after: int, reason: str, numbers: Sequence[str]) -> Response:
    """What is about to be done, for it cannot be taken back."""
    orders = [work_orders.get_order(db(), number, current_actor()) for number in numbers]
    found, left = [], {}
    for order in orders:
        try:
            found.append(preview_of(db(), order, _by()))
        except CalendarUnknown as error:
            left[order.number] = error.message
    left |= {one.number: _AGAIN for one in found if not _is_as_shown(one)}
    if left:
        return _page(after, reason=reason, chosen=numbers, left=left, status=409)
    return make_response(
        render_template(
            "dispatch/recompute_sure.html",
            found=found,
            titles=_titles([one.order_id for one in found]),
            after=after,
            reason=reason,
        )
    )


def _is_as_shown(one: OrderPreview) -> bool:
    """Nobody acted on it, and no limit changed, since the page was opened."""
    return (str(one.event_count), one.seal) == (
        request.form.get(f"seen-{one.number}", ""),
        request.form.get(f"due-{one.number}", ""),
    )


def _one(number: str, reason: str) -> str:
    """Recompute one order; why it was not, if so."""
    seen = request.form.get(f"seen-{number}", "")
    by = _by(int(seen) if seen.isdecimal() and len(seen) < 7 else 0)
    try:
        with db().begin_nested():
            order = work_orders.get_order(db(), number, by.actor)
            shown = preview_of(db(), order, replace(by, seen_events=None))
            if shown.seal != request.form.get(f"due-{number}", ""):
                return _AGAIN
            work_orders.recompute(db(), order, by, text=reason)
    except StaleVersion:
        return _AGAIN
    except (IllegalTransition, InvalidInput, CalendarUnknown) as refused:
        return refused.message
    return ""
