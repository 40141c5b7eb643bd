"""From what was asked to gaps: every question that fared badly joins its matter, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from kb.db import Database
from kb.gaps.grouping import Groups, Likeness
from kb.gaps.matter import Matter, Reader, as_json, from_json
from kb.models import CitizenRequest, Gap, GapAsk, GapQuery, SearchRecord
from kb.services.gap_steps import step
from kb.services.learning import is_private, may_name_someone, plain
from kb.services.search import SearchService
from kb.terms import GapCause, GapState, Purpose

PAGE = 200
# Older questions tell nothing about what is missing today.
WITHIN = timedelta(days=180)
UNNAMED = "一件事（原话可能涉及个人，只有中心能看）"
_SHOWN_WORDS = 6


def waiting(now: datetime) -> ColumnElement[bool]:
    """The condition that a question fared badly and is not collected yet.

    It found no answer, or the call became an order although an answer was shown. Complaints and
    the like become orders because something must be done, not because an answer is missing: of
    questions asked for a request only those of 咨询 count.
    """
    is_poor = or_(SearchRecord.answered.is_(False), SearchRecord.led_to == "work_order")
    is_about_answers = or_(
        SearchRecord.request_id.is_(None), CitizenRequest.purpose == Purpose.CONSULTATION.value
    )
    is_taken = select(GapAsk.record_id).where(GapAsk.record_id == SearchRecord.id).exists()
    return and_(SearchRecord.at >= now - WITHIN, is_poor, is_about_answers, ~is_taken)


def collect(database: Database, search: SearchService, now: datetime) -> list[int]:
    """Take in every waiting question, oldest first; a page a transaction.

    :returns: ids of the gaps that came, or were asked about again.
    """
    with database.reading() as session:
        lists = search.indexes.dictionary.current(session)
        reader = Reader(lists.segmenter, lists.lexicon)
        groups = _known(session)
    touched: dict[int, None] = {}
    while True:
        with database.unit_of_work() as session:
            rows = _page(session, now)
            collector = Collector(session, reader, groups, now)
            for record, request in rows:
                touched.update(dict.fromkeys(collector.take(record, request)))
        if len(rows) < PAGE:
            return list(touched)


def _known(session: Session) -> Groups:
    groups = Groups()
    query = select(GapQuery.gap_id, GapQuery.text, GapQuery.matter).order_by(GapQuery.id)
    for gap_id, text, matter in session.execute(query):
        groups.add(gap_id, text, from_json(matter))
    return groups


def _page(session: Session, now: datetime) -> Sequence[tuple[SearchRecord, CitizenRequest | None]]:
    query = (
        select(SearchRecord, CitizenRequest)
        .outerjoin(CitizenRequest, CitizenRequest.id == SearchRecord.request_id)
        .where(waiting(now))
        .order_by(SearchRecord.at, SearchRecord.id)
        .limit(PAGE)
    )
    return [(record, request) for record, request in session.execute(query)]


@dataclass
class Collector:
    """Takes questions in, in one transaction, by the groups that are known."""

    session: Session
    reader: Reader
    groups: Groups
    now: datetime

    def take(self, record: SearchRecord, request: CitizenRequest | None) -> list[int]:
        """Take one question in; returns the gap it belongs to, if it tells a matter."""
        cause = GapCause.LOST if record.answered else GapCause.UNANSWERED
        ask = GapAsk(record_id=record.id, cause=cause.value, at=record.at)
        self.session.add(ask)
        question = self._question(record)
        if question is None:
            self.session.flush()
            return []
        hidden = request is not None and is_private(request, record.query)
        question.is_private = question.is_private or hidden
        ask.query_id = question.id
        self._count(question, record, cause)
        self.session.flush()
        return [question.gap_id]

    def _question(self, record: SearchRecord) -> GapQuery | None:
        query = select(GapQuery).where(
            GapQuery.text == record.query, GapQuery.audience == record.audience
        )
        known = self.session.scalars(query).one_or_none()
        if known is not None:
            return known
        matter = self.reader.matter(record.query)
        if not matter.said:
            return None
        placed = self.groups.place(matter)
        private = may_name_someone(record.query)
        if placed is None:
            gap, why = self._new_gap(record, matter, private), ""
        else:
            gap = self.session.get_one(Gap, placed.group_id)
            why = _why(placed.likeness)
        question = GapQuery(
            gap_id=gap.id,
            text=record.query,
            audience=record.audience,
            matter=as_json(matter),
            why=why,
            is_private=private,
        )
        self.session.add(question)
        self.session.flush()
        self.groups.add(gap.id, record.query, matter)
        return question

    def _new_gap(self, record: SearchRecord, matter: Matter, private: bool) -> Gap:
        gap = Gap(
            title=title_of(record.query, matter, private),
            opened_at=self.now,
            first_asked_at=record.at,
            last_asked_at=record.at,
        )
        self.session.add(gap)
        self.session.flush()
        step(self.session, gap, "opened", self.now)
        return gap

    def _count(self, question: GapQuery, record: SearchRecord, cause: GapCause) -> None:
        gap = question.gap
        gap.asks += 1
        gap.first_asked_at = min(gap.first_asked_at, record.at)
        gap.last_asked_at = max(gap.last_asked_at, record.at)
        closed_at = gap.closed_at if gap.state == GapState.CLOSED else None
        # Where the answer was shown and not used, the library lacks nothing.
        if cause == GapCause.UNANSWERED and closed_at is not None and record.at > closed_at:
            # Whether it opens again is told by asking once more (kb.services.gap_doubts).
            question.is_answered = None


def title_of(question: str, matter: Matter, private: bool) -> str:
    """What a gap is called: its first question, or of a private one the words that name nobody."""
    if not private:
        return plain(question) or question
    names = [name for name in matter.names if len(name) > 1 and not may_name_someone(name)]
    return "、".join(names[:_SHOWN_WORDS]) or UNNAMED


def _why(likeness: Likeness) -> str:
    return f"都说到：{'、'.join(likeness.common[:_SHOWN_WORDS])}"[:300]
