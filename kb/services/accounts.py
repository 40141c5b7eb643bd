"""People: who they are, what they may do, and how they prove it. Callers commit."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import Duplicate, IllegalTransition, InvalidInput, NotFound, PermissionDenied
from kb.mail_address import check_address
from kb.models import Unit, User
from kb.services import audit, login_sessions, passwords
from kb.terms import Role

MAX_FAILURES = 5
LOCK = timedelta(minutes=15)
_USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")

# One sentence for every refusal: it must not tell which user names exist.
REFUSED = (
    "用户名或密码不对，或者账号已停用、已锁定。连续输错 5 次锁定 15 分钟；"
    "请稍后再试，或请管理员重设密码"
)


class LoginRefused(PermissionDenied):
    """Raised when a log-in fails. The failure is counted in the session: commit, then answer."""

    code = "login_refused"


def create_user(
    session: Session,
    *,
    username: str,
    name: str,
    password: str,
    roles: Iterable[Role],
    unit_id: int | None,
    now: datetime,
    actor_id: int | None = None,
    must_change_password: bool = True,
) -> User:
    """Add a person.

    :raises InvalidInput: a field is missing or wrong, or the password breaks the policy.
    :raises Duplicate: the user name is taken.
    """
    username = username.strip().lower()
    chosen = sorted(set(roles))
    problems = person_problems(session, username, name.strip(), chosen, unit_id)
    if problems:
        raise InvalidInput("有几项没有填对，请改正后再保存", problems)
    passwords.check_policy(password, username)
    if session.scalar(select(User.id).where(User.username == username)) is not None:
        raise Duplicate(f"用户名 {username} 已经有人使用，请换一个")
    user = User(
        username=username,
        name=name.strip(),
        unit_id=unit_id,
        roles=[role.value for role in chosen],
        password_hash=passwords.hash_password(password),
        must_change_password=must_change_password,
        created_at=now,
    )
    session.add(user)
    session.flush()
    detail = {"username": username, "roles": user.roles, "unit_id": unit_id}
    audit.record(session, actor_id, "user_created", "user", user.id, detail, now)
    return user


def person_problems(
    session: Session, username: str, name: str, roles: list[Role], unit_id: int | None
) -> dict[str, str]:
    """What is wrong with a new person, by field; nothing when they may be added."""
    fields: dict[str, str] = {}
    if not _USERNAME.fullmatch(username):
        fields["username"] = "用户名为 2 至 40 个小写字母、数字、点、横线，以字母或数字开头"
    if not 1 <= len(name) <= 40:
        fields["name"] = "姓名要填写，最多 40 个字"
    return fields | _role_problems(session, roles, unit_id)


def _role_problems(session: Session, roles: list[Role], unit_id: int | None) -> dict[str, str]:
    fields: dict[str, str] = {}
    if not roles:
        fields["roles"] = "至少选一个角色"
    if unit_id is None and not {Role.UNIT_CLERK, Role.UNIT_REVIEWER}.isdisjoint(roles):
        fields["unit_id"] = "单位经办和单位审核必须选所属单位"
    if unit_id is not None and session.get(Unit, unit_id) is None:
        fields["unit_id"] = "没有这个单位，请重新选择"
    return fields


def get_user(session: Session, user_id: int) -> User:
    """:raises NotFound: no such person."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound("没有这个人员", user_id=user_id)
    return user


def authenticate(session: Session, username: str, password: str, *, now: datetime) -> User:
    """Check a log-in. Unknown, disabled and locked people cost the same work and read the same.

    :raises LoginRefused: it failed; the count of failures in ``session`` must be committed.
    """
    user = session.scalar(
        select(User).where(User.username == username.strip().lower()).with_for_update()
    )
    if user is None:
        passwords.spend_as_verify(password)
        audit.record(session, None, "login_failed", "user", "", {"reason": "unknown"}, now)
        raise LoginRefused(REFUSED)
    is_right = passwords.verify_password(user.password_hash, password)
    if user.locked_until is not None and user.locked_until > now:
        audit.record(session, user.id, "login_failed", "user", user.id, {"reason": "locked"}, now)
        raise LoginRefused(REFUSED)
    if not is_right or not user.is_active:
        _count_failure(session, user, now)
        raise LoginRefused(REFUSED)
    user.failed_logins, user.locked_until = 0, None
    if passwords.needs_rehash(user.password_hash):
        user.password_hash = passwords.hash_password(password)
    audit.record(session, user.id, "login", "user", user.id, {}, now)
    return user


def _count_failure(session: Session, user: User, now: datetime) -> None:
    if user.locked_until is not None:  # an earlier lock has run out: count anew
        user.failed_logins, user.locked_until = 0, None
    user.failed_logins += 1
    is_locking = user.failed_logins >= MAX_FAILURES
    if is_locking:
        user.locked_until = now + LOCK
    reason = "disabled" if not user.is_active else "password"
    detail = {"reason": reason, "locked": is_locking}
    audit.record(session, user.id, "login_failed", "user", user.id, detail, now)


def change_password(session: Session, user_id: int, *, old: str, new: str, now: datetime) -> None:
    """Let a person change their own password; ends all their sessions, this one included.

    :raises InvalidInput: the old password is wrong, or the new one breaks the policy.
    """
    user = get_user(session, user_id)
    if not passwords.verify_password(user.password_hash, old):
        raise InvalidInput("原密码不对，请重新输入", {"old": "原密码不对"})
    if old == new:
        raise InvalidInput("新密码不能与原密码相同", {"password": "新密码不能与原密码相同"})
    passwords.check_policy(new, user.username)
    user.password_hash = passwords.hash_password(new)
    user.must_change_password = False
    login_sessions.end_all(session, user.id, now=now)
    audit.record(session, user.id, "password_changed", "user", user.id, {}, now)


def reset_password(session: Session, user_id: int, *, actor_id: int | None, now: datetime) -> str:
    """Give a person a one-time password, which is returned to be shown once; ends their sessions.

    :raises NotFound: no such person.
    """
    user = get_user(session, user_id)
    password = passwords.one_time_password()
    user.password_hash = passwords.hash_password(password)
    user.must_change_password = True
    user.failed_logins, user.locked_until = 0, None
    login_sessions.end_all(session, user.id, now=now)
    audit.record(session, actor_id, "password_reset", "user", user.id, {}, now)
    return password


def set_mail(
    session: Session, user_id: int, *, email: str, wants_mail: bool, now: datetime
) -> None:
    """Where a person's reminders are mailed to, and whether they want them.

    :raises InvalidInput: that is no mail address.
    """
    user = get_user(session, user_id)
    user.email, user.wants_mail = check_address(email), wants_mail
    audit.record(session, user.id, "mail_changed", "user", user.id, {"wants_mail": wants_mail}, now)


def set_active(
    session: Session, user_id: int, *, is_active: bool, actor_id: int, now: datetime
) -> None:
    """停用 or 启用 a person; disabling ends their sessions at once.

    :raises IllegalTransition: a person disables themself, or the last administrator.
    """
    user = get_user(session, user_id)
    if not is_active:
        if user.id == actor_id:
            raise IllegalTransition("不能停用自己的账号，请由另一位管理员操作")
        _keep_one_admin(session, user, set())
        login_sessions.end_all(session, user.id, now=now)
    user.is_active = is_active
    action = "user_enabled" if is_active else "user_disabled"
    audit.record(session, actor_id, action, "user", user.id, {}, now)


def set_roles(
    session: Session,
    user_id: int,
    *,
    roles: Iterable[Role],
    unit_id: int | None,
    actor_id: int,
    now: datetime,
) -> None:
    """Change what a person may do and where they belong; their sessions end, as rights changed.

    :raises InvalidInput: no role, or a unit role without unit.
    :raises IllegalTransition: nobody would be left as administrator.
    """
    user = get_user(session, user_id)
    chosen = sorted(set(roles))
    problems = _role_problems(session, chosen, unit_id)
    if problems:
        raise InvalidInput("有几项没有填对，请改正后再保存", problems)
    _keep_one_admin(session, user, set(chosen))
    detail: dict[str, object] = {
        "before": list(user.roles),
        "after": [role.value for role in chosen],
    }
    detail |= {"unit_before": user.unit_id, "unit_after": unit_id}
    user.roles, user.unit_id = [role.value for role in chosen], unit_id
    login_sessions.end_all(session, user.id, now=now)
    audit.record(session, actor_id, "roles_changed", "user", user.id, detail, now)


def _keep_one_admin(session: Session, user: User, new_roles: set[Role]) -> None:
    admin = Role.ADMIN.value
    if admin not in user.roles or Role.ADMIN in new_roles:
        return
    others = session.scalars(select(User).where(User.id != user.id, User.is_active.is_(True)))
    if not any(admin in other.roles for other in others):
        raise IllegalTransition("这是最后一个管理员账号，请先另设一位管理员")


def actor_of(session: Session, user: User, unit_id: int | None = None) -> Actor:
    """The person as plain data, with the units below and above their own.

    ``unit_id`` narrows an integration to another unit than the person's own.
    """
    own = user.unit_id if unit_id is None else unit_id
    below, above = unit_line(session, own)
    return Actor(
        user_id=user.id,
        name=user.name,
        unit_id=own,
        roles=frozenset(Role(value) for value in user.roles),
        unit_scope=below,
        above=above,
    )


def unit_line(session: Session, unit_id: int | None) -> tuple[frozenset[int], frozenset[int]]:
    """A unit with every unit below it, and every unit above it; one query."""
    if unit_id is None:
        return frozenset(), frozenset()
    below = select(Unit.id).where(Unit.id == unit_id).cte("below", recursive=True)
    below = below.union(select(Unit.id).where(Unit.parent_id == below.c.id))
    above = select(Unit.parent_id).where(Unit.id == unit_id).cte("above", recursive=True)
    above = above.union(select(Unit.parent_id).where(Unit.id == above.c.parent_id))
    both = union_all(select(below.c.id, literal(0)), select(above.c.parent_id, literal(1)))
    found = session.execute(both).all()
    return (
        frozenset(row[0] for row in found if row[1] == 0),
        frozenset(row[0] for row in found if row[1] == 1 and row[0] is not None),
    )


def unit_scope(session: Session, unit_id: int | None) -> frozenset[int]:
    """The ids of a unit and every unit below it; empty for nobody's unit."""
    return unit_line(session, unit_id)[0]
