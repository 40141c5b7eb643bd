"""Keeping 答复模板: a unit's own, and the centre's for every unit. Callers commit.

Every change is a version of its own; what was deleted can be brought back, an older version too.
"""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kb.actor import Actor
from kb.clock import local_day
from kb.errors import InvalidInput, NotFound, PermissionDenied, StaleVersion
from kb.models import ReplyTemplate, ReplyTemplateVersion, UnitDuty, WorkOrder
from kb.replies.templates import PLACES, Template, templates_for, unknown_places
from kb.services.audit import record
from kb.services.contact_details import masked, shown_text
from kb.terms import Purpose, Role

MAX_NAME, MAX_TEXT, MAX_KEPT = 40, 4000, 60
CENTRE = (Role.DISPATCHER, Role.SUPERVISOR, Role.ADMIN)
UNIT = (Role.UNIT_CLERK, Role.UNIT_REVIEWER)
_TITLE, _WORDS = 60, 80


def may_keep(actor: Actor, unit_id: int | None) -> bool:
    """Whether the person keeps this unit's outlines; those of the centre where it is None."""
    if unit_id is None:
        return actor.has(*CENTRE)
    return actor.has(*UNIT) and unit_id in actor.unit_scope


def kept_for(session: Session, actor: Actor, *, removed: bool = False) -> list[ReplyTemplate]:
    """The outlines the person may see: of their units, and the centre's; by owner and name."""
    is_removed = ReplyTemplate.removed_at.is_not(None)
    query = (
        select(ReplyTemplate)
        .where(_visible(actor), is_removed if removed else ~is_removed)
        .options(joinedload(ReplyTemplate.unit))
        .order_by(ReplyTemplate.unit_id.is_(None), ReplyTemplate.unit_id, ReplyTemplate.name)
    )
    return list(session.scalars(query))


def get(session: Session, template_id: int, actor: Actor) -> ReplyTemplate:
    """One outline with its versions, deleted or not.

    :raises NotFound: there is none, or not for this person.
    """
    query = (
        select(ReplyTemplate)
        .where(ReplyTemplate.id == template_id, _visible(actor))
        .options(
            selectinload(ReplyTemplate.versions).joinedload(ReplyTemplateVersion.actor),
            joinedload(ReplyTemplate.unit),
        )
    )
    found = session.scalars(query).first()
    if found is None:
        raise NotFound("没有这个模板，或者它属于别的单位", template_id=template_id)
    return found


def _visible(actor: Actor) -> ColumnElement[bool]:
    units = actor.unit_scope if actor.has(*UNIT) else ()
    return or_(ReplyTemplate.unit_id.is_(None), ReplyTemplate.unit_id.in_(units))


def create(
    session: Session,
    unit_id: int | None,
    *,
    name: str,
    purposes: Collection[str],
    text: str,
    actor: Actor,
    now: datetime,
) -> ReplyTemplate:
    """A new outline of a unit, or of the centre.

    :raises PermissionDenied: not this person's to keep.
    :raises InvalidInput: name or text is missing, too long or cannot be filled in; name is taken.
    """
    _check_keeper(actor, unit_id)
    values = _checked(session, unit_id, None, name, purposes, text)
    made = ReplyTemplate(unit_id=unit_id, rev=1, **values)
    session.add(made)
    session.flush()
    _keep_version(session, made, "made", actor, now)
    return made


def change(
    session: Session,
    template: ReplyTemplate,
    *,
    name: str,
    purposes: Collection[str],
    text: str,
    seen_rev: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Give an outline another name, purpose or text.

    :raises StaleVersion: somebody else changed it first; nothing is written.
    """
    _check_keeper(actor, template.unit_id)
    values = _checked(session, template.unit_id, template.id, name, purposes, text)
    _check_rev(session, template, seen_rev)
    for field, value in values.items():
        setattr(template, field, value)
    _step(session, template, "changed", actor, now)


def remove(
    session: Session, template: ReplyTemplate, *, seen_rev: int, actor: Actor, now: datetime
) -> None:
    """Offer an outline no more; :func:`restore` brings it back."""
    _check_keeper(actor, template.unit_id)
    _check_rev(session, template, seen_rev)
    template.removed_at = now
    _step(session, template, "removed", actor, now)


def restore(
    session: Session, template: ReplyTemplate, *, rev: int | None, actor: Actor, now: datetime
) -> None:
    """Bring an outline back, as it read after the change ``rev`` or, without, as it read last.

    :raises NotFound: it never had that version.
    :raises InvalidInput: another outline has its name now.
    """
    _check_keeper(actor, template.unit_id)
    if rev is not None:
        old = next((one for one in template.versions if one.rev == rev), None)
        if old is None:
            raise NotFound("这个模板没有这一版", rev=rev)
        template.name, template.purposes, template.text = old.name, old.purposes, old.text
    _checked(session, template.unit_id, template.id, template.name, (), template.text)
    _check_rev(session, template, template.rev)
    template.removed_at = None
    _step(session, template, "restored", actor, now)


def offered(session: Session, order: WorkOrder, purpose: Purpose) -> tuple[Template, ...]:
    """The outlines for an order: its unit's own, the centre's, then those shipped.

    :param purpose: what the order's own counts as in its city.
    """
    query = (
        select(ReplyTemplate)
        .where(
            or_(ReplyTemplate.unit_id.is_(None), ReplyTemplate.unit_id == order.unit_id),
            ReplyTemplate.removed_at.is_(None),
        )
        .order_by(ReplyTemplate.unit_id.is_(None), ReplyTemplate.name)
    )
    kept = (
        Template(
            row.name,
            tuple(Purpose.of(one) for one in row.purposes),
            row.text,
            f"t{row.id}",
            "热线中心" if row.unit_id is None else "本单位",
        )
        for row in session.scalars(query)
    )
    return templates_for(purpose, kept)


def values_of(session: Session, order: WorkOrder, actor: Actor, now: datetime) -> Mapping[str, str]:
    """What an outline takes from an order, as this person may read it; unknown ones are ""."""
    request = order.request
    duty = session.get(UnitDuty, order.unit_id) if order.unit_id is not None else None
    title = shown_text(request.title, request, actor)
    # A reply is read by more people than the request: no detail of who asked to stay unknown.
    words = title if request.is_confidential else shown_text(request.content, request, actor)
    return {
        "称呼": _salutation(order, actor),
        "标题": title[:_TITLE],
        "诉求": words[:_WORDS].strip() or title,
        "单位": order.unit.name if order.unit is not None else "",
        "编号": order.number,
        "电话": duty.phone if duty is not None else "",
        "期限": _day(order.due_at) if order.due_at is not None else "",
        "今天": _day(now),
    }


def _salutation(order: WorkOrder, actor: Actor) -> str:
    """Family name alone: a reply is read by many. None for who is not to be known."""
    request = order.request
    shown = masked(request, actor)
    if request.is_confidential or shown.is_withheld or not shown.name:
        return "市民朋友"
    return f"{shown.name[0]}先生/女士"


def _day(at: datetime) -> str:
    day = local_day(at)
    return f"{day.year}年{day.month}月{day.day}日"


def _check_keeper(actor: Actor, unit_id: int | None) -> None:
    if not may_keep(actor, unit_id):
        whose = (
            "热线中心的派单员、督办员或管理员" if unit_id is None else "这个单位的经办人或审核人"
        )
        raise PermissionDenied(f"这个模板由{whose}维护，您可以使用，不能修改")


def _check_rev(session: Session, template: ReplyTemplate, seen_rev: int) -> None:
    stored = session.scalar(
        select(ReplyTemplate.rev).where(ReplyTemplate.id == template.id).with_for_update()
    )
    if stored != seen_rev:
        raise StaleVersion("这个模板刚刚在别处改过，您这一步没有保存；下面是现在的内容")


def _checked(
    session: Session,
    unit_id: int | None,
    own_id: int | None,
    name: str,
    purposes: Collection[str],
    text: str,
) -> dict[str, object]:
    name, text = " ".join(name.split()), text.replace("\r\n", "\n").strip()
    problems = {}
    if not 2 <= len(name) <= MAX_NAME:
        problems["name"] = f"请写 2 到 {MAX_NAME} 个字的名称"
    elif _is_taken(session, unit_id, own_id, name):
        problems["name"] = "已有同名的模板，请换一个名称"
    if not 10 <= len(text) <= MAX_TEXT:
        problems["text"] = f"请写 10 到 {MAX_TEXT} 个字"
    elif strange := unknown_places(text):
        named = "、".join(f"{{{place}}}" for place in strange[:5])
        problems["text"] = f"填不了{named}；可用的有{'、'.join(f'{{{one}}}' for one in PLACES)}"
    known = {purpose.value for purpose in Purpose}
    if not known.issuperset(purposes):
        problems["purposes"] = "请从列表中选择诉求目的"
    if own_id is None and _count(session, unit_id) >= MAX_KEPT:
        problems["name"] = f"已有 {MAX_KEPT} 个模板，请先删去不用的"
    if problems:
        raise InvalidInput("；".join(problems.values()), problems)
    return {"name": name, "purposes": sorted(set(purposes)), "text": text}


def _is_taken(session: Session, unit_id: int | None, own_id: int | None, name: str) -> bool:
    query = select(ReplyTemplate.id).where(
        _owned_by(unit_id), ReplyTemplate.name == name, ReplyTemplate.removed_at.is_(None)
    )
    return any(found != own_id for found in session.scalars(query))


def _count(session: Session, unit_id: int | None) -> int:
    query = select(ReplyTemplate.id).where(_owned_by(unit_id), ReplyTemplate.removed_at.is_(None))
    return len(session.scalars(query).all())


def _owned_by(unit_id: int | None) -> ColumnElement[bool]:
    column = ReplyTemplate.unit_id
    return column.is_(None) if unit_id is None else column == unit_id


def _step(session: Session, template: ReplyTemplate, act: str, actor: Actor, now: datetime) -> None:
    template.rev += 1
    _keep_version(session, template, act, actor, now)


def _keep_version(
    session: Session, template: ReplyTemplate, act: str, actor: Actor, now: datetime
) -> None:
    version = ReplyTemplateVersion(
        rev=template.rev,
        act=act,
        name=template.name,
        purposes=template.purposes,
        text=template.text,
        actor_id=actor.user_id,
        at=now,
    )
    template.versions.insert(0, version)
    session.flush()
    detail = {"name": template.name, "rev": template.rev, "act": act, "unit_id": template.unit_id}
    record(session, actor.user_id, "reply_template", "reply_template", template.id, detail, now)
