"""A unit's own rules: who hands in, who approves, when an entry is checked again."""

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from kb.actor import Actor
from kb.db import Database
from kb.errors import InvalidInput, PermissionDenied
from kb.models import ItemEvent, KnowledgeVersion, Unit, User
from kb.services import scheduling
from kb.services.publishing import approve, months_later, publish, return_version, submit
from kb.services.unit_reviewers import pass_on_waiting, reviewers_of, without_reviewer
from kb.services.units import UnitRules
from kb.terms import Role, Submitters, VersionState
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_entries import clerk_of, draft


@pytest.fixture
def rules(any_database: Database, unit: Unit):  # type: ignore[no-untyped-def]
    """``rules(is_trusted=True)`` gives the unit these rules."""

    def give(**columns: object) -> None:
        with any_database.unit_of_work() as session:
            owner = session.get_one(Unit, unit.id)
            for name, value in columns.items():
                setattr(owner, name, value)

    return give


def reviewer(database: Database, unit: Unit, username: str) -> Actor:
    role = Role.UNIT_REVIEWER
    with database.unit_of_work() as session:
        user = User(username=username, name=username, roles=[role], unit_id=unit.id)
        user.password_hash, user.created_at = "-", NOW
        session.add(user)
    return Actor(user.id, username, unit.id, frozenset({role}), frozenset({unit.id}))


def test_without_its_own_review_a_unit_s_draft_goes_to_the_centre(
    any_database: Database, unit: Unit, rules
) -> None:
    rules(needs_unit_review=False)
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        found = session.get_one(KnowledgeVersion, version.id)
        submit(session, found, actor=clerk_of(unit), now=NOW)
        assert found.state == VersionState.CENTRE_REVIEW
        with pytest.raises(PermissionDenied):
            approve(session, found, actor=clerk_of(unit, Role.UNIT_REVIEWER), now=NOW)
        approve(session, found, actor=EDITOR, now=NOW)
        assert found.state == VersionState.PUBLISHED


def test_where_only_reviewers_hand_in_a_clerk_cannot(
    any_database: Database, unit: Unit, rules
) -> None:
    rules(submitters=Submitters.REVIEWERS.value)
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        found = session.get_one(KnowledgeVersion, version.id)
        with pytest.raises(PermissionDenied, match="审核人送审"):
            submit(session, found, actor=clerk_of(unit), now=NOW)
        assert found.state == VersionState.DRAFT
        submit(session, found, actor=clerk_of(unit, Role.UNIT_REVIEWER), now=NOW)
        assert found.state == VersionState.UNIT_REVIEW


@pytest.mark.parametrize(
    ("is_trusted", "then"), [(False, VersionState.CENTRE_REVIEW), (True, VersionState.PUBLISHED)]
)
def test_two_different_reviewers_must_approve(
    any_database: Database, unit: Unit, rules, is_trusted: bool, then: VersionState
) -> None:
    rules(needs_second_reviewer=True, is_trusted=is_trusted)
    first, second = (reviewer(any_database, unit, name) for name in ("shen1", "shen2"))
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        found = session.get_one(KnowledgeVersion, version.id)
        submit(session, found, actor=clerk_of(unit), now=NOW)
        with pytest.raises(PermissionDenied):
            publish(session, found, actor=first, now=NOW)  # trusted, but not alone
        approve(session, found, actor=first, now=NOW)
        assert found.state == VersionState.UNIT_REVIEW
        with pytest.raises(PermissionDenied, match="另一位"):
            approve(session, found, actor=first, now=NOW)
        approve(session, found, actor=second, now=NOW)
        assert found.state == then


def test_what_only_those_who_approved_could_approve_goes_to_the_centre(
    any_database: Database, unit: Unit, rules
) -> None:
    rules(needs_second_reviewer=True, is_trusted=True)
    first, second = (reviewer(any_database, unit, name) for name in ("shen1", "shen2"))
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        for user in session.scalars(select(User).where(User.username.like("shenhe%"))):
            user.is_active = False
        found = session.get_one(KnowledgeVersion, version.id)
        submit(session, found, actor=clerk_of(unit), now=NOW)
        approve(session, found, actor=first, now=NOW)
        pass_on_waiting(session, NOW)
        assert found.state == VersionState.UNIT_REVIEW  # the second one is there
        session.get_one(User, second.user_id).is_active = False
        session.flush()
        pass_on_waiting(session, NOW)
        assert found.state == VersionState.CENTRE_REVIEW


def test_the_last_reviewer_is_not_refused_for_having_approved(
    any_database: Database, unit: Unit, rules
) -> None:
    rules(needs_second_reviewer=True)
    first, second = (reviewer(any_database, unit, name) for name in ("shen1", "shen2"))
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        for user in session.scalars(select(User).where(User.username.like("shenhe%"))):
            user.is_active = False
        found = session.get_one(KnowledgeVersion, version.id)
        submit(session, found, actor=clerk_of(unit), now=NOW)
        approve(session, found, actor=first, now=NOW)
        session.get_one(User, second.user_id).is_active = False
        session.flush()
        approve(session, found, actor=first, now=NOW)
        assert found.state == VersionState.CENTRE_REVIEW


def test_a_plan_that_is_taken_back_returns_to_the_desk_it_came_from(
    any_database: Database, unit: Unit, rules
) -> None:
    rules(is_trusted=True, needs_second_reviewer=True)
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        found = session.get_one(KnowledgeVersion, version.id)
        found.state = VersionState.CENTRE_REVIEW.value
        session.flush()
        later = NOW + timedelta(days=1)
        scheduling.plan(session, found, later, actor=EDITOR, now=NOW)
        scheduling.cancel(session, found, actor=EDITOR, now=NOW)
        assert found.state == VersionState.CENTRE_REVIEW


def test_two_first_approvals_at_once_are_two(any_database: Database, unit: Unit, rules) -> None:
    rules(needs_second_reviewer=True)
    people = [reviewer(any_database, unit, name) for name in ("shen1", "shen2")]
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        found = session.get_one(KnowledgeVersion, version.id)
        submit(session, found, actor=clerk_of(unit), now=NOW)
    together = threading.Barrier(2)

    def give(who: Actor) -> None:
        with any_database.unit_of_work() as session:
            mine = session.get_one(KnowledgeVersion, version.id)
            if session.get_bind().dialect.name == "postgresql":
                together.wait(10)  # both have read the version
            approve(session, mine, actor=who, now=NOW)

    threads = [threading.Thread(target=give, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with any_database.reading() as session:
        assert session.get_one(KnowledgeVersion, version.id).state == VersionState.CENTRE_REVIEW


def test_an_approval_from_before_a_return_does_not_count(
    any_database: Database, unit: Unit, rules
) -> None:
    rules(needs_second_reviewer=True)
    first, second = (reviewer(any_database, unit, name) for name in ("shen1", "shen2"))
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        found = session.get_one(KnowledgeVersion, version.id)
        submit(session, found, actor=clerk_of(unit), now=NOW)
        approve(session, found, actor=first, now=NOW)
        return_version(session, found, actor=second, now=NOW, comment="改一处")
        submit(session, found, actor=clerk_of(unit), now=NOW)
        approve(session, found, actor=second, now=NOW)
        assert found.state == VersionState.UNIT_REVIEW


@pytest.mark.parametrize(
    ("stated", "expected"), [(None, date(2027, 5, 7)), (date(2026, 8, 1), date(2026, 8, 1))]
)
def test_an_entry_without_a_day_of_its_own_is_checked_after_the_unit_s_period(
    any_database: Database, unit: Unit, rules, stated: date | None, expected: date
) -> None:
    rules(review_months=12)
    version = draft(any_database, unit, review_on=stated)
    with any_database.unit_of_work() as session:
        found = session.get_one(KnowledgeVersion, version.id)
        assert publish(session, found, actor=EDITOR, now=NOW).review_on == expected


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 5, 7), 24, date(2028, 5, 7)),
    ],
)
def test_months_later(day: date, months: int, expected: date) -> None:
    assert months_later(day, months) == expected


@pytest.mark.parametrize(
    ("faulty", "field"),
    [
        ({"needs_unit_review": False, "is_trusted": True}, "needs_unit_review"),
        ({"needs_unit_review": False, "needs_second_reviewer": True}, "needs_unit_review"),
        ({"review_months": 0}, "review_months"),
        ({"review_months": 121}, "review_months"),
        ({"correction_limit": "很快"}, "correction_limit"),
    ],
)
def test_rules_that_would_let_a_draft_out_unseen_are_refused(
    faulty: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        UnitRules(**faulty).check()  # type: ignore[arg-type]
    assert list(refused.value.fields) == [field]


def without_reviewers(database: Database) -> None:
    with database.unit_of_work() as session:
        session.execute(update(User).values(is_active=False))


def test_a_unit_without_a_reviewer_hands_in_to_the_centre_and_the_entry_says_why(
    any_database: Database, unit: Unit, rules
) -> None:
    without_reviewers(any_database)
    rules(submitters=Submitters.REVIEWERS.value, is_trusted=True)
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        found = session.get_one(KnowledgeVersion, version.id)
        submit(session, found, actor=clerk_of(unit), now=NOW)
        assert found.state == VersionState.CENTRE_REVIEW
        step = session.scalars(select(ItemEvent).where(ItemEvent.kind == "submitted")).one()
        assert step.comment == "本单位没有审核人，直接送中心复核"
        assert [row.name for row in without_reviewer(session, [found.item.unit])] == [unit.name]


def test_a_reviewer_of_the_unit_above_is_one(any_database: Database, unit: Unit) -> None:
    with any_database.unit_of_work() as session:
        below = Unit(name="汀州市教育局招生办", parent_id=unit.id)
        session.add(below)
        session.flush()
        assert len(reviewers_of(session, below.id)) == 1
        assert without_reviewer(session, [below]) == []


def test_what_waits_for_a_reviewer_who_left_goes_on_to_the_centre(
    any_database: Database, unit: Unit
) -> None:
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        submit(
            session, session.get_one(KnowledgeVersion, version.id), actor=clerk_of(unit), now=NOW
        )
        pass_on_waiting(session, NOW)
        assert session.get_one(KnowledgeVersion, version.id).state == VersionState.UNIT_REVIEW
    without_reviewers(any_database)
    with any_database.unit_of_work() as session:
        pass_on_waiting(session, NOW)
        assert session.get_one(KnowledgeVersion, version.id).state == VersionState.CENTRE_REVIEW
        last = session.scalars(select(ItemEvent).order_by(ItemEvent.id.desc())).first()
        assert last is not None
        assert (last.kind, last.comment) == ("passed_on", "本单位没有审核人，直接送中心复核")


def test_the_centre_is_the_second_reviewer_where_the_unit_has_only_one(
    any_database: Database, unit: Unit, rules
) -> None:
    without_reviewers(any_database)
    only = reviewer(any_database, unit, "shen1")
    rules(needs_second_reviewer=True, is_trusted=True)
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        found = session.get_one(KnowledgeVersion, version.id)
        submit(session, found, actor=clerk_of(unit), now=NOW)
        approve(session, found, actor=only, now=NOW)
        assert found.state == VersionState.CENTRE_REVIEW
