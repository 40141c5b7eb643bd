"""The main menu: each person sees the rooms the permission map lets them into."""

from dataclasses import dataclass

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from kb.actor import Actor
from kb.terms import Role
from webapp.permission_map import permissions
from webapp.rules import is_allowed

# Units have a room of their own for orders; the centre's opens to them, but is not where they work.
_OF_THE_CENTRE = frozenset({"/dispatch"})
_OWN = {
    Role.SUPERVISOR: "/supervise",
    Role.LEADER: "/supervise",
    Role.FOLLOW_UP_AGENT: "/follow-up",
    Role.ADMIN: "/admin",
}
ROOMS = (
    ("坐席台", "/desk"),
    ("知识库", "/units"),
    ("工单", "/dispatch"),
    ("回访", "/follow-up"),
    ("本单位工单", "/units/orders"),
    ("派单目录", "/dispatch/catalogue"),
    ("督办看板", "/supervise"),
    ("通报", "/supervise/bulletins"),
    ("检索", "/admin/search-lab"),
    ("词典", "/admin/dictionary"),
    ("管理", "/admin"),
    ("值班", "/duty"),
)


@dataclass(frozen=True)
class Place:
    """One entry of the menu."""

    label: str
    path: str
    is_here: bool


def menu(actor: Actor | None) -> list[Place]:
    """The rooms this person may enter, in fixed order."""
    rules = permissions(current_app)
    here = _room_of(request.path)
    places = []
    for label, path in ROOMS:
        rule = rules.get(_endpoint(path))
        if actor is None or (path in _OF_THE_CENTRE and not actor.is_centre):
            continue
        if rule is not None and is_allowed(rule, actor):
            places.append(Place(label, path, path == here))
    return places


def may(actor: Actor | None, endpoint: str) -> bool:
    """Tell whether this person may use an endpoint; pages show no button for what they may not."""
    rule = permissions(current_app).get(endpoint)
    return rule is not None and is_allowed(rule, actor)


def is_offered(actor: Actor | None, path: str) -> bool:
    """Tell whether a room is in this person's menu."""
    return any(place.path == path for place in menu(actor))


def _room_of(asked: str) -> str:
    """The room an address is in: the longest one, as one room's address may begin another's."""
    within = [path for _, path in ROOMS if asked == path or asked.startswith(f"{path}/")]
    return max(within, key=len, default="")


def first_page(actor: Actor) -> str:
    """Where a person lands after log-in: their own room, not merely one they may look into."""
    places = menu(actor)
    if len(actor.roles) == 1 and (own := _OWN.get(next(iter(actor.roles)))):
        return own
    return places[0].path if places else "/account"


def _endpoint(path: str) -> str:
    adapter = current_app.url_map.bind("localhost")
    try:
        return adapter.match(path, method="GET")[0]
    except HTTPException:
        return ""
