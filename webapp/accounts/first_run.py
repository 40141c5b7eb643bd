"""初次开通: the page that makes the first administrator of an empty installation."""

from collections.abc import Mapping

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.errors import InvalidInput, PermissionDenied
from kb.services import first_run as service
from kb.services import passwords
from webapp.accounts.views import bp
from webapp.context import services
from webapp.database import commit, db


@bp.get("/first-run")
def first_run() -> str | Response:
    """The form; once there is somebody, the front page."""
    if not service.is_waiting(db()):
        return redirect("/")
    return _page({})


def _page(problems: Mapping[str, str]) -> str:
    return render_template(
        "accounts/first_run.html", problems=problems, typed=request.form, policy=passwords.POLICY
    )


@bp.post("/first-run")
def make_first_admin() -> Response:
    """Make the administrator; the code from the terminal is used up."""
    form = request.form
    problems: dict[str, str] = {}
    if form.get("password", "") != form.get("again", ""):
        problems["again"] = "两次输入的密码不一样"
    try:
        service.make_admin(
            db(),
            code=form.get("code", ""),
            name=form.get("name", ""),
            username=form.get("username", ""),
            password=form.get("password", ""),
            now=services().clock(),
        )
    except InvalidInput as invalid:
        problems |= invalid.fields
    except PermissionDenied as refused:
        problems["code"] = refused.message
    if problems:
        # All that is wrong at once: the passwords have to be typed again each time.
        db().rollback()
        return make_response(_page(problems), 403 if "code" in problems else 422)
    commit()
    flash("管理员已建立，请登录。登录后按“开始使用”的五步走。", "good")
    return redirect(url_for("accounts.login", next="/admin/start"))
