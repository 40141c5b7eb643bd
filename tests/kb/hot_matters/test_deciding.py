"""Finding, deciding, and taking back; decisions outlive what is found next."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from kb.actor import Actor
from kb.db import Database
from kb.errors import InvalidInput, NotFound, PermissionDenied, StaleVersion
from kb.models import FoundMatter, HotMatter, MatterRound
from kb.services import matter_deciding as verbs
from kb.services.hot_matters import accepted_matters, found_in, gathered
from kb.services.matter_rounds import ask, plan_rounds, take, work_out
from kb.terms import Role
from tests.kb.bulletins.book import MARCH, Book
from tests.kb.hot_matters.test_grouping import ALONE, LIFT, OTHER_SITE, SITE
from tests.kb.hotline import Hotline

NOW = datetime(2026, 4, 2, 2, 0, tzinfo=UTC)


@dataclass
class Town:
    """March with three matters of three requests and more, February with one of them."""

    database: Database
    editor: Actor

    def find(self) -> list[list[int]]:
        with self.database.unit_of_work() as session:
            ask(session, MARCH, NOW)
        assert take(self.database, lambda: NOW) == MARCH
        work_out(self.database, MARCH, lambda: NOW)
        with self.database.reading() as session:
            return [one.member_ids for one in found_in(session, MARCH)]

    def told(self, title: str, day: str) -> int:
        with self.database.unit_of_work() as session:
            return int(Book(session).request(f"X{day}{len(title)}", day, title=title).id)


@pytest.fixture
def town(any_database: Database) -> Iterator[Town]:
    with any_database.unit_of_work() as session:
        editor = Hotline(session).actor(Role.EDITOR)
        book = Book(session)
        titles = [*SITE, *OTHER_SITE, "松泉花园旁工地夜间施工扰民", *LIFT, LIFT[0], *ALONE]
        for at, title in enumerate(titles):
            book.request(f"N{at:02}", f"03-{at + 1:02} 09:00", title=title)
        for at, title in enumerate((SITE[0], SITE[1])):
            book.request(f"F{at}", f"02-0{at + 1} 09:00", title=title)
    yield Town(any_database, editor)


def test_a_round_keeps_size_burst_and_the_periods_before(town: Town) -> None:
    assert [len(ids) for ids in town.find()] == [4, 3, 3]
    with town.database.reading() as session:
        first = found_in(session, MARCH)[0]
        # The records begin in February, so that no period before it is compared with.
        assert (first.size, first.earlier, first.burst) == (4, [2], 1.41)
        assert first.title in SITE
        assert first.categories == [["未分类", 4]]
        (round_,) = session.query(MatterRound).all()
        assert (round_.state, round_.requests) == ("done", 16)


def test_a_decision_stays_with_its_requests_when_found_again(town: Town) -> None:
    (site, other, _) = town.find()
    with town.database.unit_of_work() as session:
        verbs.accept(session, MARCH, site[1], "东园小区工地夜间施工", actor=town.editor, now=NOW)
        verbs.dismiss(session, MARCH, other[0], actor=town.editor, now=NOW)
    late = town.told(SITE[3], "03-28 09:00")
    assert len(town.find()[0]) == 5
    with town.database.reading() as session:
        (printed,) = accepted_matters(session, MARCH)
        assert (printed.name, printed.count, printed.previous) == ("东园小区工地夜间施工", 5, 2)
        matters, waiting = gathered(session, MARCH)
        assert late in matters[0].members
        assert len(waiting) == 1


def test_merging_and_taking_back(town: Town) -> None:
    (site, other, lift) = town.find()
    with town.database.unit_of_work() as session:
        first = verbs.accept(session, MARCH, site[0], "工地", actor=town.editor, now=NOW)
        second = verbs.accept(session, MARCH, other[0], "别处", actor=town.editor, now=NOW)
        kept = (first.id, second.id)
    with town.database.unit_of_work() as session:
        seen = session.get_one(HotMatter, kept[0]).rev
        verbs.merge(session, MARCH, other[0], kept[0], seen_rev=seen, actor=town.editor, now=NOW)
        verbs.merge(session, MARCH, lift[0], kept[0], seen_rev=seen + 1, actor=town.editor, now=NOW)
    with town.database.reading() as session:
        assert [(m.name, m.count) for m in accepted_matters(session, MARCH)] == [("工地", 10)]
    for _ in range(2):
        with town.database.unit_of_work() as session:
            seen = session.get_one(HotMatter, kept[0]).rev
            verbs.undo(session, kept[0], seen_rev=seen, actor=town.editor, now=NOW)
    with town.database.unit_of_work() as session:
        assert [(m.name, m.count) for m in accepted_matters(session, MARCH)] == [
            ("工地", 4),
            ("别处", 3),
        ]
        seen = session.get_one(HotMatter, kept[1]).rev
        verbs.undo(session, kept[1], seen_rev=seen, actor=town.editor, now=NOW)
        assert len(gathered(session, MARCH)[1]) == 2


def test_what_cannot_be_done_is_said(town: Town) -> None:
    (site, *_) = town.find()
    with town.database.session() as session:
        matter = verbs.accept(session, MARCH, site[0], "工地", actor=town.editor, now=NOW)
        with pytest.raises(StaleVersion, match="采用为“工地”"):
            verbs.dismiss(session, MARCH, site[2], actor=town.editor, now=NOW)
        with pytest.raises(StaleVersion, match="工地"):
            verbs.rename(session, matter.id, "别名", seen_rev=9, actor=town.editor, now=NOW)
        with pytest.raises(InvalidInput, match="名称"):
            verbs.rename(
                session, matter.id, " 一 ", seen_rev=matter.rev, actor=town.editor, now=NOW
            )
        with pytest.raises(NotFound):
            verbs.accept(session, MARCH, 99_999, "没有", actor=town.editor, now=NOW)
        clerk = replace(town.editor, roles=frozenset({Role.UNIT_CLERK}))
        with pytest.raises(PermissionDenied):
            verbs.accept(session, MARCH, site[0], "工地", actor=clerk, now=NOW)
        session.rollback()


def test_weeks_and_months_are_looked_at_by_themselves(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        plan_rounds(session, NOW)
        plan_rounds(session, NOW + timedelta(minutes=10))
        periods = {(str(one.first), str(one.last)) for one in session.query(MatterRound)}
    assert periods == {
        ("2026-03-01", "2026-03-31"),
        ("2026-03-23", "2026-03-29"),
        ("2026-03-30", "2026-04-05"),
        ("2026-04-01", "2026-04-30"),
    }
    with any_database.unit_of_work() as session:
        assert session.query(FoundMatter).count() == 0
