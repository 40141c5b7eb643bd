"""Numbers people read aloud: prefix, day, and a serial that starts anew each day."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from kb.clock import local_day
from kb.models import NumberSequence

_OURS = re.compile(r"(?P<name>[^-]*(?P<day>\d{8}))-(?P<serial>\d{4,9})", re.ASCII)


def next_number(
    session: Session, prefix: str, now: datetime, column: InstrumentedAttribute[str]
) -> str:
    """``LC20260507-0388``: the next number of this prefix on this day, without gaps.

    The sequence row is locked until the caller commits, so two never get the same number. One
    that stands in the column already (it came with records of another system) is skipped.

    :param column: where the numbers of this prefix are kept.
    """
    name = f"{prefix}{local_day(now):%Y%m%d}"
    row = _locked(session, name)
    row.last += 1
    if session.scalars(select(column).where(column == _number(row))).first() is not None:
        taken = session.scalars(
            select(column).where(column.startswith(f"{name}-", autoescape=True))
        )
        row.last = 1 + max(_serials(taken).get(name, 0), row.last)
    session.flush()
    return _number(row)


def keep_clear(session: Session, numbers: Iterable[str], now: datetime) -> None:
    """Let the sequences of today and later go on behind these numbers, which are taken.

    Locks the sequence rows until the caller commits: call it last.
    """
    today = f"{local_day(now):%Y%m%d}"
    for name, last in sorted(_serials(numbers, since=today).items()):
        row = _locked(session, name)
        row.last = max(row.last, last)
    session.flush()


def _serials(numbers: Iterable[str], since: str = "") -> dict[str, int]:
    """The highest serial by prefix and day, of numbers that are written as ours are."""
    highest: dict[str, int] = {}
    for number in numbers:
        match = _OURS.fullmatch(number)
        if match is not None and match["day"] >= since:
            highest[match["name"]] = max(highest.get(match["name"], 0), int(match["serial"]))
    return highest


def _number(row: NumberSequence) -> str:
    return f"{row.name}-{row.last:04d}"


def _locked(session: Session, name: str) -> NumberSequence:
    if session.get(NumberSequence, name) is None:
        _begin(session, name)
    return session.get_one(NumberSequence, name, with_for_update=True, populate_existing=True)


def _begin(session: Session, name: str) -> None:
    """The first number of the day; whoever was first in the same moment made the row."""
    with suppress(IntegrityError), session.begin_nested():
        session.add(NumberSequence(name=name, last=0))
