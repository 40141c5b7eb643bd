"""管理: people and what they may do."""

from collections.abc import Mapping

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.errors import Duplicate, InvalidInput
from kb.models import User
from kb.services import accounts, passwords
from kb.services.units import unit_tree
from kb.terms import Role
from webapp.admin.blueprint import bp, form_id
from webapp.admin.people_list import FILTERS, PAGE, people_page, read_people
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.list_address import address_of
from webapp.sheets import MAX_ROWS, sheet


@bp.get("")
def home() -> str:
    """Everyone, found by name or user name, with a form to add a person."""
    return _people_page({}, {})


def _people_page(problems: Mapping[str, str], typed: Mapping[str, str], notice: str = "") -> str:
    asked = read_people(request.args)
    rows, total = people_page(db(), asked)
    return render_template(
        "admin/people.html",
        people=rows,
        total=total,
        asked=asked,
        pages=max(1, -(-total // PAGE)),
        address=address_of(url_for("admin.home"), request.args, FILTERS),
        page_href=lambda number: url_for("admin.home", **asked.kept, page=number),
        units=unit_options(),
        problems=problems,
        typed=typed,
        chosen=request.form.getlist("roles"),
        notice=notice,
    )


@bp.get("/people/export")
def export_people() -> Response:
    """The people the list shows, as a file."""
    asked = read_people(request.args)
    found, total = people_page(db(), asked, at_most=MAX_ROWS)
    rows = (
        (
            user.name,
            user.username,
            user.unit.name if user.unit else "热线中心",
            "、".join(Role(role).label for role in user.roles),
            "在用" if user.is_active else "已停用",
            local_day(user.created_at).isoformat(),
        )
        for user in found
    )
    head = ("姓名", "用户名", "单位", "角色", "状态", "开通")
    return sheet("people", "人员", head, rows, total, about="user")


def unit_options() -> list[tuple[int, str]]:
    """Every unit for a select, indented by depth."""
    return [(unit.id, "　" * depth + unit.name) for depth, unit in unit_tree(db())]


def _form_roles() -> list[Role]:
    """:raises InvalidInput: a value that is no role."""
    known = {role.value for role in Role}
    given = request.form.getlist("roles")
    if not known.issuperset(given):
        raise InvalidInput("有不认识的角色，请重新选择", {"roles": "请重新选择角色"})
    return [Role(value) for value in given]


@bp.post("/people")
def add_person() -> Response:
    """Add a person with a one-time password, which this answer shows once."""
    password = passwords.one_time_password()
    try:
        user = accounts.create_user(
            db(),
            username=request.form.get("username", ""),
            name=request.form.get("name", ""),
            password=password,
            roles=_form_roles(),
            unit_id=form_id("unit_id"),
            now=services().clock(),
            actor_id=current_actor().user_id,
        )
    except (InvalidInput, Duplicate) as refused:
        db().rollback()
        status = 422 if isinstance(refused, InvalidInput) else 409
        problems = getattr(refused, "fields", {"username": refused.message})
        page = _people_page(problems, request.form, refused.message)
        return make_response(page, status)
    commit()
    return make_response(_person_page(user, once=password, is_new=True))


@bp.get("/people/<int:user_id>")
def person(user_id: int) -> str:
    """One person: roles, unit, state."""
    return _person_page(accounts.get_user(db(), user_id))


def _person_page(
    user: User,
    *,
    once: str = "",
    is_new: bool = False,
    problems: Mapping[str, str] | None = None,
    conflict: str = "",
) -> str:
    return render_template(
        "admin/person.html",
        user=user,
        units=unit_options(),
        once=once,
        is_new=is_new,
        problems=problems or {},
        conflict=conflict,
        mine=(request.form.getlist("roles"), request.form.get("unit_id")) if conflict else None,
        seen=_seen(user),
        is_locked=user.locked_until is not None and user.locked_until > services().clock(),
    )


def _seen(user: User) -> str:
    """What a form was made from: another's change in between is told by it."""
    return f"{'.'.join(user.roles)}@{user.unit_id or ''}"


@bp.post("/people/<int:user_id>/roles")
def save_roles(user_id: int) -> Response:
    """Change roles and unit; the person must log in again."""
    user = accounts.get_user(db(), user_id)
    if request.form.get("seen", "") != _seen(user):
        theirs = "角色或单位刚才在别处改过，没有保存。现在的情形在下面，请核对后再改一次"
        return make_response(_person_page(user, conflict=theirs), 409)
    try:
        accounts.set_roles(
            db(),
            user_id,
            roles=_form_roles(),
            unit_id=form_id("unit_id"),
            actor_id=current_actor().user_id,
            now=services().clock(),
        )
    except InvalidInput as invalid:
        db().rollback()
        page = _person_page(accounts.get_user(db(), user_id), problems=invalid.fields)
        return make_response(page, 422)
    commit()
    flash("角色和单位已保存，本人须重新登录。", "good")
    return redirect(url_for("admin.person", user_id=user_id))


@bp.post("/people/<int:user_id>/password")
def reset_password(user_id: int) -> Response:
    """Give a one-time password, shown once in this answer."""
    once = accounts.reset_password(
        db(), user_id, actor_id=current_actor().user_id, now=services().clock()
    )
    commit()
    return make_response(_person_page(accounts.get_user(db(), user_id), once=once))


@bp.post("/people/<int:user_id>/active")
def set_active(user_id: int) -> Response:
    """停用 or 启用."""
    is_active = request.form.get("active") == "1"
    accounts.set_active(
        db(),
        user_id,
        is_active=is_active,
        actor_id=current_actor().user_id,
        now=services().clock(),
    )
    commit()
    flash("账号已启用。" if is_active else "账号已停用，其登录已全部退出。", "good")
    return redirect(url_for("admin.person", user_id=user_id))
