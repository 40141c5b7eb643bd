"""我的视图: what is kept of an address, the limits, and a removal that can be taken back."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.db import Database
from kb.errors import InvalidInput, NotFound
from kb.models import User
from kb.services import saved_views
from kb.terms import Role

NOW = datetime(2026, 5, 7, 2, 24, tzinfo=UTC)


def _person(session: Session, name: str) -> Actor:
    user = User(username=name, name=name, roles=["dispatcher"], password_hash="-", created_at=NOW)
    session.add(user)
    session.flush()
    return Actor(user.id, name, None, frozenset({Role.DISPATCHER}))


def _names(session: Session, actor: Actor, at: datetime = NOW) -> list[str]:
    return [view.name for view in saved_views.views_of(session, "dispatch.home", actor, at).kept]


def test_the_filters_of_an_address_are_kept_in_one_order() -> None:
    assert saved_views.filters_of("q=%E6%9A%96%E6%B0%94&page=3&category=&a=1&view_name=x") == (
        "a=1&q=%E6%9A%96%E6%B0%94"
    )


def test_an_address_with_many_parts_is_read_like_any_other() -> None:
    query = "&".join(f"state={n}" for n in range(100, 141))
    assert saved_views.filters_of(query) == query


def test_views_are_a_persons_own_and_removal_can_be_taken_back(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        mine, other = _person(session, "a"), _person(session, "b")
        first = saved_views.save(session, "dispatch.home", "q=1&page=2", " 供热 ", mine, NOW)
        assert (first.name, first.query) == ("供热", "q=1")
        saved_views.save(session, "dispatch.home", "q=2", "供水", mine, NOW)
        saved_views.save(session, "dispatch.ledger", "q=2", "供热", mine, NOW)
        assert (_names(session, mine), _names(session, other)) == (["供热", "供水"], [])
        for act in (saved_views.remove, saved_views.restore):
            with pytest.raises(NotFound):
                act(session, first.id, other, NOW)
        saved_views.remove(session, first.id, mine, NOW)
        saved_views.remove(session, first.id, mine, NOW + timedelta(minutes=1))  # sent twice
        later = NOW + timedelta(minutes=9)
        told = saved_views.views_of(session, "dispatch.home", mine, later)
        assert told.removed is not None
        assert ([view.name for view in told.kept], told.removed.name) == (["供水"], "供热")
        gone = saved_views.views_of(session, "dispatch.home", mine, NOW + timedelta(minutes=11))
        assert gone.removed is None
        saved_views.restore(session, first.id, mine, later)
        assert _names(session, mine) == ["供热", "供水"]


@pytest.mark.parametrize(
    ("query", "name", "sentence"),
    [
        ("q=1", "  ", "1 至 20 个字"),
        ("q=1", "长" * 21, "1 至 20 个字"),
        ("q=1", "供热", "已有叫“供热”的视图"),
        ("q=13812345678", "电话", "有电话或证件号码"),
        (f"q={'a' * 700}", "长的", "太长"),
    ],
)
def test_what_cannot_be_kept_is_told(
    any_database: Database, query: str, name: str, sentence: str
) -> None:
    with any_database.unit_of_work() as session:
        mine = _person(session, "a")
        saved_views.save(session, "dispatch.home", "q=1", "供热", mine, NOW)
        with pytest.raises(InvalidInput, match=sentence):
            saved_views.save(session, "dispatch.home", query, name, mine, NOW)
        assert _names(session, mine) == ["供热"]


def test_a_list_has_twelve_and_a_name_once(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        mine = _person(session, "a")
        kept = [
            saved_views.save(session, "dispatch.home", f"q={n}", f"视图{n}", mine, NOW)
            for n in range(12)
        ]
        with pytest.raises(InvalidInput, match="最多存 12 个"):
            saved_views.save(session, "dispatch.home", "q=13", "第十三", mine, NOW)
        with pytest.raises(InvalidInput, match="已有叫“视图1”"):
            saved_views.rename(session, kept[0].id, "视图1", mine, NOW)
        saved_views.remove(session, kept[0].id, mine, NOW)
        saved_views.save(session, "dispatch.home", "q=13", "第十三", mine, NOW)
        with pytest.raises(InvalidInput, match="最多存 12 个"):
            saved_views.restore(session, kept[0].id, mine, NOW)
