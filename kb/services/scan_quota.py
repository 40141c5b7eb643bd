"""每天识别的页数: a unit may have so many pages recognised a day, lest all others wait for it.

What is beyond waits for the next day; people may type it meanwhile.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.clock import day_start, local_day
from kb.models import Notice, Scan, ScanPage, StoredFile
from kb.services.notices import notify
from kb.services.scans import QUOTA_KIND, page_of
from kb.terms import ScanPageState


def used_up(session: Session, pages_a_day: int, now: datetime) -> set[int]:
    """The ids of the units whose pages of this day have all been given to the recogniser."""
    query = (
        select(Scan.unit_id)
        .join(ScanPage, ScanPage.scan_id == Scan.id)
        .where(ScanPage.read_at >= day_start(local_day(now)))
        .group_by(Scan.unit_id)
        .having(func.count() >= pages_a_day)
    )
    return set(session.scalars(query))


def came_late(session: Session, units: Collection[int], now: datetime) -> list[Scan]:
    """The first scan of each unit that came after its pages of the day, of which nobody was told.

    :param units: whose pages of the day are used up.
    """
    begun = select(ScanPage.scan_id).where(ScanPage.read_at >= day_start(local_day(now)))
    query = (
        select(Scan)
        .join(StoredFile, StoredFile.id == Scan.file_id)
        .where(
            Scan.unit_id.in_(units),
            Scan.id.not_in(begun),
            Scan.pages.any(ScanPage.state == ScanPageState.WAITING.value),
            StoredFile.dismissed_at.is_(None),
        )
        .order_by(Scan.id.desc())
    )
    first = {scan.unit_id: scan for scan in session.scalars(query)}
    keys = {_late_key(unit_id, now): unit_id for unit_id in first}
    told = session.scalars(select(Notice.key).where(Notice.key.in_(keys)))
    done = {keys[key] for key in told}
    return [scan for unit_id, scan in first.items() if unit_id not in done]


def tell_late(session: Session, scan: Scan, pages_a_day: int, now: datetime) -> None:
    """Tell the unit, once a day, that what comes now is read tomorrow."""
    notify(
        session,
        kind=QUOTA_KIND,
        title=f"今天的 {pages_a_day} 页文字识别已用完，《{scan.file.name}》和之后收到的扫描件"
        "明天自动识别；急用可以照图录入",
        path=page_of(scan),
        unit_id=scan.unit_id,
        key=_late_key(scan.unit_id, now),
        now=now,
    )


def _late_key(unit_id: int, now: datetime) -> str:
    return f"{QUOTA_KIND}:{unit_id}:{local_day(now)}:late"


def tell(session: Session, scan: Scan, left: int, pages_a_day: int, now: datetime) -> None:
    """Tell the unit, once a day, that the rest waits for tomorrow.

    :param left: pages of the scan that wait.
    """
    notify(
        session,
        kind=QUOTA_KIND,
        title=f"今天的 {pages_a_day} 页文字识别已用完，扫描件《{scan.file.name}》余下 {left} 页"
        "明天自动识别；急用可以照图录入",
        path=page_of(scan),
        unit_id=scan.unit_id,
        key=f"{QUOTA_KIND}:{scan.unit_id}:{local_day(now)}",
        now=now,
    )
