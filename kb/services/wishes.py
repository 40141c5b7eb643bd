"""What the sender says about a file, and the form in which a job remembers it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from typing import Any

from kb.actor import Actor
from kb.errors import PermissionDenied
from kb.terms import Audience, KnowledgeKind, Role

_DAYS = frozenset({"issued_on", "valid_from", "valid_until", "review_on"})


@dataclass(frozen=True)
class Wishes:
    """What the sender says about a document; what they leave out is recognised."""

    unit_id: int
    # None: as the document's title and structure suggest, 政策文件 where they suggest nothing.
    kind: KnowledgeKind | None = None
    audience: Audience = Audience.PUBLIC
    category: str = ""
    title: str = ""
    # The entry this is a new version of, when the sender knows.
    item_id: int | None = None
    # A file with a 文号 that an entry already has becomes its next version by itself.
    join_same_number: bool = False
    # Published as soon as it is drafted; whoever takes the push has checked that they may.
    publish: bool = False
    # Whatever it is, it becomes a batch that is looked through before anything is drafted.
    look_first: bool = False
    # Fields of the content that the sender states; they win over what is recognised.
    stated: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_about_any(self) -> bool:
        """Tell whether nothing is said that fits one entry alone."""
        return not (self.title or self.item_id or self.publish or self.stated)


def payload_of(wishes: Wishes) -> dict[str, Any]:
    """The wishes as plain JSON, to be read back by :func:`wishes_of`."""
    stated = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in wishes.stated.items()
    }
    return asdict(wishes) | {"stated": stated}


def wishes_of(payload: Mapping[str, Any]) -> Wishes:
    """What the sender said, from a payload that holds :func:`payload_of`'s answer among others."""
    said = {item.name: payload[item.name] for item in fields(Wishes) if item.name in payload}
    stated: dict[str, Any] = {
        name: date.fromisoformat(value) if name in _DAYS and value else value
        for name, value in said.get("stated", {}).items()
    }
    stated |= {name: tuple(stated[name]) for name in ("regions", "variants") if name in stated}
    kind = KnowledgeKind(said["kind"]) if said["kind"] else None
    audience = Audience(said["audience"])
    return Wishes(**(said | {"kind": kind, "audience": audience, "stated": stated}))


def require_pusher(actor: Actor, unit_id: int) -> None:
    """Only the unit's own people, editors and administrators push for a unit.

    :raises PermissionDenied: otherwise.
    """
    if actor.has(Role.EDITOR, Role.ADMIN):
        return
    if actor.has(Role.UNIT_CLERK, Role.UNIT_REVIEWER) and unit_id in actor.unit_scope:
        return
    raise PermissionDenied("只能为本单位推送文件")
