"""Log-in, log-out, and a person's own account."""

from typing import Any

from flask import (
    Blueprint,
    flash,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from werkzeug.wrappers import Response

from kb.actor import Actor
from kb.errors import InvalidInput
from kb.models import User
from kb.queries.first_steps import first_steps
from kb.services import accounts, audit, calls, login_sessions, passwords
from kb.services.first_run import is_waiting
from kb.terms import Role
from webapp import identity
from webapp.confirming import LEAVES
from webapp.context import services
from webapp.database import commit, db, unit_of_work
from webapp.form_rescue import KeptForm, read_kept_form
from webapp.navigation import first_page
from webapp.security import forget_browser_session, safe_next
from webapp.wanted import wants_json

bp = Blueprint("accounts", __name__)


@bp.get("/login")
def login() -> str | Response:
    """The log-in page; a person already logged in goes on."""
    target = safe_next(request.args.get("next"))
    actor = identity.actor_or_none()
    if actor is not None:
        return redirect(target or _where_work_begins(actor))
    if is_waiting(db()):
        return redirect(url_for("accounts.first_run"))
    return _login_page(next_path=target or "")


def _where_work_begins(actor: Actor) -> str:
    """A person's own room; of those who set the place up 开始使用, until a call was answered."""
    if Role.ADMIN in actor.roles and not first_steps(db()).is_done:
        return url_for("admin.start")
    return first_page(actor)


def _login_page(**values: Any) -> str:
    known: dict[str, Any] = {
        "has_expired": False,
        "kept_form": "",
        "is_too_long": False,
        "has_files": False,
        "next_path": "",
        "username": "",
        "problem": "",
    }
    return render_template("accounts/login.html", **(known | values))


@bp.post("/login")
def check_login() -> Response:
    """Check name and password; begin a new session; take up a form that was kept."""
    username, password = request.form.get("username", ""), request.form.get("password", "")
    target = safe_next(request.form.get("next"))
    kept_text = request.form.get("kept_form", "")
    now = services().clock()
    try:
        user = accounts.authenticate(db(), username, password, now=now)
    except accounts.LoginRefused as refused:
        commit()  # the failure counts
        page = _login_page(
            problem=refused.message,
            username=username,
            next_path=target or "",
            kept_form=kept_text,
            has_expired=bool(kept_text),
        )
        return make_response(page, 401)
    actor = accounts.actor_of(db(), user)
    if identity.login_secret():
        login_sessions.end(db(), identity.login_secret(), now=now)
    secret = login_sessions.open_session(db(), user.id, now=now)
    commit()
    forget_browser_session()
    kept = read_kept_form(kept_text)
    if kept is not None and not user.must_change_password:
        answer: Response = make_response(_resend_page(kept))
    else:
        answer = redirect(target or _where_work_begins(actor))
    identity.set_login_cookie(answer, secret)
    return answer


def _resend_page(kept: KeptForm) -> str:
    return render_template("accounts/resend.html", kept=kept, is_stale=False)


@bp.post("/logout")
def logout() -> Response:
    """End the session here and on the server; somebody in a call is asked first."""
    now = services().clock()
    actor = identity.current_actor()
    question = _asked_in_call(actor)
    if question is not None:
        return make_response(question)
    with unit_of_work() as session:
        login_sessions.end(session, identity.login_secret(), now=now)
        audit.record(session, actor.user_id, "logout", "user", actor.user_id, {}, now)
    forget_browser_session()
    flash("已安全退出。", "good")
    after = url_for("accounts.login")
    answer = jsonify({"next": after}) if wants_json() else redirect(after)
    identity.clear_login_cookie(answer)
    return answer


def _asked_in_call(actor: Actor) -> str | None:
    """The page that asks somebody in a call; ``None`` for whoever could not go back to the desk,
    and for whoever was asked and is in no other call since."""
    if Role.AGENT not in actor.roles or _me().must_change_password:
        return None
    running, waiting = calls.open_call(db(), actor), calls.held_calls(db(), actor)
    if running is None and (not waiting or LEAVES in request.form):
        return None
    return render_template("accounts/in_call.html", running=running, waiting=len(waiting))


@bp.get("/account")
def account() -> str:
    """The person's own account."""
    return _account_page({})


def _account_page(problems: dict[str, str]) -> str:
    return render_template(
        "accounts/account.html",
        user=_me(),
        problems=problems,
        typed=request.form.get("email") if problems else None,
        sends_mail=bool(services().settings.smtp_host),
    )


@bp.post("/account/mail")
def save_mail() -> Response:
    """Where reminders are mailed to, and whether at all."""
    try:
        accounts.set_mail(
            db(),
            identity.current_actor().user_id,
            email=request.form.get("email", ""),
            wants_mail=request.form.get("wants_mail") == "1",
            now=services().clock(),
        )
    except InvalidInput as invalid:
        db().rollback()
        return make_response(_account_page(invalid.fields), 422)
    commit()
    flash("已保存。", "good")
    return redirect(url_for("accounts.account"))


@bp.get("/password")
def password() -> str:
    """The page to change one's password."""
    return _password_page({})


def _password_page(problems: dict[str, str]) -> str:
    must_change = _me().must_change_password
    return render_template(
        "accounts/password.html",
        problems=problems,
        policy=passwords.POLICY,
        must_change=must_change,
    )


@bp.post("/password")
def save_password() -> Response:
    """Change the password; every other session ends and a new one begins here."""
    actor = identity.current_actor()
    old, new = request.form.get("old", ""), request.form.get("password", "")
    now = services().clock()
    try:
        if new != request.form.get("again", ""):
            raise InvalidInput("两次输入的新密码不一样", {"again": "两次输入的新密码不一样"})
        accounts.change_password(db(), actor.user_id, old=old, new=new, now=now)
    except InvalidInput as invalid:
        db().rollback()
        return make_response(_password_page(invalid.fields), 422)
    secret = login_sessions.open_session(db(), actor.user_id, now=now)
    commit()
    forget_browser_session()
    flash("密码已修改，其他设备上的登录已全部退出。", "good")
    answer = redirect(_where_work_begins(actor))
    identity.set_login_cookie(answer, secret)
    return answer


def _me() -> User:
    return accounts.get_user(db(), identity.current_actor().user_id)
