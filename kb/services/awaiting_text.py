"""Files whose text must be recognised or typed before they can become an entry."""

from datetime import datetime

from sqlalchemy.orm import Session

from docs_import.document import ParsedDocument
from kb.actor import Actor
from kb.models import StoredFile
from kb.services import scans
from kb.services.pushed import Pushed
from kb.services.stored_files import note_state
from kb.services.wishes import Wishes, payload_of
from kb.terms import ReadState

ALREADY = "这份扫描件已经收过，还没有校对完；没有另建一份"

AS_VERSION = "；校对完成后作为所选条目的新版本"


def await_text(
    session: Session,
    stored: StoredFile,
    parsed: ParsedDocument,
    wishes: Wishes,
    actor: Actor,
    now: datetime,
) -> Pushed:
    """Pages that are pictures are recognised or typed first; see kb.services.scans."""
    if len(scans.picture_pages(parsed)) > scans.MAX_PAGES:
        note_state(session, stored.id, ReadState.FAILED, "too_complex", scans.TOO_MANY)
        return Pushed("failed", stored.id, message=scans.TOO_MANY, code="too_complex")
    same = scans.find_unfinished(session, stored)
    if same is not None:
        note_state(session, stored.id, ReadState.READ, "", "")
        scans.read_what_was_lost(same)
        message = ALREADY
        if wishes.item_id is not None:
            same.wishes = payload_of(wishes)
            message += AS_VERSION
        return Pushed("needs_ocr", same.file_id, message=message, code="needs_ocr")
    scans.open_scan(session, stored, parsed, payload_of(wishes), actor, now)
    message = scans.sentence(parsed)
    note_state(session, stored.id, ReadState.NEEDS_OCR, "needs_ocr", message)
    return Pushed("needs_ocr", stored.id, message=message, code="needs_ocr")
