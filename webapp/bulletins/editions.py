"""Issued editions: as they were printed, with the records that were behind each figure then."""

import hashlib

from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from kb.bulletins.addresses import split
from kb.bulletins.issuing.keeping import printed_of
from kb.bulletins.issuing.keys import Key, unpack
from kb.bulletins.issuing.parts import Figure
from kb.bulletins.issuing.source import Source
from kb.bulletins.naming import name_of
from kb.bulletins.periods import Period
from kb.bulletins.rendering.html_file import sheet
from kb.bulletins.rendering.pdf_file import as_pdf
from kb.errors import IllegalTransition, NotFound
from kb.models import BulletinEdition, BulletinRow
from kb.services import bulletins
from kb.services.bulletin_counting import window_of
from kb.services.bulletin_records import keys_at
from kb.services.topics import basis_of
from webapp.bulletins.blueprint import bp
from webapp.bulletins.doors import earlier_edition, edition_door, edition_doors
from webapp.bulletins.handing_out import edition_forms, handed_out
from webapp.context import city
from webapp.database import db
from webapp.figure_doors import FigureDoors
from webapp.kept_records import figure_list
from webapp.list_address import address_of


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
        forms=edition_forms(),
        sheet=Markup(sheet(printed_of(found.snapshot), edition_doors(found))),  # noqa: S704 - escaped there
    )


@bp.post("/<int:bulletin_id>/editions/<int:number>/<form>")
def download_edition(bulletin_id: int, number: int, form: str) -> Response:
    """The file as it was made when the edition was issued; a PDF is made of its DOCX."""
    found = _edition(bulletin_id, number)
    what = f"edition-{number}"
    if form == "pdf":
        return handed_out(as_pdf(_kept(found, "docx")), form, found.bulletin, what)
    return handed_out(_kept(found, form), form, found.bulletin, what)


def _kept(found: BulletinEdition, form: str) -> bytes:
    """The bytes as they were issued.

    :raises IllegalTransition: they are other bytes by now.
    """
    for file in found.files:
        if file.form == form:
            if hashlib.sha256(file.data).hexdigest() != file.sha256:
                raise IllegalTransition(f"{found.issue}的 {form.upper()} 文件已损坏，请从备份恢复")
            return file.data
    raise NotFound("没有这种格式")


@bp.get("/<int:bulletin_id>/editions/<int:number>/records")
def edition_records(bulletin_id: int, number: int) -> str | Response:
    """The records behind a figure as they were when it was issued."""
    found, address = _edition(bulletin_id, number), request.args.get("address", "")
    figure = _figure(found, address)
    keys = unpack(found.records, address)
    if keys is None:
        return redirect(_elsewhere(found, address))
    shown = figure_list(keys)
    return render_template(
        "kept_records.html",
        back=url_for("bulletins.edition", bulletin_id=bulletin_id, number=number),
        back_to=found.issue,
        about=f"{found.issue} 印发时数的记录；标题是现在的",
        name=name_of(address),
        figure=figure,
        shown=shown,
        address=address_of(request.path, request.args, ("address",)),
    )


def _figure(found: BulletinEdition, address: str) -> Figure:
    """The figure as it was printed; one that was not is still in the snapshot."""
    for figure in printed_of(found.snapshot).figures():
        if figure.address == address:
            return figure
    source = Source(found.snapshot["document"])
    if address not in source.numbers:
        raise NotFound("这一期没有这个数字")
    return source.figure(address)


def _elsewhere(found: BulletinEdition, address: str) -> str:
    """Where the records of a figure are that has none of its own: those of the issue it is
    compared with, or the living ones as they stood at that moment."""
    document = found.snapshot["document"]
    earlier = earlier_edition(document, address)
    if earlier is not None:
        return edition_door(*earlier)
    row = found.bulletin
    moment = Source(document).as_of
    return FigureDoors(Period(row.first, row.last), moment, row.topic).of(address)


@bp.get("/<int:bulletin_id>/records")
def draft_records(bulletin_id: int) -> str:
    """The records behind a figure of a draft that no other page lists: of a 专报, of a matter."""
    row, address = bulletins.get(db(), bulletin_id), request.args.get("address", "")
    source = Source(row.document)
    if address not in source.numbers:
        raise NotFound("这一期没有这个数字")
    return render_template(
        "kept_records.html",
        back=url_for("bulletins.show", bulletin_id=row.id),
        back_to="这一期",
        about="计数时的口径和时刻；标题是现在的",
        name=name_of(address),
        figure=source.figure(address),
        shown=figure_list(_draft_keys(row, address)),
        address=address_of(request.path, request.args, ("address",)),
    )


def _draft_keys(row: BulletinRow, address: str) -> list[Key]:
    parts = split(address)
    if parts[0] == "matters":
        named = {one["name"]: one["numbers"] for one in row.document["matters"]}
        return [("request", number) for number in named[parts[1]]]
    window = window_of(row, basis_of(db(), city()))
    return keys_at(db(), window, address)
