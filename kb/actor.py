"""Who acts: the person's roles and the units they speak for, as plain data."""

from dataclasses import dataclass

from kb.errors import PermissionDenied
from kb.terms import Role

# The hotline centre's own people work for the whole city.
CENTRE_ROLES = frozenset(
    {
        Role.AGENT,
        Role.EDITOR,
        Role.DISPATCHER,
        Role.FOLLOW_UP_AGENT,
        Role.SUPERVISOR,
    }
)


@dataclass(frozen=True)
class Actor:
    """A person or integration at work.

    ``unit_scope`` holds the ids of the own unit and every unit below it, ``above`` those of the
    units it is part of. ``token_id`` is the API token that speaks for the person, ``None`` when
    they act themselves.
    """

    user_id: int
    name: str
    unit_id: int | None
    roles: frozenset[Role]
    unit_scope: frozenset[int] = frozenset()
    token_id: int | None = None
    above: frozenset[int] = frozenset()

    @property
    def unit_line(self) -> frozenset[int]:
        """The own unit, those below it and those above: whose leaders can give them work."""
        return self.unit_scope | self.above

    def was_given(self, assignee_id: int | None, unit_id: int | None) -> bool:
        """Tell whether something a unit assigned (分派) is this person's: they are named, and still
        of that unit. Whoever was moved to another takes nothing along."""
        return assignee_id == self.user_id and unit_id in self.unit_line

    def has(self, *roles: Role) -> bool:
        """Tell whether the person holds at least one of the roles."""
        return not self.roles.isdisjoint(roles)

    @property
    def is_centre(self) -> bool:
        """Tell whether the person works in the hotline centre."""
        return not self.roles.isdisjoint(CENTRE_ROLES)

    def require(self, *roles: Role) -> None:
        """Refuse the action unless one of the roles is held.

        :raises PermissionDenied: none is.
        """
        if not self.has(*roles):
            names = "、".join(role.label for role in roles)
            raise PermissionDenied(f"这一步要由{names}来做，您的账号没有这个角色")
