"""Passwords: the policy, the hash, and one-time passwords that administrators hand over."""

import secrets
import string
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from kb.errors import InvalidInput

# OWASP's smallest recommended argon2id setting; about 30 ms on one core.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)

MIN_LENGTH = 8
MAX_LENGTH = 128
CLASSES_NEEDED = 3

POLICY = "密码至少 8 个字符，含大写字母、小写字母、数字、符号中的三种，不含用户名"


def check_policy(password: str, username: str = "") -> None:
    """Refuse a password that the 等保 policy does not allow.

    :raises InvalidInput: too short, too long, too uniform, or it contains the user name;
        ``fields['password']`` says which.
    """
    problem = _problem(password, username)
    if problem:
        raise InvalidInput(problem, {"password": problem})


def _problem(password: str, username: str) -> str:
    if len(password) < MIN_LENGTH:
        return f"密码太短：至少 {MIN_LENGTH} 个字符"
    if len(password) > MAX_LENGTH:
        return f"密码太长：最多 {MAX_LENGTH} 个字符"
    if _classes(password) < CLASSES_NEEDED:
        return "密码太简单：大写字母、小写字母、数字、符号至少要有三种"
    if username and username.lower() in password.lower():
        return "密码里不能含有用户名"
    return ""


def _classes(password: str) -> int:
    kinds = {
        "upper" if char.isupper()
        else "lower" if char.islower()
        else "digit" if char.isdigit()
        else "other"
        for char in password
    }  # fmt: skip
    return len(kinds)


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    return _HASHER.hash(password)


def verify_password(password_hash: str, password: str) -> bool:
    """Tell whether the password belongs to the hash."""
    try:
        return _HASHER.verify(password_hash, password)
    except VerifyMismatchError:
        return False


@cache
def _nobody() -> str:
    return _HASHER.hash(secrets.token_urlsafe(32))


def spend_as_verify(password: str) -> None:
    """Do the work of a check for a user who does not exist, so that time tells nothing."""
    verify_password(_nobody(), password)


def needs_rehash(password_hash: str) -> bool:
    """Tell whether the hash was made with older settings."""
    return _HASHER.check_needs_rehash(password_hash)


def one_time_password() -> str:
    """A random password that meets the policy, without letters that look alike; about 70 bits."""
    letters = "".join(c for c in string.ascii_letters if c not in "lIOo")
    alphabet = letters + "23456789"
    while True:
        password = "".join(secrets.choice(alphabet) for _ in range(12))
        if _classes(password) >= CLASSES_NEEDED:
            return password
