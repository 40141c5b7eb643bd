"""One page of the records behind a figure that was kept: of a bulletin, of a frozen 考核."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kb.bulletins.issuing.keys import Key
from kb.models import CitizenRequest, WorkOrder
from kb.services.contact_details import shown_text
from webapp.database import db
from webapp.identity import current_actor
from webapp.list_asked import Asked
from webapp.navigation import may

_PAGE = 50


@dataclass(frozen=True)
class Row:
    """A record that was counted; its title is that of now."""

    number: str
    title: str
    href: str


@dataclass(frozen=True)
class FigureList:
    """A page of the records, and how many there are in all."""

    rows: Sequence[Row]
    page: int
    pages: int
    total: int


def figure_list(keys: Sequence[Key]) -> FigureList:
    """The page that is asked for; one beyond the last gives the last."""
    pages = max(-(-len(keys) // _PAGE), 1)
    page = min(max(Asked(request.args).page, 1), pages)
    return FigureList(_rows(keys[(page - 1) * _PAGE : page * _PAGE]), page, pages, len(keys))


def _rows(keys: Sequence[Key]) -> list[Row]:
    requests = [number for kind, number in keys if kind == "request"]
    orders = [number for kind, number in keys if kind == "order"]
    with_request = (
        select(WorkOrder).where(WorkOrder.number.in_(orders)).options(joinedload(WorkOrder.request))
    )
    by_order = {order.number: order for order in db().scalars(with_request)}
    by_number = {
        one.number: one
        for one in db().scalars(select(CitizenRequest).where(CitizenRequest.number.in_(requests)))
    }
    opens, found = may(current_actor(), "dispatch.order"), []
    for kind, number in keys:
        asked = by_number.get(number)
        href = ""
        if kind == "order" and number in by_order:
            asked = by_order[number].request
            href = url_for("dispatch.order", number=number)
        elif asked is not None:
            href = url_for("dispatch.citizen_request", number=number)
        title = shown_text(asked.title, asked, current_actor()) if asked is not None else ""
        found.append(Row(number, title, href if opens else ""))
    return found
