"""One page of a scan: the picture, and its lines to be corrected or a form to type them."""

from flask import jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from docs_import.ocr.available import WOULD_ADD
from kb.errors import NotFound
from kb.models import Scan, ScanPage
from kb.queries.scans import Work, work_on
from kb.services.scan_checking import open_doubts, text_to_type, unsettled_pages
from kb.services.scans import get_page, get_scan_of_file
from kb.terms import ScanPageState
from webapp.acts_told import NOBODY, Told
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor
from webapp.polled import polled
from webapp.scan_sheets import box_of, sheet_of
from webapp.scans.blueprint import bp, number_of, pages_a_day, resting_units, scan_here

_ICONS = {
    ScanPageState.WAITING: "clock",
    ScanPageState.READ: "tick",
    ScanPageState.TYPING: "edit",
    ScanPageState.TYPED: "tick",
    ScanPageState.BLANK: "void",
}


@bp.get("/<int:scan_id>")
def page(scan_id: int) -> Response | str:
    """``?page=`` of a scan; without it the first page that needs a person."""
    scan = scan_here(scan_id)
    if scan.finished_at is not None:
        return redirect(url_for("unit_portal.home"))
    wanted = number_of(request.args.get("page", ""))
    if wanted is None:
        return redirect(url_for("scans.page", scan_id=scan.id, page=_first(scan)))
    return render_page(scan, get_page(db(), scan, wanted))


def render_page(scan: Scan, shown: ScanPage, *, typed: str | None = None, problem: str = "") -> str:
    """The page; ``typed`` is what a person wrote that could not be saved, and why."""
    recognises = services().settings.recognises
    is_typing = typed is not None or _is_typed(shown, recognises=recognises)
    turned = number_of(request.args.get("turn", "")) or 0
    turned = turned % 360 if is_typing and turned % 90 == 0 else 0
    sheet = sheet_of(shown, turned)
    is_waiting = recognises and any(each.state == ScanPageState.WAITING for each in scan.pages)
    rests = is_waiting and scan.unit_id in resting_units()
    numbers = [each.number for each in scan.pages]
    at = numbers.index(shown.number)
    return render_template(
        "scans/page.html",
        scan=scan,
        page=shown,
        sheet=sheet,
        boxes=[(line, box_of(line, sheet)) for line in shown.lines],
        is_typing=is_typing,
        turned=turned,
        is_being_read=shown.state == ScanPageState.WAITING and recognises,
        typed=text_to_type(shown) if typed is None else typed,
        problem=problem,
        recognises=recognises,
        would_add=WOULD_ADD,
        tabs=[(each, _ICONS[ScanPageState(each.state)], _doubts(each)) for each in scan.pages],
        next_number=numbers[at + 1] if at + 1 < len(numbers) else None,
        previous_number=numbers[at - 1] if at else None,
        doubts=open_doubts(scan),
        unsettled=unsettled_pages(scan),
        waits=is_waiting and not rests,
        rests=rests,
        pages_a_day=pages_a_day(),
        is_lost=_is_lost(scan),
        steps=_steps(scan),
    )


def _steps(scan: Scan) -> list[Told]:
    """Who worked on the scan, the latest first; who pushed it last."""
    done = [Told(one.last_at, one.name or NOBODY, _did(one)) for one in work_on(db(), scan)]
    author = scan.author.name if scan.author else NOBODY
    return [*done, Told(scan.created_at, author, "推送了文件")]


def _did(one: Work) -> str:
    parts = [f"校对 {one.lines} 行"] if one.lines else []
    parts += [f"录入或标注 {one.pages} 页"] if one.pages else []
    return "，".join(parts)


@bp.get("/of-file/<int:file_id>")
def of_file(file_id: int) -> Response:
    """The scan made of a stored file."""
    scan = get_scan_of_file(db(), file_id, current_actor())
    return redirect(url_for("scans.page", scan_id=scan.id))


@bp.get("/<int:scan_id>/progress")
@polled
def progress(scan_id: int) -> Response:
    """How far recognition has come, for a script that waits: a state a page, and the doubts."""
    scan = scan_here(scan_id)
    return jsonify(
        pages={str(each.number): each.state for each in scan.pages},
        doubts=open_doubts(scan),
        unsettled=unsettled_pages(scan),
    )


def _is_lost(scan: Scan) -> bool:
    try:
        services().files.path(scan.file.sha256)
    except NotFound:
        return True
    return False


def _is_typed(shown: ScanPage, *, recognises: bool) -> bool:
    if shown.state == ScanPageState.READ:
        return request.args.get("mode") == "type"
    if shown.state == ScanPageState.WAITING:
        return not recognises or request.args.get("mode") == "type"
    return True


def _doubts(shown: ScanPage) -> int:
    if shown.state != ScanPageState.READ:
        return 0
    return sum(line.doubts for line in shown.lines)


def _first(scan: Scan) -> int:
    """The first page with something to do, or the first."""
    for each in scan.pages:
        if each.state == ScanPageState.TYPING or _doubts(each):
            return each.number
    return scan.pages[0].number
