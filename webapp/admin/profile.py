"""管理: the city profile as forms: looked at, previewed, saved as a version, brought back."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from kb.errors import InvalidInput, NotFound, StaleVersion
from kb.models import ProfileVersion
from kb.profile import Profile, profile_from
from kb.profile_form.fields import BLANK_ROWS, Field, Kind, Section, Typed, typed_rows
from kb.profile_form.sections import SECTIONS, section_of
from kb.services import city_profile
from kb.services.city_profile import Plan
from webapp.admin.blueprint import bp, page_number
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor

PAGE = 20
_OURS = ("csrf_token", "base", "reason", "act")


@bp.get("/profile")
def profile() -> Response:
    """The first section."""
    return redirect(url_for("admin.profile_section", name=SECTIONS[0].name))


@bp.get("/profile/<name>")
def profile_section(name: str) -> str:
    """One section as a form."""
    section = _section(name)
    base, data = _now()
    return _form(section, base, _shown(section, profile_from(data)))


@bp.post("/profile/<name>")
def save_profile(name: str) -> Response:
    """What a section as typed would change; with ``act=save``, the change itself; with
    ``act=edit`` the form again, as typed."""
    section, typed = _section(name), request.form.to_dict(flat=False)
    base = _base()
    if request.form.get("act") == "edit":
        return make_response(_form(section, base, _typed(section, typed)))
    try:
        plan = city_profile.plan_section(db(), services().profiles.start, section, typed)
        if request.form.get("act") == "save":
            return _save(plan, base, section.name)
    except InvalidInput as invalid:
        db().rollback()
        page = _form(section, base, _typed(section, typed), invalid.fields, invalid.message)
        return make_response(page, 422)
    except StaleVersion as stale:
        return _stale(stale, section, typed)
    return _preview(plan, base, url_for("admin.save_profile", name=name), section.name)


@bp.get("/profile/history")
def profile_history() -> str:
    """Every version: who, when, what."""
    total = db().scalar(select(func.count()).select_from(ProfileVersion)) or 0
    page = page_number()
    query = select(ProfileVersion).options(selectinload(ProfileVersion.actor))
    query = query.order_by(ProfileVersion.number.desc()).limit(PAGE).offset((page - 1) * PAGE)
    return render_template(
        "admin/profile_history.html",
        rows=db().scalars(query).all(),
        newest=_now()[0],
        sections=SECTIONS,
        here="history",
        total=total,
        page=page,
        pages=max(1, -(-total // PAGE)),
        page_href=lambda number: url_for("admin.profile_history", page=number),
    )


@bp.post("/profile/history/<int:number>")
def restore_profile(number: int) -> Response:
    """What bringing a version back would change; with ``act=save``, the change itself."""
    base = _base()
    plan = city_profile.plan_restore(db(), services().profiles.start, number)
    address = url_for("admin.restore_profile", number=number)
    if request.form.get("act") != "save":
        return _preview(plan, base, address, "history")
    try:
        return _save(plan, base, "history")
    except InvalidInput as invalid:
        db().rollback()
        return _preview(plan, base, address, "history", invalid.message)


def _section(name: str) -> Section:
    """:raises NotFound: there is no such section."""
    section = section_of(name)
    if section is None:
        raise NotFound("城市方案没有这一页", name=name)
    return section


def _now() -> tuple[int, Mapping[str, Any]]:
    return city_profile.data_now(db(), services().profiles.start)


def _base() -> int:
    raw = request.form.get("base", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else -1


def _save(plan: Plan, base: int, here: str) -> Response:
    version = city_profile.save(
        db(),
        services().profiles.start,
        plan,
        base=base,
        reason=request.form.get("reason", ""),
        actor_id=current_actor().user_id,
        now=services().clock(),
    )
    number = version.number
    commit()
    services().profiles.refresh()
    flash(f"已保存为第 {number} 版，一两秒内各处生效；随时可以在“历次改动”里恢复。", "good")
    target = "admin.profile_history" if here == "history" else "admin.profile_section"
    return redirect(url_for(target, name=None if here == "history" else here))


def _preview(plan: Plan, base: int, address: str, here: str, problem: str = "") -> Response:
    kept = [
        (name, value)
        for name, values in request.form.lists()
        if name not in _OURS
        for value in values
    ]
    page = render_template(
        "admin/profile_preview.html",
        plan=plan,
        base=base,
        address=address,
        kept=kept,
        sections=SECTIONS,
        here=here,
        problem=problem,
        reason=request.form.get("reason", "第一次在网页上填写" if base == 0 else ""),
    )
    return make_response(page, 422 if problem else 200)


def _stale(stale: StaleVersion, section: Section, typed: Typed) -> Response:
    """Both versions: what was typed stays in the form, what others changed stands above it."""
    db().rollback()
    base, _data = _now()
    newest = db().get(ProfileVersion, base)
    page = _form(section, base, _typed(section, typed), {}, stale.message, newest)
    return make_response(page, 409)


def _form(
    section: Section,
    base: int,
    shown: Mapping[str, Any],
    problems: Mapping[str, str] | None = None,
    problem: str = "",
    newest: ProfileVersion | None = None,
) -> str:
    return render_template(
        "admin/profile.html",
        section=section,
        sections=SECTIONS,
        here=section.name,
        base=base,
        shown=shown,
        problems=problems or {},
        problem=problem,
        newest=newest,
        file=services().settings.profile,
    )


def _shown(section: Section, now: Profile) -> dict[str, Any]:
    """What the fields hold, as the form writes it; tables with some rows to fill in."""
    return {
        field.key: _with_blanks(field, field.of(now)) if field.kind is Kind.ROWS else field.of(now)
        for field in section.fields
    }


def _typed(section: Section, typed: Typed) -> dict[str, Any]:
    """What was typed, as the form writes it."""
    return {field.key: _as_typed(field, typed) for field in section.fields}


def _as_typed(field: Field, typed: Typed) -> Any:
    if field.kind is Kind.ROWS:
        rows = [
            {column.key: _cell(column, cells[column.key]) for column in field.columns}
            for cells in typed_rows(field, typed)
        ]
        return _with_blanks(field, rows)
    return _cell(field, typed.get(field.key, ()))


def _cell(field: Field, given: Sequence[str]) -> Any:
    if field.kind is Kind.SWITCH:
        return "1" in given
    if field.kind is Kind.CHOICES:
        return list(given)
    return given[0] if given else ""


def _with_blanks(field: Field, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [*rows, *({column.key: "" for column in field.columns} for _ in range(BLANK_ROWS))]
