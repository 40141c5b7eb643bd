"""The guard before every view, and the headers after it.

Order matters: who asks, whether the map allows it, whether the request really comes from our own
page, and only then whether the person means it (``confirming``). A form sent after the log-in
expired, or from a page older than the log-in, is rescued, not lost.
"""

from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, redirect, request, session, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from kb.errors import PermissionDenied
from webapp import confirming, form_rescue, identity
from webapp.database import READING_METHODS
from webapp.identity import SignedIn
from webapp.permission_map import permissions
from webapp.rules import PUBLIC, is_allowed
from webapp.wanted import wants_json

CSP = "; ".join(
    [
        "default-src 'none'",
        *(f"{kind}-src 'self'" for kind in ("img", "media", "style", "script", "connect", "font")),
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    ]
)
_HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
# Where a person may go before the first password has been changed.
_BEFORE_CHANGE = frozenset(
    {"accounts.password", "accounts.save_password", "accounts.logout", "static", "bootstrap.static"}
)

csrf = CSRFProtect()


class NotLoggedIn(PermissionDenied):
    """Raised when a program asks without a live session or token."""

    code = "not_logged_in"


def init_app(app: Flask) -> None:
    """Install the guard and the headers."""
    # The guard calls the check itself, after the permission map has spoken.
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # it lives as long as the browser's session
    csrf.init_app(app)
    identity.init_app(app)
    app.before_request(guard)
    app.after_request(add_headers)


def guard() -> AnyResponse | None:
    """Let the request through, or answer it here."""
    endpoint = request.endpoint
    if endpoint is None:  # no such address or method: the router answers
        return None
    rule = permissions(current_app).get(endpoint)
    if rule is None:
        raise PermissionDenied("这个页面还没有设定谁可以使用，请告知管理员", endpoint=endpoint)
    person = None if endpoint.endswith("static") else identity.signed_in()
    g.person = person
    actor = None if person is None else person.actor
    if not is_allowed(rule, actor):
        if person is None:
            return _ask_to_log_in()
        raise PermissionDenied("您的账号没有权限做这件事；如需开通，请联系管理员")
    if person is not None and person.must_change_password and endpoint not in _BEFORE_CHANGE:
        return redirect(url_for("accounts.password"))
    try:
        _check_origin(person)
    except CSRFError:
        if wants_json() or not _is_from_our_page():
            raise
        return form_rescue.page_to_send_again()
    return confirming.page_that_asks()


def _ask_to_log_in() -> AnyResponse:
    if wants_json():
        if request.path.startswith("/api/"):
            raise NotLoggedIn("没有有效的接口令牌；请求头写 Authorization: Bearer 加上令牌")
        raise NotLoggedIn("登录已过期或尚未登录，请重新登录")
    if request.method not in READING_METHODS:
        if form_rescue.is_worth_keeping() and _is_from_our_page():
            return form_rescue.login_page_with_form()
        return redirect(url_for("accounts.login"))
    here = request.full_path.rstrip("?")
    return redirect(url_for("accounts.login", next=here))


def _check_origin(person: SignedIn | None) -> None:
    """Refuse unsafe requests that another site made the browser send.

    A bearer token is no cookie: no other site can make a browser send it.
    """
    if request.method in READING_METHODS or (person is not None and person.is_token):
        return
    if not _is_same_origin():
        raise CSRFError("请求来自别的网站")
    csrf.protect()


def _is_same_origin() -> bool:
    """Tell whether the browser says that our own page sent this; old ones say nothing."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def _is_from_our_page() -> bool:
    return request.headers.get("Origin") is not None and _is_same_origin()


def safe_next(target: str | None) -> str | None:
    """A local path to go on to, or ``None`` for anything that leads elsewhere."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(ord(char) < 32 for char in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def forget_browser_session() -> None:
    """Drop what the signed cookie holds, the CSRF secret included, so that nothing is fixated."""
    session.clear()
    g.pop("csrf_token", None)


def add_headers(response: Response) -> Response:
    """Add what every answer carries; a view's own stricter header stays."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    # A view may let the browser keep a picture, if it must ask each time whether it still may.
    is_kept = response.mimetype == "image/png" and response.cache_control.private is not None
    if _is_private() and not is_kept:
        response.headers["Cache-Control"] = "no-store"
    return response


def _is_private() -> bool:
    endpoint = request.endpoint or ""
    if endpoint.endswith("static"):
        return False
    rule = permissions(current_app).get(endpoint, PUBLIC)
    return rule is not PUBLIC or endpoint.startswith("accounts.") or g.get("person") is not None
