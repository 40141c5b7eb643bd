"""每天识别的页数: a unit may have so many pages recognised a day, lest all others wait for it.

What is beyond waits for the next day; people may type it meanwhile.
"""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.clock import day_start, local_day
from kb.models import Scan, ScanPage
from kb.services.notices import notify
from kb.services.scans import QUOTA_KIND, page_of


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
