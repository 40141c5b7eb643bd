"""One order for a unit: its page and every command of the unit through its form."""

from collections.abc import Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.calendar import UNITS
from kb.errors import InvalidInput, KbError, NotFound
from kb.models import WorkOrder
from kb.queries.order_hints import LikeOrder, like_orders
from kb.queries.split_orders import units_beside
from kb.queries.unit_orders import colleagues
from kb.services import contact_details, work_orders
from kb.services.orders.attaching import attached_by_unit
from kb.work_orders.events import EventKind
from kb.work_orders.facts import Ask
from kb.work_orders.state import State
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.order_asks import asked_before, attached_before
from webapp.order_commands import NOT_REFUSED, REFUSALS, by_form, refused, status_of
from webapp.order_parts import order_view
from webapp.order_uploads import by_now, chosen_files, keep_uploads
from webapp.order_verbs import VERBS
from webapp.unit_orders import files, replying
from webapp.unit_orders.blueprint import bp
from webapp.unit_orders.parts import part_of
from webapp.unit_orders.values import DONE, WITH_FILES, values_of

COMMANDS = {kind.value: kind for kind in DONE}


@bp.get("/<number>")
def order(number: str) -> str:
    """The order's page."""
    return page(_load(number))


def _load(number: str) -> WorkOrder:
    return work_orders.get_order(db(), number, current_actor())


def page(found: WorkOrder, **more: Any) -> str:
    """The page, with what another view adds: a refused form, findings, the requester in full."""
    known, actor, now = services(), current_actor(), services().clock()
    requester = more.pop("requester", None)
    view = order_view(db(), found, actor=actor, now=now, profile=known.profile, requester=requester)
    values: dict[str, Any] = {
        **NOT_REFUSED,
        "view": view,
        "part": part_of(view.state, actor),
        "home_href": url_for("unit_orders.inbox"),
        "reveal_href": url_for("unit_orders.reveal", number=found.number),
        "command_href": lambda kind: url_for(
            "unit_orders.command", number=found.number, command=kind
        ),
        "file_href": lambda key: url_for("unit_orders.file", number=found.number, file_id=key),
        "files": files.shown(found, [row for row in view.files if row.seq is not None]),
        "kept_files": [row for row in view.files if row.seq is None],
        "ticked": (),
        "max_mb": known.settings.max_upload_mb,
        "people": colleagues(db(), actor) if "assigned" in view.commands else [],
        "order_href": lambda number: url_for("unit_orders.order", number=number),
        "similar": _similar(found),
        "beside": units_beside(db(), found, actor) if view.is_holder else [],
        "most": known.profile.limits.extension,
        "limit_units": UNITS[::-1],
        "done": request.args.get("done", ""),
        **_before(found),
        **replying.beside(found, view),
    }
    return render_template("unit_orders/order.html", **(values | more))


def _before(found: WorkOrder) -> dict[str, Any]:
    """What an ask or reply that came back was filled with: it is mended, not begun anew."""
    actor, events = current_actor(), work_orders.shown_events(found, current_actor())
    return {
        "again": asked_before(events, found.request, actor),
        "carried": attached_before(events, attached_by_unit(found, by_now())),
    }


def _similar(found: WorkOrder) -> list[LikeOrder]:
    """Orders like this one that the unit has a part in. A 保密 request is likened to nothing and
    nothing to it: "the same caller" would tell who it is."""
    if found.request.is_confidential:
        return []
    actor, now = current_actor(), services().clock()
    likes = like_orders(db(), found, actor=actor, now=now)
    return [one for one in likes if not one.order.request.is_confidential]


@bp.get("/<number>/do/<command>")
@bp.get("/<number>/contact")
def back_to_order(number: str, command: str = "") -> Response:
    """The address of a form that is opened as a page (reload, history): the order itself."""
    return redirect(url_for("unit_orders.order", number=number))


@bp.post("/<number>/do/<command>")
def command(number: str, command: str) -> Response:
    """Give a command. What cannot be done brings the page back with everything that was typed,
    and with the files, which are kept before anything else."""
    kind = COMMANDS.get(command)
    if kind is None:
        raise NotFound("没有这种操作，请从工单页面上的按钮进入")
    found = _load(number)
    file_ids = chosen_files()
    try:
        if kind in WITH_FILES and work_orders.holds_order(found, current_actor()):
            file_ids += keep_uploads(found)
        answer = (
            replying.before_sending(found, request.form.to_dict()) if kind in _ASKED_FIRST else None
        )
        if answer is not None:
            return make_response(
                page(_load(number), ticked=file_ids, **answer.values), answer.status
            )
        values = values_of(kind, request.form, file_ids)
        VERBS[kind](db(), found, by_form(request.form), **values)
    except REFUSALS as error:
        return _refused(number, kind, error, file_ids)
    commit()
    flash(f"{_done(kind, work_orders.state_of(found))}。", "good")
    return redirect(url_for("unit_orders.order", number=number, done=kind.value))


def _done(kind: EventKind, state: State) -> str:
    """What came of a command, in words."""
    is_asked = state.pending is not None and state.pending.ask == Ask.RETURN
    if kind == EventKind.RETURNED and is_asked:
        return "退单申请已提交，等待派单员裁定；裁定之前，时限照常在走"
    return DONE[kind]


_ASKED_FIRST = frozenset({EventKind.REPLIED})


def _refused(number: str, kind: EventKind, error: KbError, file_ids: Sequence[int]) -> Response:
    db().rollback()
    db().expire_all()
    found = _load(number)
    brought = refused(found, kind, error, request.form)
    return make_response(page(found, ticked=file_ids, **brought), status_of(error))


@bp.post("/<number>/contact")
def reveal(number: str) -> Response:
    """Show the requester's name and number once, with the reason kept in the audit log."""
    found = _load(number)
    try:
        requester = contact_details.reveal(
            db(),
            found.request,
            order=found,
            reason=request.form.get("reason", ""),
            actor=current_actor(),
            now=services().clock(),
        )
    except InvalidInput as invalid:
        db().rollback()
        again = page(_load(number), reveal_problem=invalid.message, form=request.form)
        return make_response(again, 422)
    commit()
    return make_response(page(found, requester=requester))
