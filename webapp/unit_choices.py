"""What the forms of the units' rooms offer: units, kinds, audiences, categories; what they said."""

import re

from flask import request
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import InvalidInput
from kb.models import Unit
from kb.queries import portal
from kb.services.wishes import Wishes, require_pusher
from kb.terms import Audience, KnowledgeKind, Role
from webapp.context import services

Options = list[tuple[str, str]]
_ID = re.compile(r"[0-9]{1,9}")


def kinds() -> Options:
    """The kinds of entries."""
    return [(kind.value, kind.label) for kind in KnowledgeKind]


def audiences() -> Options:
    """公开 and 内部."""
    return [(audience.value, audience.label) for audience in Audience]


def categories(present: str = "") -> Options:
    """The city's categories, and the present one where the city no longer has it."""
    known = list(getattr(services().profile, "categories", ()))
    if present and present not in known:
        known.append(present)
    return [(name, name.replace("/", " / ")) for name in known]


def units(session: Session, actor: Actor) -> Options:
    """The units this person may write for, the own one first."""
    found = portal.units_of(session, actor)
    found.sort(key=lambda unit: unit.id != actor.unit_id)
    return [(str(unit.id), unit.name) for unit in found]


def wishes_said(actor: Actor) -> Wishes:
    """What the sender of a form says about files or a text: unit, kind, audience, category.

    :raises InvalidInput: a choice that is not on the list.
    :raises PermissionDenied: the person does not push for the unit.
    """
    form = request.form
    kind, audience = form.get("kind", ""), form.get("audience", "public")
    if kind not in ("", *KnowledgeKind) or audience not in list(Audience):
        raise InvalidInput("种类或公开属性不在可选范围内，请重新选择", {"kind": "请重新选择"})
    return Wishes(
        unit_id=chosen_unit(form.get("unit", ""), actor),
        kind=KnowledgeKind(kind) if kind else None,
        audience=Audience(audience),
        category=form.get("category", "")[:80],
    )


def chosen_unit(text: str, actor: Actor) -> int:
    """The unit a form names, or the person's own, or the only one there is: forms offer no choice
    of one.

    :raises InvalidInput: no unit in use is named, or none at all and the person has none.
    :raises PermissionDenied: the person does not push for it.
    """
    # A session of its own, closed at once: what follows may commit by itself.
    with services().database.reading() as session:
        unit_id = _named(session, text) if text else _own_or_only(session, actor)
    require_pusher(actor, unit_id)
    return unit_id


def _named(session: Session, text: str) -> int:
    known = session.get(Unit, int(text)) if _ID.fullmatch(text) else None
    if known is None or not known.is_active:
        raise InvalidInput("没有这个单位，请从列表中选择", {"unit": "请从列表中选择单位"})
    return known.id


def _own_or_only(session: Session, actor: Actor) -> int:
    offered = [int(code) for code, _ in units(session, actor)]
    if actor.unit_id in offered:
        return actor.unit_id
    if len(offered) == 1:
        return offered[0]
    if offered:
        sentence = "请选择这份知识属于哪个单位"
    elif actor.has(Role.EDITOR, Role.ADMIN):
        sentence = "还没有单位，请先请管理员建单位"
    else:
        sentence = "您的账号没有在用的所属单位，请联系管理员"
    raise InvalidInput(sentence, {"unit": sentence})
