"""校对: what people make of recognised lines, saved as they go; then the draft."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from docs_import.document import ReadLine
from docs_import.errors import DocumentUnreadable
from docs_import.ocr.assemble import CheckedPage, document, plain_text
from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput, NotFound, StaleVersion
from kb.models import Scan, ScanLine, ScanPage
from kb.services.audit import record
from kb.services.batch_scans import settle_scanned
from kb.services.intake import draft_document
from kb.services.pushed import Pushed
from kb.services.scans import forget_notices, require_open
from kb.services.wishes import wishes_of
from kb.terms import ScanPageState

MAX_LINE = 2000
MAX_PAGE = 20_000
_SETTLED = (ScanPageState.READ, ScanPageState.TYPED, ScanPageState.BLANK)


def save_line(
    session: Session,
    scan: Scan,
    line_id: int,
    *,
    text: str,
    rev: int,
    actor: Actor,
    now: datetime,
) -> ScanLine:
    """Keep a line as a person left it; its doubts are settled, changed or not.

    :param text: "" takes the line out.
    :param rev: of the line the person saw.
    :raises StaleVersion: somebody else has changed the line since; theirs is kept.
    """
    _hold_open(session, scan)
    query = (
        select(ScanLine)
        .join(ScanPage, ScanPage.id == ScanLine.page_id)
        .where(ScanLine.id == line_id, ScanPage.scan_id == scan.id)
        .with_for_update()
    )
    line = session.scalars(query).first()
    if line is None:
        raise NotFound("这份扫描件没有这一行", line_id=line_id)
    text = " ".join(text.split())
    if len(text) > MAX_LINE:
        raise InvalidInput(f"一行最多 {MAX_LINE} 字，请分到相邻的行", {"text": "太长"})
    if line.rev != rev:
        shown = line.text if line.corrected is None else line.corrected
        raise StaleVersion(f"同事刚改过这一行，现在是：{shown}", line_id=line_id)
    line.corrected = None if text == line.text else text
    line.doubts = 0
    line.checked_at, line.checked_by = now, actor.user_id or None
    session.flush()
    return line


def save_typed(
    session: Session, page: ScanPage, *, text: str, rev: int, actor: Actor, now: datetime
) -> ScanPage:
    """Keep what a person typed from the picture; it takes the place of recognised lines.

    :param text: paragraphs by line; "" gives the page back to its lines, or to be typed.
    :raises StaleVersion: somebody else has changed the page since; theirs is kept.
    """
    _touch(session, page, rev, actor, now)
    text = text.replace("\r\n", "\n").strip()
    if len(text) > MAX_PAGE:
        raise InvalidInput(f"一页最多 {MAX_PAGE} 字", {"text": f"超过 {MAX_PAGE} 字"})
    page.typed = text
    page.state = ScanPageState.TYPED.value if text else _without_typing(page).value
    session.flush()
    return page


def mark_blank(
    session: Session, page: ScanPage, *, is_blank: bool, rev: int, actor: Actor, now: datetime
) -> ScanPage:
    """Say that a page has no text to take over (a stamp, a photograph), or take that back.

    :raises StaleVersion: somebody else has changed the page since.
    """
    _touch(session, page, rev, actor, now)
    if is_blank:
        page.state = ScanPageState.BLANK.value
    else:
        page.state = (ScanPageState.TYPED if page.typed else _without_typing(page)).value
    session.flush()
    return page


def _hold_open(session: Session, scan: Scan) -> None:
    """Keep the scan from being finished until the commit, or say that it has been: what is
    written after the draft was made would be in nobody's draft."""
    session.refresh(scan, ["finished_at"], with_for_update={"read": True})
    require_open(scan)


def _touch(session: Session, page: ScanPage, rev: int, actor: Actor, now: datetime) -> None:
    _hold_open(session, page.scan)
    if page.rev != rev:
        raise StaleVersion(
            f"同事刚改过第 {page.number} 页，请刷新后再改；您写的还在输入框里", page_id=page.id
        )
    page.changed_at, page.changed_by = now, actor.user_id or None


def _without_typing(page: ScanPage) -> ScanPageState:
    return ScanPageState.READ if page.lines else ScanPageState.TYPING


def open_doubts(scan: Scan) -> int:
    """How many doubtful places nobody has looked at, on pages whose lines count."""
    pages = (page for page in scan.pages if page.state == ScanPageState.READ)
    return sum(line.doubts for page in pages for line in page.lines)


def unsettled_pages(scan: Scan) -> list[int]:
    """The numbers of pages that are neither recognised, typed nor said to be blank."""
    return [page.number for page in scan.pages if page.state not in _SETTLED]


def finish(
    session: Session, scan: Scan, *, accepts_doubts: bool, actor: Actor, now: datetime
) -> Pushed:
    """校对完成: make the draft of what the pages say now.

    :param accepts_doubts: the person knows that doubtful places were not looked at.
    :raises IllegalTransition: pages are still without text, or doubts without consent.
    :raises InvalidInput: there is no text on any page.
    """
    # Read anew under the lock: the caller loaded it before, and a colleague may have finished.
    session.refresh(scan, with_for_update=True)
    require_open(scan)
    left = unsettled_pages(scan)
    if left:
        shown = "、".join(map(str, left[:10])) + ("等" if len(left) > 10 else "")
        raise IllegalTransition(f"第 {shown} 页还没有文字：请等识别完成，或录入、标为没有文字")
    doubts = open_doubts(scan)
    if doubts and not accepts_doubts:
        raise IllegalTransition(f"还有 {doubts} 处存疑没有核对；核对完再生成，或勾选确认")
    try:
        parsed = document(
            scan.file.name,
            scan.file.file_type,
            [_checked(page) for page in scan.pages],
            scan.text_body,
            scan.file.recognised.get("pages"),
        )
    except DocumentUnreadable as error:
        raise InvalidInput(error.message, scan_id=scan.id) from error
    pushed = draft_document(session, scan.file_id, parsed, wishes_of(scan.wishes), actor, now)
    scan.finished_at, scan.finished_by = now, actor.user_id or None
    settle_scanned(session, scan.file, pushed, now)
    forget_notices(session, scan.file_id)
    record(
        session,
        actor_id=actor.user_id or None,
        action="scan.finish",
        object_type="scan",
        object_id=scan.id,
        detail={"pages": len(scan.pages), "doubts_left": doubts},
        now=now,
    )
    return pushed


def text_to_type(page: ScanPage) -> str:
    """What a form to type the page begins with: what was typed, or its lines as paragraphs."""
    if page.typed or page.state != ScanPageState.READ:
        return page.typed
    return plain_text(_checked(page))


def _checked(page: ScanPage) -> CheckedPage:
    ratio = page.height / page.width if page.width else 1.414
    if page.state == ScanPageState.BLANK:
        return CheckedPage(page.number, ratio=ratio)
    if page.state == ScanPageState.TYPED:
        return CheckedPage(page.number, ratio=ratio, typed=page.typed)
    lines = tuple(
        ReadLine(
            page.number,
            (line.box[0], line.box[1], line.box[2], line.box[3]),
            line.text if line.corrected is None else line.corrected,
            line.confidence,
        )
        for line in page.lines
    )
    return CheckedPage(page.number, lines, ratio)
