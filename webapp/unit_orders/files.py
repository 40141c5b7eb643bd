"""附件 of an order: kept before a command names them, looked at in place, taken home whole."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Response, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from docs_import.errors import DocumentUnreadable
from kb.errors import NotFound
from kb.models import OrderFile, WorkOrder
from kb.services import work_orders
from kb.services.orders.attaching import require_clean
from kb.services.orders.media import HEAD_BYTES, played_type
from kb.terms import ScanState
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor
from webapp.order_uploads import by_now
from webapp.original_pages import page_images
from webapp.unit_orders.blueprint import bp

_WIDTHS = {"s": 700, "l": 1400}


@dataclass(frozen=True)
class Shown:
    """A file with what a page can show of it: ``look`` is page, audio, video, wait or none."""

    row: OrderFile
    look: str
    href: str


def shown(order: WorkOrder, rows: Iterable[OrderFile]) -> list[Shown]:
    """How each file can be looked at; one that was attached to several steps stands once."""
    last = {(row.sha256, row.name): row for row in rows}
    return [
        Shown(row, _look(row), url_for("unit_orders.file", number=order.number, file_id=row.id))
        for row in last.values()
    ]


def _look(row: OrderFile) -> str:
    if row.scan_state != ScanState.CLEAN.value:
        return "wait"
    try:
        if page_images().shows(row.sha256):
            return "page"
        with services().files.path(row.sha256).open("rb") as stream:
            played = played_type(stream.read(HEAD_BYTES))
    except NotFound:  # lost on disk; the two-way check tells the administrators
        return "none"
    return played.partition("/")[0] or "none"


def _found(number: str, file_id: int) -> tuple[WorkOrder, OrderFile]:
    order = work_orders.get_order(db(), number, current_actor())
    return order, work_orders.get_file(order, by_now(), file_id)


@bp.get("/<number>/files/<int:file_id>")
def file(number: str, file_id: int) -> AnyResponse:
    """The file's own page; a recording answers with itself to the player (``?play``)."""
    order, row = _found(number, file_id)
    look = _look(row)
    if "play" in request.args and look in ("audio", "video"):
        return _play(row)
    pages, problem = 0, ""
    if look == "page":
        try:
            pages = page_images().page(row.sha256, 1, _WIDTHS["l"]).pages
        except DocumentUnreadable as error:
            look, problem = "none", error.message
    here = min(max(request.args.get("page", 1, type=int), 1), max(pages, 1))
    return Response(
        render_template(
            "unit_orders/file.html",
            order=order, row=row, look=look, pages=pages, here=here, problem=problem,
        )
    )  # fmt: skip


def _play(row: OrderFile) -> Response:
    require_clean(row)
    path = services().files.path(row.sha256)
    with path.open("rb") as stream:
        kind = played_type(stream.read(HEAD_BYTES))
    answer = send_file(path, mimetype=kind, conditional=True, etag=row.sha256)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@bp.get("/<number>/files/<int:file_id>/pages/<int:page>.png")
def sheet(number: str, file_id: int, page: int) -> Response:
    """A page of a paper, or a photo, drawn anew: never the bytes that were sent."""
    _, row = _found(number, file_id)
    require_clean(row)
    width = _WIDTHS.get(request.args.get("size", ""), _WIDTHS["s"])
    try:
        kept = page_images().page(row.sha256, page, width)
    except DocumentUnreadable as error:
        raise NotFound(error.message, file_id=file_id, page=page) from error
    answer = send_file(kept.png, mimetype="image/png", conditional=True, etag=kept.png.stem)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@bp.get("/<number>/files/<int:file_id>/file")
def download(number: str, file_id: int) -> Response:
    """The file exactly as it came, always as a download."""
    _, row = _found(number, file_id)
    require_clean(row)
    return send_file(
        services().files.path(row.sha256),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=row.name,
        etag=False,
        conditional=False,
    )
