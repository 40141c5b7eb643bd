"""Which people have a role, asked of the database."""

from sqlalchemy import ColumnElement, String, cast

from kb.models import User
from kb.terms import Role


def has_role(role: Role) -> ColumnElement[bool]:
    """That a person holds a role; roles are kept as a JSON list, read alike by both databases."""
    return cast(User.roles, String).contains(f'"{role.value}"')
