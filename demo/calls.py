"""How many calls came in and were answered in the demo city, day by day, as a call centre tells."""

import random
from collections import Counter
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.clock import local_day
from kb.models import CallCount, CitizenRequest

PHONE = "电话"


def write_call_counts(session: Session) -> None:
    """A row for each day before the last one with requests: the last is still being counted.

    Every request by phone was an answered call; some callers only asked for a number, and now and
    then one hangs up before anybody answers.
    """
    chance = random.Random(20260508)  # noqa: S311 - a reproducible demo, not a secret
    moments = session.scalars(
        select(CitizenRequest.received_at).where(CitizenRequest.channel == PHONE)
    )
    by_phone = Counter(local_day(moment) for moment in moments)
    day, last = min(by_phone), max(by_phone)
    while day < last:
        answered = by_phone[day] + chance.randrange(3)
        missed = chance.choices((0, 1, 2), (70, 25, 5))[0]
        session.add(CallCount(day=day, offered=answered + missed, answered=answered))
        day += timedelta(days=1)
