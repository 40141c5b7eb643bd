"""诉求台账: the list every figure opens, and the page of one request."""

from typing import Any

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from kb.bulletins.conditions import UNFILED
from kb.errors import InvalidInput
from kb.models import CitizenRequest, KnowledgeItem, Unit
from kb.queries.choices import categories_in_use, purposes_in_use, units_by_name
from kb.queries.orders import VALID, RequestFilter, list_requests, orders_of
from kb.services import contact_details
from kb.services.correcting_requests import told
from kb.services.requests import get_request
from kb.services.work_orders import state_of
from kb.terms import Outcome, Role
from webapp.context import city, purpose_name, services
from webapp.database import commit, db
from webapp.dispatch.blueprint import bp
from webapp.dispatch.filters import CREDITS, REQUEST_NAMES, request_filter
from webapp.entry_links import entry_address
from webapp.identity import current_actor
from webapp.list_address import address_of
from webapp.list_asked import Asked
from webapp.order_clocks import clock_of
from webapp.order_commands import by_form


@bp.get("/requests")
def ledger() -> str:
    """The ledger, filtered and paged by the address."""
    asked = Asked(request.args)
    wanted = request_filter(asked)
    address = address_of(request.path, request.args, REQUEST_NAMES)

    outcomes = [(VALID, "受理（无效除外）"), *((each.value, each.label) for each in Outcome)]
    return render_template(
        "dispatch/ledger.html",
        wanted=wanted,
        asked=asked,
        found=list_requests(db(), wanted, actor=current_actor(), page=asked.page),
        said=_said(wanted),
        address=address,
        purposes=[(each, purpose_name(each)) for each in purposes_in_use(db(), city())],
        outcomes=outcomes,
        credits=list(CREDITS.items()),
        units=units_by_name(db()),
        categories=[*categories_in_use(db()), UNFILED],
    )


def _said(wanted: RequestFilter) -> list[str]:
    """The conditions that have no field of their own on the page, in words."""
    words = []
    if wanted.is_lost:
        words.append("库中有答案仍转办")
    if wanted.item_id is not None:
        item = db().get(KnowledgeItem, wanted.item_id)
        version = item.current_version if item is not None else None
        words.append(f"由条目“{version.title}”办结" if version else "由一个已不存在的条目办结")
    if wanted.credited_unit_id is not None:
        unit = db().get(Unit, wanted.credited_unit_id)
        words.append(f"由{unit.name}的条目办结" if unit else "由一个已不存在的单位的条目办结")
    return words


@bp.get("/requests/<number>")
def citizen_request(number: str) -> str:
    """The page of one request: what was asked, what answered it, what became of it."""
    return request_page(get_request(db(), number, current_actor()))


def request_page(found: CitizenRequest, **more: Any) -> str:
    """The page; ``more`` is what a refused form brings back."""
    actor, now = current_actor(), services().clock()
    requester = more.pop("requester", None)
    orders = orders_of(db(), found)
    values: dict[str, Any] = {
        "request_": found,
        "requester": requester or contact_details.masked(found, actor),
        "is_revealed": requester is not None,
        "may_reveal": requester is None and contact_details.may_reveal(found, None, actor),
        "content": contact_details.shown_content(found, actor),
        "adoptions": [
            (each, entry_address(actor, each.version))
            for each in sorted(found.adoptions, key=lambda each: each.at)
        ],
        "orders": [(each, state_of(each), clock_of(each, now)) for each in orders],
        "may_open_orders": actor.is_centre,
        "reveal_problem": "",
        "form": {},
        "may_correct": actor.has(Role.DISPATCHER),
        "city": city(),
        "corrections": [(one, told(one, by_form({}))) for one in found.corrections],
        "correction": {},
        "correction_refused": "",
        "correction_problems": {},
    }
    return render_template("dispatch/request.html", **(values | more))


@bp.post("/requests/<number>/contact")
def reveal_request(number: str) -> Response:
    """Show the requester's name and number once, with the reason kept in the audit log."""
    actor = current_actor()
    found = get_request(db(), number, actor)
    try:
        requester = contact_details.reveal(
            db(),
            found,
            order=None,
            reason=request.form.get("reason", ""),
            actor=actor,
            now=services().clock(),
        )
    except InvalidInput as invalid:
        db().rollback()
        found = get_request(db(), number, actor)
        page = request_page(found, reveal_problem=invalid.message, form=request.form)
        return make_response(page, 422)
    commit()
    return make_response(request_page(found, requester=requester))
