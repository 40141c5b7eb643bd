"""Issued editions: as they were printed, with the records that were behind each figure then."""

from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.wrappers import Response

from kb.bulletins.addresses import join, split
from kb.bulletins.issuing.assembling import from_stored
from kb.bulletins.issuing.keys import Key, unpack
from kb.bulletins.issuing.source import Source
from kb.bulletins.naming import name_of
from kb.bulletins.periods import Period
from kb.bulletins.rendering.html_file import sheet
from kb.bulletins.rendering.pdf_file import as_pdf, is_offered
from kb.errors import NotFound
from kb.models import BulletinEdition, CitizenRequest, WorkOrder
from kb.services import bulletins
from kb.services.contact_details import shown_text
from webapp.bulletins.blueprint import bp
from webapp.bulletins.handing_out import handed_out
from webapp.bulletins.page import edition_doors
from webapp.database import db
from webapp.figure_doors import FigureDoors
from webapp.identity import current_actor
from webapp.list_address import address_of
from webapp.list_asked import Asked

_PAGE = 50


@dataclass(frozen=True)
class Row:
    """A record that was counted; its title is that of now."""

    number: str
    title: str
    href: str


def _edition(bulletin_id: int, number: int) -> BulletinEdition:
    row = bulletins.get(db(), bulletin_id)
    for edition in row.editions:
        if edition.number == number:
            return edition
    raise NotFound("没有这一版")


@bp.get("/<int:bulletin_id>/editions/<int:number>")
def edition(bulletin_id: int, number: int) -> str:
    """The edition as it was issued."""
    found = _edition(bulletin_id, number)
    return render_template(
        "bulletins/edition.html",
        row=found.bulletin,
        edition=found,
        forms=("docx", "xlsx", "html", *(("pdf",) if is_offered() else ())),
        sheet=Markup(sheet(from_stored(found.snapshot), edition_doors(found))),  # noqa: S704 - escaped there
        name_of=name_of,
    )


@bp.post("/<int:bulletin_id>/editions/<int:number>/<form>")
def download_edition(bulletin_id: int, number: int, form: str) -> Response:
    """The file as it was made when the edition was issued; a PDF is made of its DOCX."""
    found = _edition(bulletin_id, number)
    kept = {file.form: file.data for file in found.files}
    if form == "pdf":
        kept["pdf"] = as_pdf(kept["docx"])
    if form in kept:
        return handed_out(kept[form], form, found.bulletin, f"edition-{number}")
    raise NotFound("没有这种格式")


@bp.get("/<int:bulletin_id>/editions/<int:number>/records")
def edition_records(bulletin_id: int, number: int) -> str | Response:
    """The records behind a figure as they were when it was issued."""
    found, address = _edition(bulletin_id, number), request.args.get("address", "")
    source = Source(found.snapshot["document"])
    if address not in source.numbers:
        raise NotFound(f"这一期没有“{address}”这个数字")
    keys = unpack(found.records, address)
    if keys is None:
        return redirect(_elsewhere(found, source, address))
    asked = Asked(request.args)
    pages = max(-(-len(keys) // _PAGE), 1)
    page = min(max(asked.page, 1), pages)
    return render_template(
        "bulletins/records.html",
        row=found.bulletin,
        edition=found,
        name=name_of(address),
        figure=source.figure(address),
        rows=_rows(keys[(page - 1) * _PAGE : page * _PAGE]),
        page=page,
        pages=pages,
        total=len(keys),
        address=address_of(request.path, request.args, ("address",)),
    )


def _elsewhere(found: BulletinEdition, source: Source, address: str) -> str:
    """Where the records of a figure are that has none of its own: those of the issue it is
    compared with, or the living ones as they stood at that moment."""
    parts = split(address)
    earlier = source.document.get("compared_with", {}).get(parts[1]) if len(parts) > 1 else None
    if parts[0] == "compare" and earlier is not None:
        before = db().get_one(BulletinEdition, earlier)
        ends = {"by_unit": ["orders"]}.get(parts[2], ["count"])
        own = parts[2:4] if parts[2] == "totals" else [*parts[2:-1], *ends]
        return url_for(
            "bulletins.edition_records",
            bulletin_id=before.bulletin_id,
            number=before.number,
            address=join(own),
        )
    row = found.bulletin
    return FigureDoors(Period(row.first, row.last), source.as_of, row.topic).of(address)


def _rows(keys: list[Key]) -> list[Row]:
    requests = {number for kind, number in keys if kind == "request"}
    orders = {number for kind, number in keys if kind == "order"}
    by_order = {
        order.number: order
        for order in db().scalars(select(WorkOrder).where(WorkOrder.number.in_(orders)))
    }
    by_number = {
        one.number: one
        for one in db().scalars(select(CitizenRequest).where(CitizenRequest.number.in_(requests)))
    }
    found = []
    for kind, number in keys:
        asked = by_number.get(number)
        href = ""
        if kind == "order" and number in by_order:
            asked = by_order[number].request
            href = url_for("dispatch.order", number=number)
        elif asked is not None:
            href = url_for("dispatch.citizen_request", number=number)
        title = shown_text(asked.title, asked, current_actor()) if asked is not None else ""
        found.append(Row(number, title, href))
    return found
