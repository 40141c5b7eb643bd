"""The list of scans that have no draft yet."""

from flask import render_template, request, url_for

from docs_import.ocr.available import WOULD_ADD
from kb.actor import Actor
from kb.queries.portal import scope_of
from kb.queries.scans import PAGE_SIZE, ScanRow, open_scans
from kb.terms import Role
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor
from webapp.scans.blueprint import bp, number_of, pages_a_day, resting_units


@bp.get("")
def waiting() -> str:
    """``/units/scans``: the own unit's, all of them for editors; the oldest first."""
    actor: Actor = current_actor()
    page = max(number_of(request.args.get("page", "")) or 1, 1)
    rows, total = open_scans(db(), scope_of(actor), page)
    recognises = services().settings.recognises
    rest = resting_units() if recognises else set()
    return render_template(
        "scans/list.html",
        rows=[
            (row, state_of(row, recognises=recognises, rests=row.scan.unit_id in rest))
            for row in rows
        ],
        rests=any(row.waiting and row.scan.unit_id in rest for row in rows),
        pages_a_day=pages_a_day(),
        total=total,
        page=page,
        pages=max(-(-total // PAGE_SIZE), 1),
        page_href=lambda number: url_for("scans.waiting", page=number),
        is_editor=actor.has(Role.EDITOR),
        recognises=recognises,
        would_add=WOULD_ADD,
    )


def state_of(row: ScanRow, *, recognises: bool, rests: bool) -> tuple[str, str, str]:
    """The badge of a scan: its kind, icon and words.

    :param rests: its unit has had all its pages of the day recognised.
    """
    to_type = row.typing + (0 if recognises else row.waiting)
    if row.waiting and rests:
        return "warn", "clock", f"余下 {row.waiting} 页明天识别"
    if recognises and row.waiting:
        return "acc", "clock", f"正在识别 {row.pages - row.waiting}/{row.pages} 页"
    if to_type:
        return "warn", "edit", f"需要录入 {to_type} 页"
    if row.doubts:
        return "warn", "soon", f"待校对 {row.doubts} 处存疑"
    return "good", "ok", "可以生成草稿"
