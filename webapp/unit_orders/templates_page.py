"""答复模板: the list, one outline with its versions, and what a unit or the centre changes."""

from collections.abc import Mapping
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from kb.errors import InvalidInput, StaleVersion
from kb.models import ReplyTemplate, Unit
from kb.replies.templates import PLACES, shipped
from kb.services import reply_templates
from kb.terms import Purpose
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.unit_orders.blueprint import bp

# Whose a new outline is to be; the units one keeps stand beside it by their ids.
_CENTRE = "centre"
_ACTS = {"made": "新建", "changed": "修改", "removed": "删除", "restored": "恢复"}


@bp.get("/templates")
def templates() -> str:
    """Own outlines, the centre's, the shipped ones, and what was deleted."""
    actor = current_actor()
    return render_template(
        "unit_orders/templates.html",
        kept=reply_templates.kept_for(db(), actor),
        removed=[one for one in reply_templates.kept_for(db(), actor, removed=True) if _keeps(one)],
        shipped=shipped(),
        keeps=_keeps,
        owner=_owner,
    )


@bp.get("/templates/new")
def new_template() -> str:
    """An empty form, or one that begins with an outline of somebody else (``from``)."""
    form: dict[str, Any] = {"purposes": []}
    wanted = request.args.get("from", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 10:
        other = reply_templates.get(db(), int(wanted), current_actor())
        form = {"name": other.name, "purposes": other.purposes, "text": other.text}
    for one in shipped():
        if one.key == wanted:
            purposes = [purpose.value for purpose in one.purposes]
            form = {"name": one.name, "purposes": purposes, "text": one.text.strip()}
    return _form(None, form)


@bp.get("/templates/<int:template_id>")
def template(template_id: int) -> str:
    """One outline: to change where one keeps it, else to read."""
    found = reply_templates.get(db(), template_id, current_actor())
    return _form(found, _as_form(found))


def _as_form(found: ReplyTemplate) -> dict[str, Any]:
    return {"name": found.name, "purposes": found.purposes, "text": found.text, "rev": found.rev}


def _form(
    found: ReplyTemplate | None,
    form: Mapping[str, Any],
    problems: Mapping[str, str] | None = None,
    stale: str = "",
) -> str:
    return render_template(
        "unit_orders/template.html",
        found=found,
        form=form,
        problems=problems or {},
        stale=stale,
        may_keep=found is None or _keeps(found),
        owners=_owners(),
        owner=_owner,
        purposes=[(one.value, one.label) for one in Purpose],
        places=PLACES,
        acts=_ACTS,
    )


def _keeps(found: ReplyTemplate) -> bool:
    return reply_templates.may_keep(current_actor(), found.unit_id)


def _owner(found: ReplyTemplate) -> str:
    return found.unit.name if found.unit is not None else "热线中心共用"


def _owners() -> list[tuple[str, str]]:
    actor = current_actor()
    owners = [(_CENTRE, "热线中心共用")] if reply_templates.may_keep(actor, None) else []
    if any(reply_templates.may_keep(actor, unit_id) for unit_id in actor.unit_scope):
        own_first = (Unit.id != (actor.unit_id or 0), Unit.name)
        query = select(Unit).where(Unit.id.in_(actor.unit_scope), Unit.is_active.is_(True))
        owners += [(str(unit.id), unit.name) for unit in db().scalars(query.order_by(*own_first))]
    return owners


@bp.post("/templates/new")
def create_template() -> Response:
    """Keep a new outline."""
    owner = request.form.get("owner", "")
    if owner not in [code for code, _ in _owners()]:
        problem = "请选择这个模板给谁用"
        return make_response(_form(None, _typed(), {"owner": problem}), 422)
    unit_id = None if owner == _CENTRE else int(owner)
    try:
        made = reply_templates.create(
            db(), unit_id, **_values(), actor=current_actor(), now=services().clock()
        )
    except InvalidInput as invalid:
        db().rollback()
        return make_response(_form(None, _typed(), invalid.fields), 422)
    commit()
    flash(f"已建模板“{made.name}”。", "good")
    return redirect(url_for("unit_orders.templates"))


@bp.post("/templates/<int:template_id>")
def save_template(template_id: int) -> Response:
    """Keep a change; a race brings back what was typed beside what is stored now."""
    found = reply_templates.get(db(), template_id, current_actor())
    try:
        reply_templates.change(
            db(),
            found,
            **_values(),
            seen_rev=_seen(),
            actor=current_actor(),
            now=services().clock(),
        )
    except (InvalidInput, StaleVersion) as refused:
        db().rollback()
        found = reply_templates.get(db(), template_id, current_actor())
        if isinstance(refused, StaleVersion):
            return make_response(
                _form(found, {**_typed(), "rev": found.rev}, stale=refused.message), 409
            )
        return make_response(_form(found, _typed(), refused.fields), 422)
    name = found.name
    commit()
    flash(f"已保存“{name}”。", "good")
    return redirect(url_for("unit_orders.templates"))


def _values() -> dict[str, Any]:
    return {
        "name": request.form.get("name", ""),
        "purposes": request.form.getlist("purposes"),
        "text": request.form.get("text", ""),
    }


def _typed() -> dict[str, Any]:
    return {**_values(), "rev": _seen(), "owner": request.form.get("owner", "")}


def _seen() -> int:
    value = request.form.get("rev", "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 0


@bp.post("/templates/<int:template_id>/remove")
def remove_template(template_id: int) -> Response:
    """Delete an outline; the list offers to bring it back."""
    found = reply_templates.get(db(), template_id, current_actor())
    reply_templates.remove(
        db(), found, seen_rev=_seen(), actor=current_actor(), now=services().clock()
    )
    name = found.name
    commit()
    flash(f"已删除“{name}”，可在“已删除”里恢复。", "good")
    return redirect(url_for("unit_orders.templates"))


@bp.post("/templates/<int:template_id>/restore")
def restore_template(template_id: int) -> Response:
    """Bring back a deleted outline, or an older version of one."""
    found = reply_templates.get(db(), template_id, current_actor())
    wanted = request.form.get("version", "")
    rev = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else None
    try:
        reply_templates.restore(db(), found, rev=rev, actor=current_actor(), now=services().clock())
    except InvalidInput as invalid:
        db().rollback()
        found = reply_templates.get(db(), template_id, current_actor())
        return make_response(_form(found, _as_form(found), invalid.fields), 422)
    name = found.name
    commit()
    flash(f"已恢复“{name}”。", "good")
    return redirect(url_for("unit_orders.template", template_id=template_id))
