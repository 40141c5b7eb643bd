"""提醒: said once, to whom it concerns, until it is done."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from kb.actor import Actor
from kb.db import Database
from kb.models import Notice, Unit, User
from kb.queries.notices import notices_of, unseen_count
from kb.services.notices import mark_seen, notify, resolve
from kb.terms import Role
from tests.kb.conftest import NOW


def add_user(database: Database, unit: Unit | None, *roles: Role) -> Actor:
    with database.unit_of_work() as session:
        number = session.scalar(select(func.count()).select_from(User))
        user = User(
            username=f"u{number}",
            name="陶静",
            unit_id=unit.id if unit else None,
            roles=[role.value for role in roles],
            password_hash="not a hash",
            created_at=NOW,
        )
        session.add(user)
    scope = frozenset({unit.id}) if unit else frozenset()
    return Actor(user.id, user.name, user.unit_id, frozenset(roles), scope)


def tell(database: Database, key: str, title: str = "《入园指南》7 天后到期", **whom) -> None:
    with database.unit_of_work() as session:
        notify(session, kind="due", title=title, path="/units", now=NOW, key=key, **whom)


def titles(database: Database, actor: Actor, **more) -> list[str]:
    with database.reading() as session:
        return [row.notice.title for row in notices_of(session, actor, **more).rows]


def test_a_key_is_said_once_however_often_it_is_told(any_database: Database, unit: Unit) -> None:
    tell(any_database, "due-7:1", unit_id=unit.id)
    tell(any_database, "due-7:1", title="另一句话", unit_id=unit.id)
    with any_database.reading() as session:
        assert session.scalars(select(Notice.title)).all() == ["《入园指南》7 天后到期"]


def test_a_unit_alone_means_those_who_write_and_review_for_it(
    any_database: Database, unit: Unit
) -> None:
    tell(any_database, "a", unit_id=unit.id)
    clerk = add_user(any_database, unit, Role.UNIT_CLERK)
    reviewer = add_user(any_database, unit, Role.UNIT_REVIEWER)
    agent = add_user(any_database, unit, Role.AGENT)
    editor = add_user(any_database, None, Role.EDITOR)
    with any_database.unit_of_work() as session:
        other = Unit(name="汀州市水务局", aliases=[])
        session.add(other)
    stranger = add_user(any_database, other, Role.UNIT_CLERK)
    found = [len(titles(any_database, actor)) for actor in (clerk, reviewer, agent, editor)]
    assert found == [1, 1, 0, 0]
    assert titles(any_database, stranger) == []


def test_a_role_and_a_person_are_told_alone(any_database: Database, unit: Unit) -> None:
    editor = add_user(any_database, None, Role.EDITOR)
    other_editor = add_user(any_database, None, Role.EDITOR)
    clerk = add_user(any_database, unit, Role.UNIT_CLERK)
    reviewer = add_user(any_database, unit, Role.UNIT_REVIEWER)
    tell(any_database, "a", title="给管理员", role=Role.EDITOR)
    tell(any_database, "b", title="给一个人", user_id=other_editor.user_id)
    tell(any_database, "c", title="给本单位审核人", unit_id=unit.id, role=Role.UNIT_REVIEWER)
    assert titles(any_database, editor) == ["给管理员"]
    assert titles(any_database, other_editor) == ["给一个人", "给管理员"]
    assert titles(any_database, clerk) == []
    assert titles(any_database, reviewer) == ["给本单位审核人"]


def test_what_was_seen_is_no_longer_new_but_stays_until_settled(
    any_database: Database, unit: Unit
) -> None:
    clerk = add_user(any_database, unit, Role.UNIT_CLERK)
    colleague = add_user(any_database, unit, Role.UNIT_CLERK)
    tell(any_database, "a", title="甲", unit_id=unit.id)
    tell(any_database, "b", title="乙", unit_id=unit.id)
    with any_database.unit_of_work() as session:
        first = session.scalars(select(Notice.id).where(Notice.key == "a")).one()
        mark_seen(session, [first], clerk.user_id, NOW)
        mark_seen(session, [first], clerk.user_id, NOW + timedelta(hours=1))
    with any_database.reading() as session:
        rows = notices_of(session, clerk).rows
        assert [(row.notice.title, row.seen_at) for row in rows] == [("乙", None), ("甲", NOW)]
        assert (unseen_count(session, clerk), unseen_count(session, colleague)) == (1, 2)
    with any_database.unit_of_work() as session:
        resolve(session, "a")
        resolve(session, "nobody ever said this")
    assert titles(any_database, clerk) == ["乙"]
    assert titles(any_database, clerk, is_resolved=True) == ["甲"]
    # What is settled is not opened again by saying it again.
    tell(any_database, "a", title="甲", unit_id=unit.id)
    assert titles(any_database, clerk) == ["乙"]


def test_a_notice_for_nobody_is_refused(any_database: Database) -> None:
    with pytest.raises(ValueError, match="somebody"):
        tell(any_database, "a")
