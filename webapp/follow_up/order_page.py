"""One call-back: what to say, whom to ring, what came of it, and what comes next."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.errors import KbError, NotFound
from kb.models import WorkOrder
from kb.presenters.call_back import is_mobile, message_of, script_of
from kb.queries.follow_ups import next_call
from kb.services import contact_details, work_orders
from kb.services.contact_details import Requester
from kb.services.orders.merged_calls import RESULTS, merged_calls
from kb.terms import Purpose, Satisfaction
from kb.work_orders.conditions_handling import CALL_RESULTS
from kb.work_orders.events import EventKind
from kb.work_orders.facts import Settled
from kb.work_orders.state import OrderState
from webapp.context import city, services
from webapp.database import commit, db
from webapp.follow_up.blueprint import bp
from webapp.follow_up.filters import NAMES, call_filter, kept
from webapp.follow_up.values import DONE, redo_words, values_of, wants_redo
from webapp.identity import current_actor
from webapp.list_address import address_of
from webapp.list_asked import Asked
from webapp.order_commands import NOT_REFUSED, REFUSALS, by_form, refused, status_of
from webapp.order_filing import filing_of
from webapp.order_parts import OrderView, order_view
from webapp.order_verbs import VERBS
from webapp.satisfaction_links import is_local, link_to

COMMANDS = {kind.value: kind for kind in DONE}
REASON = "电话回访诉求人"


@bp.get("/<number>")
def order(number: str) -> str:
    """The order's page for whoever calls back."""
    return page(load(number))


def load(number: str) -> WorkOrder:
    return work_orders.get_order(db(), number, current_actor())


def page(found: WorkOrder, **more: Any) -> str:
    known, actor, now = services(), current_actor(), services().clock()
    requester: Requester | None = more.pop("requester", None)
    view = order_view(db(), found, actor=actor, now=now, profile=known.profile, requester=requester)
    filters = kept(request.args)
    wanted = call_filter(Asked(request.args), known.profile)
    number = next_call(db(), wanted, found, actor=actor)

    def command_href(kind: str) -> str:
        return url_for("follow_up.command", number=found.number, command=kind, **filters)

    most_calls, merged = known.profile.orders.call_attempts, merged_calls(db(), found)
    values: dict[str, Any] = {
        **NOT_REFUSED,
        # The number stands beside the script, with a way of its own to uncover it.
        "view": replace(view, may_reveal=False),
        "may_reveal": view.may_reveal,
        "home_href": address_of(url_for("follow_up.home"), request.args, NAMES)(),
        "home_label": "回访",
        "next_href": url_for("follow_up.order", number=number, **filters) if number else "",
        "next_number": number,
        "reveal_href": url_for("follow_up.reveal", number=found.number, **filters),
        "command_href": command_href,
        "file_href": lambda key: url_for("unit_orders.file", number=found.number, file_id=key),
        "script": _script(view),
        "message": _message(view),
        "is_link_local": is_local(),
        "result_names": CALL_RESULTS,
        "satisfactions": list(Satisfaction),
        "reasons": city().follow_up.reasons,
        "most_calls": most_calls,
        "needs_knowledge": _becomes_knowledge(found),
        "filing": filing_of(db(), found) if EventKind.ARCHIVED in view.commands else None,
        "merged_calls": merged,
        "merged_done": sum(one.is_done(most_calls) for one in merged),
        "merged_results": RESULTS,
        "merged_shown": None,
        "merged_wrong": None,
        "masked": lambda one: contact_details.masked(one.order.request, actor),
        "merged_href": lambda view_name, one: url_for(
            f"follow_up.{view_name}", number=found.number, merged=one.order.number, **filters
        ),
    }
    return render_template("follow_up/order.html", **(values | more))


def _becomes_knowledge(found: WorkOrder) -> bool:
    purpose = services().profile.purpose(found.request.purpose)
    return bool(purpose.counts_as == Purpose.CONSULTATION)


def _script(view: OrderView) -> tuple[str, ...]:
    return script_of(
        services().profile,
        view.order.request,
        unit=view.state.unit,
        title=view.title,
        reply=view.reply.text if view.reply is not None else "",
        is_declined=view.state.settled == Settled.DECLINED,
    )


def _message(view: OrderView) -> str:
    """The text message with the link, while the requester can still answer by it."""
    asked, state = view.order.request, view.state
    is_open = state.step == OrderState.RESOLVED and state.satisfaction is None
    if not is_open or not is_mobile(asked.requester_phone):
        return ""
    return message_of(services().profile, asked.number, link_to(view.order.id, state.reopens))


@bp.post("/<number>/do/<command>")
def command(number: str, command: str) -> Response:
    """Give a command. What cannot be done brings the page back with everything that was typed."""
    kind = COMMANDS.get(command)
    if kind is None:
        raise NotFound("没有这种操作，请从回访页面上的按钮进入")
    found = load(number)
    try:
        said = _give(found, kind, request.form)
    except REFUSALS as error:
        return _refused(number, kind, error)
    commit()
    flash(said, "good")
    flash(f"{current_actor().user_id}-{number}-{kind.value}", "draft")
    return redirect(_onward(number, kind, request.form))


def _give(found: WorkOrder, kind: EventKind, form: Mapping[str, str]) -> str:
    """Give it, and the redo that goes with a 不满意, and say what was done."""
    by = by_form(form)
    VERBS[kind](db(), found, by, **values_of(kind, form))
    if kind == EventKind.FOLLOWED_UP and wants_redo(form):
        again = work_orders.By(by.actor, by.now, by.profile)
        work_orders.reopen(db(), found, again, text=redo_words(form))
        return f"{found.number}：{DONE[kind]}，{DONE[EventKind.REOPENED]}。"
    if kind == EventKind.CALL_ATTEMPTED:
        return f"{found.number}：{DONE[kind]}，共拨打 {found.call_attempts} 次。"
    return f"{found.number}：{DONE[kind]}。"


def _onward(number: str, kind: EventKind, form: Mapping[str, str]) -> str:
    """Where the work goes on: the next order where that was asked for, else this one.

    The next one was found when the page was shown, while this one still stood in its list.
    """
    filters, following = kept(request.args), form.get("next", "")
    wants_next = kind == EventKind.CALL_ATTEMPTED or form.get("then") == "next"
    if wants_next and following:
        return url_for("follow_up.order", number=following, **filters)
    if wants_next:
        return url_for("follow_up.home", **filters)
    return url_for("follow_up.order", number=number, **filters)


def _refused(number: str, kind: EventKind, error: KbError) -> Response:
    db().rollback()
    db().expire_all()
    found = load(number)
    values = refused(found, kind, error, request.form)
    return make_response(page(found, **values), status_of(error))


@bp.get("/<number>/do/<command>")
@bp.get("/<number>/contact")
def back_to_order(number: str, command: str = "") -> Response:
    """The address of a form that is opened as a page (reload, history): the order itself."""
    return redirect(url_for("follow_up.order", number=number, **kept(request.args)))


@bp.post("/<number>/contact")
def reveal(number: str) -> str:
    """Show the number to ring, once; that it was shown for a call-back is kept in the audit log."""
    found = load(number)
    requester = contact_details.reveal(
        db(),
        found.request,
        order=found,
        reason=REASON,
        actor=current_actor(),
        now=services().clock(),
    )
    commit()
    return page(found, requester=requester)
