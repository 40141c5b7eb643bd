"""扫描件: opened at intake as a task, so that no page without text is lost or passed over."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from docs_import.document import ParsedDocument
from docs_import.ocr.limits import MAX_PAGES
from kb.actor import Actor
from kb.errors import IllegalTransition, NotFound
from kb.models import Scan, ScanPage, StoredFile
from kb.services.notices import resolve_at
from kb.terms import Role, ScanPageState

NOTICE_KIND, LOST_KIND, QUOTA_KIND = "scan_read", "scan_lost", "scan_quota"
NOTICES = (NOTICE_KIND, LOST_KIND, QUOTA_KIND)
LOST = "原件找不到了，没有识别。请重新上传这份文件，会接着识别；或照手里的原件录入。"
TOO_MANY = f"扫描件超过 {MAX_PAGES} 页的上限，原件已保存。请拆成每份不超过 {MAX_PAGES} 页后再上传。"


def has_pictures(parsed: ParsedDocument) -> bool:
    """Tell whether text must come from pictures of pages before there can be a draft.

    A few picture pages too many in a long document do not hold the rest of it up: its warnings
    name them.
    """
    pictures = len(parsed.picture_pages)
    is_mostly = 2 * pictures > (parsed.pages or 0)
    return parsed.needs_ocr or (pictures > 0 and (pictures <= MAX_PAGES or is_mostly))


def sentence(parsed: ParsedDocument) -> str:
    """What the sender is told about a file that waits for its text."""
    if parsed.needs_ocr:
        return " ".join(parsed.warnings) or "这份文件是扫描件，没有文字层，需要文字识别或人工录入"
    numbers = parsed.picture_pages
    shown = "、".join(map(str, numbers[:20])) + (" 等" if len(numbers) > 20 else "")
    return f"第 {shown} 页是图片，需要文字识别或人工录入；其余各页已读出，一起生成草稿"


def picture_pages(parsed: ParsedDocument) -> tuple[int, ...]:
    """The pages whose text must be recognised or typed, from 1; all of a scan."""
    if parsed.needs_ocr:
        return tuple(range(1, (parsed.pages or 1) + 1))
    return parsed.picture_pages


def open_scan(
    session: Session,
    stored: StoredFile,
    parsed: ParsedDocument,
    said: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> Scan:
    """Make the task for a file with pictures of pages; the one there is, when read again.

    :param said: what the sender said about the document, as JSON; comes back when it is drafted.
    """
    scan = session.scalars(select(Scan).where(Scan.file_id == stored.id)).first()
    if scan is not None:
        return scan
    scan = Scan(
        file_id=stored.id,
        unit_id=stored.unit_id,
        wishes=dict(said),
        text_body=parsed.markdown,
        created_by=actor.user_id or None,
        created_at=now,
    )
    scan.pages = [ScanPage(number=number) for number in picture_pages(parsed)]
    session.add(scan)
    session.flush()
    return scan


def forget_notices(session: Session, file_id: int) -> None:
    """Nobody need be told any more of the scan of this file, if there is one."""
    scan = session.scalars(select(Scan).where(Scan.file_id == file_id)).first()
    if scan is not None:
        for kind in NOTICES:
            resolve_at(session, kind, page_of(scan))


def find_unfinished(session: Session, stored: StoredFile) -> Scan | None:
    """The unit's scan of the very same bytes that has no draft yet, held until the commit."""
    query = (
        select(Scan)
        .join(StoredFile, StoredFile.id == Scan.file_id)
        .where(
            StoredFile.sha256 == stored.sha256,
            StoredFile.dismissed_at.is_(None),
            Scan.file_id != stored.id,
            Scan.unit_id == stored.unit_id,
            Scan.finished_at.is_(None),
        )
        .order_by(Scan.id)
        .limit(1)
        .with_for_update(of=Scan)
    )
    return session.scalars(query).first()


def read_what_was_lost(scan: Scan) -> None:
    """Let pages wait for the recogniser again that it could not read: their original is back."""
    for page in scan.pages:
        is_unread = page.problem == LOST or not page.attempts
        if page.state == ScanPageState.TYPING and is_unread:
            page.state, page.problem = ScanPageState.WAITING.value, ""


def get_scan(session: Session, scan_id: int, actor: Actor) -> Scan:
    """A scan of the person's own unit, or any for an editor.

    :raises NotFound: it does not exist, or not for this person.
    """
    scan = session.get(Scan, scan_id)
    if scan is None or not (actor.has(Role.EDITOR) or scan.unit_id in actor.unit_scope):
        raise NotFound("没有这份扫描件，或者它不在您可查看的范围内", scan_id=scan_id)
    return scan


def get_scan_of_file(session: Session, file_id: int, actor: Actor) -> Scan:
    """The scan made of a stored file.

    :raises NotFound: there is none, or not for this person.
    """
    found = session.scalars(select(Scan.id).where(Scan.file_id == file_id)).first()
    return get_scan(session, found or 0, actor)


def get_page(session: Session, scan: Scan, number: int) -> ScanPage:
    """A page picture of the scan by its number in the file.

    :raises NotFound: the scan has no such page, or it has a text layer.
    """
    query = select(ScanPage).where(ScanPage.scan_id == scan.id, ScanPage.number == number)
    page = session.scalars(query).first()
    if page is None:
        raise NotFound(f"这份扫描件没有需要识别的第 {number} 页", scan_id=scan.id)
    return page


def page_of(scan: Scan) -> str:
    """Where a scan is seen to, from the site's root."""
    return f"/units/scans/{scan.id}"


def require_open(scan: Scan) -> None:
    """Only before the draft is there may the text be changed here.

    :raises IllegalTransition: the draft has been made.
    """
    if scan.finished_at is not None:
        raise IllegalTransition("这份扫描件已经校对完成，请到草稿中修改", scan_id=scan.id)
