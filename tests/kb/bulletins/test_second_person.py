"""Whoever passed a bulletin does not issue it as well, where somebody else can."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.bulletins.periods import Period
from kb.errors import IllegalTransition
from kb.models import BulletinRow, User
from kb.profile import Profile
from kb.profile_bulletins import BulletinSettings
from kb.services import bulletins
from kb.services.bulletin_issuing import require_issuable
from kb.services.bulletins import By
from kb.terms import BulletinKind, Role
from tests.kb.bulletins.book import at

MARCH = Period(date(2026, 3, 1), date(2026, 3, 31))
CITY = Profile(city="云汀市")
TWO = replace(CITY, bulletins=BulletinSettings(review_by_another=True))
REVIEWED = "这一期是您审核通过的，要由另一位督办人员印发"


@pytest.fixture
def row(book: Session, editor: Actor) -> BulletinRow:
    """A bulletin that the only supervisor drafted and passed."""
    drafted = bulletins.draft(
        book, BulletinKind.MONTHLY, MARCH, By(editor, at("04-05 12:00"), CITY)
    )
    bulletins.review(book, drafted, _by(editor, drafted))
    return drafted


def _by(actor: Actor, row: BulletinRow, profile: Profile = CITY) -> By:
    return By(actor, at("04-05 12:00"), profile, row.rev)


def _other(session: Session, role: Role, *, is_active: bool = True) -> Actor:
    user = User(
        username="other",
        name="另一位",
        password_hash="-",
        roles=[role.value],
        created_at=at("01-01 09:00"),
        is_active=is_active,
    )
    session.add(user)
    session.flush()
    return Actor(user.id, user.name, None, frozenset({role}))


def _may_issue(session: Session, row: BulletinRow, by: By) -> None:
    require_issuable(session, row, by, "2026年第3期", typed_is_meant=False)


def test_where_there_are_two_the_other_one_issues(
    book: Session, editor: Actor, row: BulletinRow
) -> None:
    other = _other(book, Role.SUPERVISOR)
    with pytest.raises(IllegalTransition, match=f"^{REVIEWED}$"):
        _may_issue(book, row, _by(editor, row))
    _may_issue(book, row, _by(other, row))


def test_who_wrote_issues_what_the_other_passed(
    book: Session, editor: Actor, row: BulletinRow
) -> None:
    other = _other(book, Role.SUPERVISOR)
    bulletins.recount(book, row, _by(editor, row))
    bulletins.review(book, row, _by(other, row))
    _may_issue(book, row, _by(editor, row))
    with pytest.raises(IllegalTransition, match=REVIEWED):
        _may_issue(book, row, _by(other, row))


@pytest.mark.parametrize(("role", "is_active"), [(Role.LEADER, True), (Role.SUPERVISOR, False)])
def test_who_is_alone_goes_on(
    book: Session, editor: Actor, row: BulletinRow, role: Role, is_active: bool
) -> None:
    _other(book, role, is_active=is_active)
    _may_issue(book, row, _by(editor, row))


def test_a_city_that_wants_two_in_any_case_is_told_where_that_is_set(
    book: Session, editor: Actor, row: BulletinRow
) -> None:
    with pytest.raises(IllegalTransition, match=f"{REVIEWED}.*修改、审核、印发两人分开"):
        _may_issue(book, row, _by(editor, row, TWO))
