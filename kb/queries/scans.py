"""扫描件 that wait for recognition, proof-reading or typing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from kb.models import BatchEntry, Scan, ScanLine, ScanPage, StoredFile, Unit, User
from kb.queries.portal import within
from kb.terms import EntryOutcome, ScanPageState

PAGE_SIZE = 30


@dataclass(frozen=True)
class ScanRow:
    """One scan in the list: pages by state, and doubtful places nobody has looked at."""

    scan: Scan
    unit: str
    pages: int
    waiting: int
    typing: int
    doubts: int


def open_scans(
    session: Session, scope: Collection[int] | None, page: int
) -> tuple[list[ScanRow], int]:
    """A page (from 1) of the scans without a draft, the oldest first, and how many there are."""
    total = session.scalar(select(func.count()).select_from(_open(scope).subquery())) or 0
    query = (
        _open(scope)
        .options(joinedload(Scan.file))
        .order_by(Scan.created_at, Scan.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    scans = list(session.scalars(query))
    ids = [scan.id for scan in scans]
    pages = _pages(session, ids)
    doubts = _doubts(session, ids)
    units = {unit.id: unit.name for unit in session.scalars(select(Unit))}
    rows = [
        ScanRow(scan, units[scan.unit_id], *pages.get(scan.id, (0, 0, 0)), doubts.get(scan.id, 0))
        for scan in scans
    ]
    return rows, total


def count_open(session: Session, scope: Collection[int] | None) -> int:
    """How many scans have no draft yet."""
    return session.scalar(select(func.count()).select_from(_open(scope).subquery())) or 0


def _open(scope: Collection[int] | None) -> Select[Scan]:
    return (
        select(Scan)
        .join(StoredFile, StoredFile.id == Scan.file_id)
        .where(
            Scan.finished_at.is_(None),
            StoredFile.dismissed_at.is_(None),
            within(Scan.unit_id, scope),
        )
    )


def _pages(session: Session, ids: Collection[int]) -> dict[int, tuple[int, int, int]]:
    query = (
        select(
            ScanPage.scan_id,
            func.count(),
            func.sum(case((ScanPage.state == ScanPageState.WAITING.value, 1), else_=0)),
            func.sum(case((ScanPage.state == ScanPageState.TYPING.value, 1), else_=0)),
        )
        .where(ScanPage.scan_id.in_(ids))
        .group_by(ScanPage.scan_id)
    )
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(query)}


def _doubts(session: Session, ids: Collection[int]) -> dict[int, int]:
    query = (
        select(ScanPage.scan_id, func.sum(ScanLine.doubts))
        .join(ScanLine, ScanLine.page_id == ScanPage.id)
        .where(ScanPage.scan_id.in_(ids), ScanPage.state == ScanPageState.READ.value)
        .group_by(ScanPage.scan_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def scans_awaited(session: Session, entries: Collection[BatchEntry]) -> dict[int, int]:
    """The scan that each row of a batch waits for, by the row's id; the very same bytes sent once
    more wait for the scan there is."""
    sent = aliased(StoredFile)
    query = (
        select(BatchEntry.id, func.min(Scan.id))
        .join(sent, sent.id == BatchEntry.file_id)
        .join(StoredFile, StoredFile.sha256 == sent.sha256)
        .join(Scan, (Scan.file_id == StoredFile.id) & (Scan.unit_id == sent.unit_id))
        .where(
            BatchEntry.id.in_([entry.id for entry in entries]),
            BatchEntry.outcome == EntryOutcome.NEEDS_OCR.value,
            Scan.finished_at.is_(None),
            StoredFile.dismissed_at.is_(None),
        )
        .group_by(BatchEntry.id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def scan_page_of(session: Session, stored: StoredFile, number: int) -> ScanPage | None:
    """The recognised picture that is a page of a file; ``None`` for a page with a text layer, or
    one whose text was typed without being recognised."""
    query = (
        select(ScanPage)
        .join(Scan, Scan.id == ScanPage.scan_id)
        .where(Scan.file_id == stored.id, ScanPage.number == number)
        .where(ScanPage.width > 0, ScanPage.lines.any())
        .options(selectinload(ScanPage.lines))
    )
    return session.scalars(query).first()


@dataclass(frozen=True)
class Work:
    """What one person did to a scan: lines they looked at, pages they typed or found blank."""

    name: str
    lines: int
    pages: int
    last_at: datetime


def work_on(session: Session, scan: Scan) -> list[Work]:
    """Who proof-read or typed how much of a scan, the latest first."""
    lines = (
        select(ScanLine.checked_by, ScanLine.checked_at)
        .join(ScanPage, ScanPage.id == ScanLine.page_id)
        .where(ScanPage.scan_id == scan.id)
    )
    pages = select(ScanPage.changed_by, ScanPage.changed_at).where(ScanPage.scan_id == scan.id)
    by_line, by_page = _acts(session, lines), _acts(session, pages)
    done = []
    for who in by_line.keys() | by_page.keys():
        checked, typed = by_line.get(who, []), by_page.get(who, [])
        person = session.get(User, who) if who else None
        name = person.name if person else ""
        done.append(Work(name, len(checked), len(typed), max(checked + typed)))
    return sorted(done, key=lambda one: one.last_at, reverse=True)


def _acts(session: Session, query: Any) -> dict[int | None, list[datetime]]:
    """When each person did something."""
    found: dict[int | None, list[datetime]] = {}
    for who, at in session.execute(query):
        if at is not None:
            found.setdefault(who, []).append(at)
    return found
