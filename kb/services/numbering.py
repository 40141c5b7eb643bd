"""Numbers people read aloud: prefix, day, and a serial that starts anew each day."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.clock import local_day
from kb.models import NumberSequence


def next_number(session: Session, prefix: str, now: datetime) -> str:
    """``LC20260507-0388``: the next number of this prefix on this day, without gaps.

    The sequence row is locked until the caller commits, so two never get the same number.
    """
    name = f"{prefix}{local_day(now):%Y%m%d}"
    query = select(NumberSequence).where(NumberSequence.name == name).with_for_update()
    row = session.scalars(query).one_or_none()
    if row is None:
        row = NumberSequence(name=name, last=0)
        session.add(row)
    row.last += 1
    session.flush()
    return f"{name}-{row.last:04d}"
