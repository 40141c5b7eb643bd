"""Numbers people read aloud: prefix, day, and a serial that starts anew each day."""

from contextlib import suppress
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kb.clock import local_day
from kb.models import NumberSequence


def next_number(session: Session, prefix: str, now: datetime) -> str:
    """``LC20260507-0388``: the next number of this prefix on this day, without gaps.

    The sequence row is locked until the caller commits, so two never get the same number.
    """
    name = f"{prefix}{local_day(now):%Y%m%d}"
    if session.get(NumberSequence, name) is None:
        _begin(session, name)
    row = session.get_one(NumberSequence, name, with_for_update=True, populate_existing=True)
    row.last += 1
    session.flush()
    return f"{name}-{row.last:04d}"


def _begin(session: Session, name: str) -> None:
    """The first number of the day; whoever was first in the same moment made the row."""
    with suppress(IntegrityError), session.begin_nested():
        session.add(NumberSequence(name=name, last=0))
