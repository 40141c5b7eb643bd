"""存为视图, 改名, 删除, 撤销: each comes back to the list."""

from flask import current_app, flash, redirect, request
from werkzeug.wrappers import Response

from kb.errors import InvalidInput, PermissionDenied
from kb.models import SavedView
from kb.services import saved_views
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.permission_map import permissions
from webapp.rules import is_allowed
from webapp.saved_views.blueprint import LISTS, address, bp


@bp.post("/views")
def keep() -> Response:
    """存为视图: the filters of the list one looks at. A refused name comes back to be changed."""
    list_name, query = _asked_list(), request.form.get("query", "")
    name = request.form.get("name", "")
    try:
        view = saved_views.save(db(), list_name, query, name, current_actor(), services().clock())
    except InvalidInput as refused:
        return _refused("没有存", refused, view_name=name[: saved_views.MAX_NAME])
    commit()
    flash(f"已存为视图“{view.name}”，只有您自己看得到", "good")
    return redirect(address(list_name, query), 303)


@bp.post("/views/<int:view_id>/name")
def rename(view_id: int) -> Response:
    """改名."""
    name = request.form.get("name", "")
    try:
        view = saved_views.rename(db(), view_id, name, current_actor(), services().clock())
    except InvalidInput as refused:
        return _refused("没有改名", refused)
    commit()
    return _back(view)


@bp.post("/views/<int:view_id>/remove")
def remove(view_id: int) -> Response:
    """删除; the list then offers to take it back."""
    view = saved_views.remove(db(), view_id, current_actor(), services().clock())
    commit()
    return _back(view)


@bp.post("/views/<int:view_id>/restore")
def restore(view_id: int) -> Response:
    """撤销删除."""
    try:
        view = saved_views.restore(db(), view_id, current_actor(), services().clock())
    except InvalidInput as refused:
        return _refused("没有恢复", refused)
    commit()
    return _back(view)


def _refused(what: str, refused: InvalidInput, **more: str) -> Response:
    """The list as it was looked at, with the reason and ``more`` beside its filters."""
    db().rollback()
    flash(f"{what}：{refused.message}", "bad")
    return redirect(address(_asked_list(), request.form.get("query", ""), **more), 303)


def _asked_list() -> str:
    """The list that the form names.

    :raises PermissionDenied: it keeps no views, or the person may not open it.
    """
    name = request.form.get("list", "")
    if name not in LISTS or not is_allowed(permissions(current_app)[name], current_actor()):
        raise PermissionDenied("这个清单不能存视图")
    return name


def _back(view: SavedView) -> Response:
    """The list as it was looked at."""
    return redirect(address(view.list_name, request.form.get("query", "")), 303)
