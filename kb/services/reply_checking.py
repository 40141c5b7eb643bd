"""Checking a reply before it goes out: gather what it must agree with, and ask the checker."""

import logging
import threading
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from indexer.errors import IndexerError
from kb.access import visible_items
from kb.actor import Actor
from kb.clock import local_day
from kb.conflicts.brief import Brief
from kb.conflicts.entry import Entry, Passage
from kb.conflicts.statements import Reader
from kb.conflicts.words import Words
from kb.db import Database
from kb.models import CitizenRequest, KnowledgeItem, KnowledgeVersion, Unit, WorkOrder
from kb.outbox.enqueue import STAFF
from kb.outbox.indexes import Indexes
from kb.outbox.words import WordLists
from kb.replies.check import NOBODY, Person, ReplyChecker
from kb.replies.consistency import Earlier, InForce
from kb.replies.finding import Finding
from kb.services import conflict_candidates as candidates
from kb.services.office_phones import office_phones
from kb.services.orders.reading import shown_events
from kb.terms import Purpose
from kb.work_orders.events import EventKind
from kb.work_orders.state import OrderState

log = logging.getLogger(__name__)
MAX_EARLIER, MAX_ENTRIES = 5, 6


class Checkers:
    """The checker of the newest word lists; making one takes a second, so it is kept."""

    def __init__(self) -> None:
        self._kept: tuple[WordLists, ReplyChecker] | None = None
        self._lock = threading.Lock()

    def of(self, lists: WordLists) -> ReplyChecker:
        """The checker that reads by these lists."""
        with self._lock:
            if self._kept is None or self._kept[0] is not lists:
                self._kept = lists, ReplyChecker(lists.lexicon, lists.segmenter)
            return self._kept[1]


_CHECKERS = Checkers()
# Any text that makes the checker read all its lists.
_WARMING = "您好，您反映的路灯不亮问题，我局5月6日派员核查属实，已更换灯头。诉求人表示满意。"


def start_warming(database: Database, indexes: Indexes) -> threading.Thread:
    """Make the checker in a thread, so that the first reply of a process need not wait for it."""
    thread = threading.Thread(
        target=warm, args=(database, indexes), name="yingda-warming-replies", daemon=True
    )
    thread.start()
    return thread


def warm(database: Database, indexes: Indexes) -> None:
    """Make the checker of the newest word lists, and let it read them.

    Without a database or its lists the first check makes it, and says what is wrong.
    """
    try:
        with database.reading() as session:
            lists = indexes.dictionary.current(session)
    except (IndexerError, SQLAlchemyError) as error:
        log.warning("reply checker not warmed", exc_info=error)
        return
    _CHECKERS.of(lists).check("", "", _WARMING)


def check(
    session: Session,
    indexes: Indexes,
    order: WorkOrder,
    text: str,
    *,
    actor: Actor,
    now: datetime,
) -> list[Finding]:
    """What a reviewer should look at in a reply to an order, the most serious first.

    Compared with the replies on the order that this person may read, the newest first, and with
    the entries in force on its matter that they may see. Writes nothing.

    :raises SearchUnavailable, IndexerError: the index cannot be asked.
    """
    lists = indexes.dictionary.current(session)
    request = order.request
    units = session.scalars(select(Unit.name).where(Unit.is_active)).all()
    return _CHECKERS.of(lists).check(
        request.title,
        request.content,
        text,
        purpose=Purpose.of(request.purpose),
        earlier_replies=earlier_replies(order, actor),
        entries=_entries(session, indexes, lists, order, text, actor=actor, now=now),
        is_anonymous=not (request.requester_name or request.requester_phone),
        person=_person(request, actor),
        unit=order.unit.name if order.unit is not None else "",
        units=units,
        office_phones=office_phones(session),
        known_words=tuple(filter(None, (request.region, request.place))),
    )


def earlier_replies(order: WorkOrder, actor: Actor) -> list[Earlier]:
    """The replies on the order that the person may read, the newest first, at most five.

    Only those that left the unit: what its own reviewer sent back was said to nobody.
    """
    given: list[Earlier] = []
    in_review: list[Earlier] = []
    for event in shown_events(order, actor):
        if event.kind == EventKind.REPLIED.value:
            reply = Earlier(f"{local_day(event.at):%Y-%m-%d}", str(event.data.get("text", "")))
            waits = event.data.get("to") == OrderState.UNIT_REVIEW.value
            given, in_review = (given, [reply]) if waits else ([*given, reply], [])
        elif event.kind == EventKind.UNIT_PASSED.value:
            given, in_review = [*given, *in_review], []
    return given[::-1][:MAX_EARLIER]


def _person(request: CitizenRequest, actor: Actor) -> Person:
    """Nobody for a unit where 保密 was asked for: a match would tell who it is."""
    if request.is_confidential and not actor.is_centre:
        return NOBODY
    return Person(request.requester_name, request.requester_phone, request.place)


def _entries(
    session: Session,
    indexes: Indexes,
    lists: WordLists,
    order: WorkOrder,
    text: str,
    *,
    actor: Actor,
    now: datetime,
) -> list[InForce]:
    today = local_day(now)
    reader = Reader(Words(lists.segmenter, lists.lexicon))
    brief = Brief(Entry(order.request.title, [Passage(0, "", text)]), reader)
    found = candidates.find(indexes.engine(session, STAFF), brief, today)[:MAX_ENTRIES]
    held = candidates.load(session, _visible(session, found, actor), today)
    return [InForce(one.entry.title, one.entry) for one in held]


def _visible(session: Session, item_ids: Sequence[int], actor: Actor) -> list[int]:
    """Those that the person may see, in the order given."""
    query = (
        select(KnowledgeItem.id)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(KnowledgeItem.id.in_(item_ids), visible_items(actor))
    )
    seen = set(session.scalars(query))
    return [item_id for item_id in item_ids if item_id in seen]
