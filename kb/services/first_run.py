"""初次开通: an empty installation, and the one-time code that lets its first administrator in."""

import hashlib
import hmac
import secrets
import unicodedata
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.errors import PermissionDenied
from kb.models import Setting, User
from kb.services.accounts import create_user
from kb.terms import Role

_SETTING = "first_run_code"


def is_empty(session: Session) -> bool:
    """True while there is nobody who could log in."""
    return session.scalar(select(User.id).limit(1)) is None


def is_waiting(session: Session) -> bool:
    """True while a printed code waits for the first administrator."""
    return session.get(Setting, _SETTING) is not None and is_empty(session)


def new_code(session: Session) -> str:
    """A code to be printed in the terminal; only its hash is kept, and the one before ends.

    The caller commits.
    """
    code = f"{secrets.randbelow(10**4):04d}-{secrets.randbelow(10**4):04d}"
    row = session.get(Setting, _SETTING) or Setting(name=_SETTING)
    row.value = _hash(code)
    session.add(row)
    return code


def make_admin(
    session: Session, *, code: str, name: str, username: str, password: str, now: datetime
) -> User:
    """The first administrator; the code is used up. The caller commits.

    :raises PermissionDenied: the code is wrong, or there is somebody already.
    :raises InvalidInput: a field is wrong, or the password breaks the policy.
    """
    row = session.get(Setting, _SETTING, with_for_update=True)
    if row is None or not is_empty(session):
        raise PermissionDenied("已经开通过了，请直接登录")
    if not hmac.compare_digest(row.value, _hash(_as_printed(code))):
        raise PermissionDenied("开通码不对，请照终端里最近一次启动时打印的填写")
    user = create_user(
        session,
        username=username,
        name=name,
        password=password,
        roles=[Role.ADMIN],
        unit_id=None,
        now=now,
        must_change_password=False,
    )
    session.delete(row)
    return user


def _as_printed(code: str) -> str:
    """However its digits were set apart."""
    digits = "".join(c for c in unicodedata.normalize("NFKC", code) if c.isdecimal())
    return f"{digits[:4]}-{digits[4:]}"


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
