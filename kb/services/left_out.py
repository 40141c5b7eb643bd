"""删节: what an original shows and the text published from it does not say.

Whoever cuts a name or a passage from a draft does not expect strangers to read it in the original.
So an original is open to everybody only when its version says all of it, or when a reviewer has
looked at what is missing and allowed it.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from docs_import.document import ParsedDocument
from kb.actor import Actor
from kb.errors import IllegalTransition, PermissionDenied
from kb.facts import facts_passage
from kb.models import FileText, KnowledgeVersion, Scan, StoredFile
from kb.services.audit import record
from kb.services.entries import may_review_for_unit, note
from kb.terms import Audience, Role, ScanPageState, VersionState

ALLOWED, WITHHELD = "original_allowed", "original_withheld"
_DECIDED_IN = (
    VersionState.UNIT_REVIEW,
    VersionState.CENTRE_REVIEW,
    VersionState.PUBLISHED,
    VersionState.REPLACED,
)
_BETWEEN = re.compile(r"<!--.*?-->|<br>|[\n|。；;！!？?]")
_NO_WORD = re.compile(r"[\W_]+")
_GRAM = 3


@dataclass(frozen=True)
class LeftOut:
    """What stands in an original and not in a version read from it.

    :ivar passages: sentences and cells with words that the version does not say.
    :ivar pages: of which nobody knows what they say but who typed or passed over them.
    :ivar is_unknown: nothing was kept of what was read, so nothing can be compared.
    """

    passages: tuple[str, ...] = ()
    pages: tuple[int, ...] = ()
    is_unknown: bool = False

    def __bool__(self) -> bool:
        return bool(self.passages or self.pages or self.is_unknown)


def keep_text(session: Session, stored: StoredFile, parsed: ParsedDocument) -> None:
    """Keep what a reader read in an original, which no editing of the draft changes."""
    session.merge(
        FileText(file_id=stored.id, text=parsed.markdown, unread_pages=list(parsed.picture_pages))
    )


def left_out(session: Session, version: KnowledgeVersion) -> LeftOut:
    """Compare a version with what was read in its original.

    Of a table row nothing is compared: nobody but its unit is shown the whole table anyway.
    """
    if version.file_id is None or version.row is not None:
        return LeftOut()
    read = session.get(FileText, version.file_id)
    if read is None:
        return LeftOut(is_unknown=True)
    scan = session.scalars(select(Scan).where(Scan.file_id == version.file_id)).first()
    texts, pages = [read.text], set(read.unread_pages)
    if scan is not None:
        texts += _struck_lines(scan)
        by_hand = (ScanPageState.TYPED, ScanPageState.BLANK)
        pages = {page.number for page in scan.pages if page.state in by_hand}
    missing = _missing(texts, _said(version))
    return LeftOut(tuple(missing), tuple(sorted(pages)))


def allow_original(
    session: Session, version: KnowledgeVersion, *, is_allowed: bool, actor: Actor, now: datetime
) -> None:
    """公开原件: let everybody see the original although the text leaves out part of it, or not.

    :raises PermissionDenied: it is not for this person to review the entry.
    :raises IllegalTransition: the version is a draft, or its text is not public.
    """
    if not _is_reviewer(version, actor):
        raise PermissionDenied("原件是否公开，由本单位的审核人或知识管理员决定")
    if not may_decide(version, actor):
        raise IllegalTransition("只有送审或已发布的公开条目才需要决定原件是否公开")
    if version.original_allowed == is_allowed:
        return
    version.original_allowed = is_allowed
    step = ALLOWED if is_allowed else WITHHELD
    note(session, version, step, actor, now)
    record(
        session,
        actor_id=actor.user_id or None,
        action=f"knowledge.{step}",
        object_type="knowledge_item",
        object_id=str(version.item_id),
        detail={"version": version.number, "file": version.file_id},
        now=now,
    )


def may_decide(version: KnowledgeVersion, actor: Actor) -> bool:
    """Tell whether the person decides now whether everybody sees the version's original."""
    is_public = version.audience == Audience.PUBLIC and version.state in _DECIDED_IN
    return is_public and _is_reviewer(version, actor)


def _is_reviewer(version: KnowledgeVersion, actor: Actor) -> bool:
    return actor.has(Role.EDITOR) or may_review_for_unit(actor, version.item)


def is_withheld(published: Iterable[KnowledgeVersion]) -> bool:
    """Tell whether an original shows more than it should, by the newest version of each entry.

    :param published: versions read from the original, newest first.
    """
    newest: dict[int, KnowledgeVersion] = {}
    for version in published:
        newest.setdefault(version.item_id, version)
    return any(version.leaves_out and not version.original_allowed for version in newest.values())


def _struck_lines(scan: Scan) -> list[str]:
    """Recognised lines that were taken out while the scan was checked."""
    return [
        line.text
        for page in scan.pages
        if page.state == ScanPageState.READ
        for line in page.lines
        if line.corrected == ""
    ]


def _said(version: KnowledgeVersion) -> str:
    facts = facts_passage(version.facts)
    head = (version.title, version.document_number, version.issuing_authority, facts)
    return _bare("".join((*head, *version.variants, version.body)))


def _missing(texts: Iterable[str], said: str) -> Iterator[str]:
    """The sentences with a word that stands nowhere among what is said."""
    grams = {said[at : at + _GRAM] for at in range(len(said) - _GRAM + 1)}
    for text in texts:
        for piece in _BETWEEN.split(text):
            bare = _bare(piece)
            if bare and not (bare in said if len(bare) < _GRAM else _covers(grams, bare)):
                yield " ".join(piece.strip(" #*>-").split())


def _covers(grams: set[str], piece: str) -> bool:
    """Tell whether every character of the piece stands in a run of three that is said."""
    covered = 0  # up to which character
    for at in range(len(piece) - _GRAM + 1):
        if at > covered:
            return False
        if piece[at : at + _GRAM] in grams:
            covered = at + _GRAM
    return covered == len(piece)


def _bare(text: str) -> str:
    return _NO_WORD.sub("", _BETWEEN.sub("", text)).casefold()
