"""After a ruling the entry that holds stands above the one that is still to be changed."""

import pytest
from sqlalchemy import select

from kb.calendar import seed_calendar
from kb.clock import local_day
from kb.db import Database
from kb.models import Conflict, Unit
from kb.outbox.drain import drain_all
from kb.outbox.indexes import Indexes
from kb.presenters.conflict_page import flags
from kb.services import conflict_answers
from kb.services.questions import Question
from kb.services.ruled_order import in_order
from kb.services.search import SearchService
from kb.services.search_lab import Trial, look
from kb.terms import ConflictAnswer
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_conflicts import Radar

ASKED = "渡船月票多少钱"
STRONG, WEAK = "渡船月票多少钱一张？", "渡船月票须知"


@pytest.fixture
def radar(any_database: Database, indexes: Indexes) -> Radar:
    """Two offices that name different prices; the one of the asked title is found first."""
    radar = Radar(any_database, indexes)
    with any_database.unit_of_work() as session:
        seed_calendar(session)
        port, town = Unit(name="汀州市港航中心"), Unit(name="汀州市便民中心")
        session.add_all([port, town])
    radar.publish(town, STRONG, "渡船月票每张90元，凭身份证办理。")
    made = radar.publish(port, WEAK, "渡船月票每张75元，在码头售票处购买。")
    radar.check(made)
    drain_all(any_database, indexes)
    return radar


def titles(radar: Radar, question: str = ASKED, *, public: bool = False) -> list[str]:
    service = SearchService(radar.indexes, radar.database)
    with radar.database.reading() as session:
        actor = None if public else EDITOR
        answers = service.find(session, Question(question, local_day(NOW)), actor)
        assert answers.answered
        return [one.version.title for one in answers.found]


def rule(radar: Radar, holds: str) -> None:
    """The editor's word that the entry of this title holds; "" that both are to change."""
    with radar.database.unit_of_work() as session:
        row = session.scalars(select(Conflict)).one()
        is_left = row.left_version.title == holds
        said = ConflictAnswer.MINE if is_left else ConflictAnswer.THEIRS
        conflict_answers.rule(
            session,
            row,
            said if holds else ConflictAnswer.WILL_CHANGE,
            comment="以价目表为准",
            seen_rev=row.rev,
            actor=EDITOR,
            now=NOW,
        )


@pytest.mark.parametrize("public", [False, True])
def test_the_entry_that_holds_stands_above_the_one_to_be_changed(
    radar: Radar, public: bool
) -> None:
    assert titles(radar, public=public) == [STRONG, WEAK]
    rule(radar, WEAK)
    assert titles(radar, public=public) == [WEAK, STRONG]


@pytest.mark.parametrize("is_public", [False, True])
def test_the_lab_shows_the_order_that_callers_are_answered_in(
    radar: Radar, is_public: bool
) -> None:
    rule(radar, WEAK)
    with radar.database.reading() as session:
        trial = Trial(Question(ASKED, local_day(NOW)), is_public)
        shown = look(session, radar.indexes, trial, EDITOR)
        assert shown.answered
        assert [one.version.title for one in shown.found] == [WEAK, STRONG]


@pytest.mark.parametrize("holds", [STRONG, ""])
def test_the_order_stays_where_the_first_holds_or_both_are_to_change(
    radar: Radar, holds: str
) -> None:
    rule(radar, holds)
    assert titles(radar) == [STRONG, WEAK]


def test_rulings_that_hang_together_are_all_kept_and_a_circle_ends() -> None:
    assert in_order([3, 2, 1], [(1, 2), (2, 3)]) == [1, 2, 3]
    assert in_order([9, 3, 2, 1], [(1, 2), (2, 3)]) == [9, 1, 2, 3]
    assert sorted(in_order([1, 2, 3], [(2, 1), (3, 2), (1, 3)])) == [1, 2, 3]


def test_the_order_is_that_of_the_search_again_when_the_text_was_changed(radar: Radar) -> None:
    rule(radar, WEAK)
    with radar.database.reading() as session:
        row = session.scalars(select(Conflict)).one()
        losing = row.left_version_id if row.left_version.title == STRONG else row.right_version_id
    radar.change(losing, "渡船月票每张75元，凭身份证办理。")
    drain_all(radar.database, radar.indexes)
    assert titles(radar) == [STRONG, WEAK]


def test_a_row_of_a_list_says_in_a_few_words_what_holds(radar: Radar) -> None:
    def marks() -> dict[str, list[str]]:
        with radar.database.reading() as session:
            row = session.scalars(select(Conflict)).one()
            told = flags(session, [row.left_item_id, row.right_item_id], EDITOR)
            names = {
                row.left_item_id: row.left_version.title,
                row.right_item_id: row.right_version.title,
            }
            return {names[key]: [flag["mark"] for flag in each] for key, each in told.items()}

    assert marks() == {STRONG: [""], WEAK: [""]}
    rule(radar, WEAK)
    assert marks() == {STRONG: ["口径已裁定：以75元为准"], WEAK: ["口径已裁定：以本条的75元为准"]}
