"""The rows that a form names, and the page that says what an act would do with them."""

from flask import make_response, render_template, request
from sqlalchemy import ColumnElement, true
from werkzeug.wrappers import Response

from kb.errors import InvalidInput
from kb.models import Batch, BatchEntry
from kb.queries.batch_previews import ORDERS, BatchAct, Preview, preview
from kb.queries.batches import FILTERS
from kb.services.batch_deciding import becomes
from webapp.batches.blueprint import number_or_none
from webapp.database import db
from webapp.identity import current_actor

MAX_TICKED = 1000


def chosen() -> ColumnElement[bool]:
    """The rows that are ticked; with 全部 ticked, every row that the filter leaves, or all of the
    batch.

    :raises InvalidInput: none is ticked, or too many are.
    """
    if request.form.get("all"):
        return true()
    if request.form.get("whole"):
        _label, condition = FILTERS[shown_filter()]
        return condition
    given = {number_or_none(text) for text in request.form.getlist("entry")} - {None}
    if not given:
        raise InvalidInput("请先勾选要处理的行")
    if len(given) > MAX_TICKED:
        raise InvalidInput(f"一次最多勾选 {MAX_TICKED} 行；要处理更多，请勾选“本筛选的全部”")
    return BatchEntry.id.in_(given)


def shown_filter() -> str:
    """The filter of the list that the form stood under."""
    name = request.form.get("show", "all")
    return name if name in FILTERS else "all"


def preview_page(batch: Batch, act: BatchAct, *, has_changed: bool = False) -> Response:
    """What the act would do with the chosen rows, and the button that has it done."""
    found = preview(db(), batch, act, current_actor(), chosen())
    carried = ("entry", "whole", "all", "show", "page")
    html = render_template(
        "batches/preview.html",
        batch=batch,
        act=act,
        endpoint="order" if act in ORDERS else "dismiss" if act == BatchAct.DISMISS else "choose",
        is_order=act in ORDERS,
        found=found,
        expect=_said(act, found),
        becomes=becomes,
        fields=[(name, value) for name in carried for value in request.form.getlist(name)],
        back={"show": shown_filter(), "page": number_or_none(request.form.get("page", ""))},
        has_changed=has_changed,
    )
    return make_response(html, 409 if has_changed else 200)


def has_changed(batch: Batch, act: BatchAct) -> bool:
    """Whether an act that was looked at before would by now do something else than it said."""
    expected = request.form.get("expect", "")
    if not expected:
        return False
    return _said(act, preview(db(), batch, act, current_actor(), chosen())) != expected


def _said(act: BatchAct, found: Preview) -> str:
    """What the page says the act does, to tell whether it still holds: how many rows it takes,
    and of an order, how many become new entries and how many replace a current version."""
    parts = (found.new, found.versions) if act in ORDERS else (found.taken,)
    return "-".join(map(str, parts))
