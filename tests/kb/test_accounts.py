"""Log-in, lockout, sessions, password policy, tokens."""

import runpy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

import kb.models  # noqa: F401 - registers every table
from kb.db import Base, Database
from kb.errors import Duplicate, IllegalTransition, InvalidInput
from kb.models import ApiToken, LoginSession, Unit, User
from kb.services import accounts, api_tokens, login_sessions, passwords
from kb.terms import Role

NOW = datetime(2026, 5, 7, 2, 24, tzinfo=UTC)
PASSWORD = "Lanchuan-2026"
IDLE = timedelta(minutes=30)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    database = Database(f"sqlite:///{tmp_path / 'kb.sqlite3'}")
    Base.metadata.create_all(database.engine)
    with database.session() as session:
        yield session
    database.close()


def _person(session: Session, username: str = "jy0902", **changes: object) -> User:
    values: dict[str, object] = {
        "username": username,
        "name": "何静",
        "password": PASSWORD,
        "roles": [Role.AGENT],
        "unit_id": None,
        "now": NOW,
    }
    return accounts.create_user(session, **(values | changes))  # type: ignore[arg-type]


def test_a_password_is_kept_as_argon2_only(session: Session) -> None:
    user = _person(session)
    assert user.password_hash.startswith("$argon2id$")
    assert accounts.authenticate(session, " JY0902 ", PASSWORD, now=NOW).id == user.id


@pytest.mark.parametrize(
    "password", ["Ab1-xyz", "lanchuan2026", "12345678", "Jy0902-Pass", "A1-" + "x" * 126]
)
def test_a_weak_password_is_refused(session: Session, password: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        _person(session, password=password)
    assert list(caught.value.fields) == ["password"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "何静"}, "username"),
        ({"name": "  "}, "name"),
        ({"roles": []}, "roles"),
        ({"roles": [Role.UNIT_CLERK]}, "unit_id"),
        ({"unit_id": 99}, "unit_id"),
    ],
)
def test_a_wrong_field_is_named(session: Session, changes: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        _person(session, **changes)
    assert list(caught.value.fields) == [field]


def test_a_user_name_is_given_once(session: Session) -> None:
    _person(session)
    with pytest.raises(Duplicate):
        _person(session, username="JY0902")


def test_five_failures_lock_for_fifteen_minutes(session: Session) -> None:
    _person(session)
    for _ in range(5):
        with pytest.raises(accounts.LoginRefused):
            accounts.authenticate(session, "jy0902", "wrong-Pass1", now=NOW)
    almost = NOW + timedelta(minutes=14, seconds=59)
    with pytest.raises(accounts.LoginRefused):
        accounts.authenticate(session, "jy0902", PASSWORD, now=almost)
    user = accounts.authenticate(session, "jy0902", PASSWORD, now=NOW + timedelta(minutes=15))
    assert (user.failed_logins, user.locked_until) == (0, None)


def test_after_a_lock_five_new_failures_are_needed(session: Session) -> None:
    user = _person(session)
    for _ in range(5):
        with pytest.raises(accounts.LoginRefused):
            accounts.authenticate(session, "jy0902", "wrong-Pass1", now=NOW)
    later = NOW + timedelta(minutes=16)
    with pytest.raises(accounts.LoginRefused):
        accounts.authenticate(session, "jy0902", "wrong-Pass1", now=later)
    assert (user.failed_logins, user.locked_until) == (1, None)


def test_unknown_disabled_and_wrong_read_the_same(session: Session) -> None:
    user, admin = _person(session), _person(session, "boss", roles=[Role.ADMIN])
    accounts.set_active(session, user.id, is_active=False, actor_id=admin.id, now=NOW)
    said = set()
    for name, password in (
        ("nobody", PASSWORD),
        ("jy0902", PASSWORD),
        ("boss", "wrong-Pass1"),
    ):
        with pytest.raises(accounts.LoginRefused) as caught:
            accounts.authenticate(session, name, password, now=NOW)
        said.add(caught.value.message)
    assert len(said) == 1


def test_only_the_hash_of_a_session_is_stored(session: Session) -> None:
    secret = login_sessions.open_session(session, _person(session).id, now=NOW)
    session.flush()
    row = session.scalars(select(LoginSession)).one()
    assert len(secret) >= 43  # 256 bits in base64
    assert row.id == login_sessions.fingerprint(secret) != secret


def test_a_session_ends_when_idle_or_old(session: Session) -> None:
    secret = login_sessions.open_session(session, _person(session).id, now=NOW)
    session.flush()
    live = login_sessions.resume(session, secret, now=NOW + timedelta(minutes=29), idle=IDLE)
    assert live.needs_touch
    with pytest.raises(login_sessions.SessionEnded):
        login_sessions.resume(session, secret, now=NOW + timedelta(minutes=30), idle=IDLE)
    for hours in range(1, 16):  # used every half hour, it still ends after eight hours
        login_sessions.touch(session, live.id, now=NOW + timedelta(minutes=29 * hours))
    session.expire_all()
    login_sessions.touch(session, live.id, now=NOW + timedelta(hours=7, minutes=59))
    session.expire_all()
    login_sessions.resume(session, secret, now=NOW + timedelta(hours=7, minutes=59), idle=IDLE)
    with pytest.raises(login_sessions.SessionEnded):
        login_sessions.resume(session, secret, now=NOW + timedelta(hours=8), idle=IDLE)


def test_last_seen_is_written_at_most_once_a_minute(session: Session) -> None:
    secret = login_sessions.open_session(session, _person(session).id, now=NOW)
    session.flush()
    soon = login_sessions.resume(session, secret, now=NOW + timedelta(seconds=59), idle=IDLE)
    later = login_sessions.resume(session, secret, now=NOW + timedelta(seconds=60), idle=IDLE)
    assert (soon.needs_touch, later.needs_touch) == (False, True)


@pytest.mark.parametrize("what", ["password", "reset", "roles", "disable", "logout"])
def test_what_ends_a_session(session: Session, what: str) -> None:
    admin, user = _person(session, "boss", roles=[Role.ADMIN]), _person(session)
    secret = login_sessions.open_session(session, user.id, now=NOW)
    session.flush()
    who = {"actor_id": admin.id, "now": NOW}
    if what == "password":
        accounts.change_password(session, user.id, old=PASSWORD, new="Xin-Mima-88", now=NOW)
    elif what == "reset":
        accounts.reset_password(session, user.id, **who)
    elif what == "roles":
        accounts.set_roles(session, user.id, roles=[Role.EDITOR], unit_id=None, **who)
    elif what == "disable":
        accounts.set_active(session, user.id, is_active=False, **who)
    else:
        login_sessions.end(session, secret, now=NOW)
    session.expire_all()
    with pytest.raises(login_sessions.SessionEnded):
        login_sessions.resume(session, secret, now=NOW, idle=IDLE)


def test_a_reset_password_must_be_changed(session: Session) -> None:
    user = _person(session, must_change_password=False)
    once = accounts.reset_password(session, user.id, actor_id=user.id, now=NOW)
    assert accounts.authenticate(session, "jy0902", once, now=NOW).must_change_password
    accounts.change_password(session, user.id, old=once, new="Xin-Mima-88", now=NOW)
    assert not user.must_change_password


def test_a_shipped_hash_is_as_dear_as_owasp_asks() -> None:
    shipped = runpy.run_path(passwords.__file__)  # the tests' own is cheaper
    assert shipped["hash_password"]("Lanchuan-2026").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_one_time_passwords_meet_the_policy() -> None:
    made = {passwords.one_time_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        passwords.check_policy(password)


def test_the_last_administrator_stays(session: Session) -> None:
    boss = _person(session, "boss", roles=[Role.ADMIN])
    with pytest.raises(IllegalTransition):
        accounts.set_roles(
            session, boss.id, roles=[Role.AGENT], unit_id=None, actor_id=boss.id, now=NOW
        )
    with pytest.raises(IllegalTransition):
        accounts.set_active(session, boss.id, is_active=False, actor_id=boss.id, now=NOW)


def test_the_scope_is_the_unit_and_all_below(session: Session) -> None:
    city = Unit(name="临江区人民政府")
    street = Unit(name="渡口街道办事处", parent=city)
    office = Unit(name="渡口街道便民服务中心", parent=street)
    other = Unit(name="望山区人民政府")
    session.add_all([city, street, office, other])
    session.flush()
    user = _person(session, roles=[Role.UNIT_CLERK], unit_id=street.id)
    actor = accounts.actor_of(session, user)
    assert actor.unit_scope == {street.id, office.id}
    assert accounts.unit_scope(session, city.id) == {city.id, street.id, office.id}
    assert accounts.unit_scope(session, None) == frozenset()


def test_a_token_is_shown_once_and_can_be_revoked(session: Session) -> None:
    unit = Unit(name="澜川市教育局")
    session.add(unit)
    user = _person(session, roles=[Role.AGENT])
    token, secret = api_tokens.create_token(
        session,
        name="公文系统",
        user_id=user.id,
        unit_id=unit.id,
        scopes=["search", "documents"],
        actor_id=user.id,
        now=NOW,
    )
    found = api_tokens.authenticate_token(session, secret)
    assert (found.actor.user_id, found.actor.unit_id) == (user.id, unit.id)
    assert found.scopes == {"documents", "search"}
    assert secret not in {row.token_hash for row in session.scalars(select(ApiToken))}
    api_tokens.revoke_token(session, token.id, actor_id=user.id, now=NOW)
    session.flush()
    with pytest.raises(api_tokens.TokenRefused):
        api_tokens.authenticate_token(session, secret)


def test_a_token_of_a_disabled_person_is_refused(session: Session) -> None:
    boss, user = _person(session, "boss", roles=[Role.ADMIN]), _person(session)
    _, secret = api_tokens.create_token(
        session,
        name="公文系统",
        user_id=user.id,
        unit_id=None,
        scopes=["search"],
        actor_id=boss.id,
        now=NOW,
    )
    accounts.set_active(session, user.id, is_active=False, actor_id=boss.id, now=NOW)
    with pytest.raises(api_tokens.TokenRefused):
        api_tokens.authenticate_token(session, secret)
