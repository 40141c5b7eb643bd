"""Who is asking: from the session cookie or the bearer token to an :class:`Actor`."""

from datetime import timedelta
from typing import Any

from flask import Flask, Request, g, request
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response

from kb.actor import Actor
from kb.errors import PermissionDenied
from kb.services import accounts, api_tokens, login_sessions
from webapp.context import services
from webapp.polled import is_polled


class SignedIn(UserMixin):
    """A person with a live session, or the person of a bearer token."""

    def __init__(
        self, actor: Actor, *, must_change_password: bool, scopes: frozenset[str] | None = None
    ) -> None:
        self.actor = actor
        self.must_change_password = must_change_password
        self.scopes = scopes

    def get_id(self) -> str:
        """The user id as text, as Flask-Login wants it."""
        return str(self.actor.user_id)

    @property
    def is_token(self) -> bool:
        """Tell whether a bearer token speaks, not a browser."""
        return self.scopes is not None


def init_app(app: Flask) -> None:
    """Let Flask-Login find the person of a request."""
    manager = LoginManager(app)
    # Our sessions live on the server; Flask-Login keeps nothing in its own cookie.
    manager.session_protection = None
    manager.request_loader(_load)


def cookie_name(is_secure: bool) -> str:
    """``__Host-`` binds the cookie to this host and to HTTPS."""
    return "__Host-yingda" if is_secure else "yingda_login"


def _load(asked: Request) -> SignedIn | None:
    bearer = bearer_token(asked)
    if bearer is not None:
        return _from_token(bearer)
    secret = asked.cookies.get(cookie_name(services().settings.secure_cookies))
    return _from_cookie(secret) if secret else None


def bearer_token(asked: Request) -> str | None:
    """The token of an ``Authorization: Bearer`` header on an API address, if there is one."""
    scheme, _, token = asked.headers.get("Authorization", "").partition(" ")
    is_api = asked.path.startswith("/api/")
    return token.strip() if is_api and scheme.lower() == "bearer" and token.strip() else None


def _from_token(token: str) -> SignedIn:
    with services().database.reading() as session:
        found = api_tokens.authenticate_token(session, token)
    return SignedIn(found.actor, must_change_password=False, scopes=found.scopes)


def _from_cookie(secret: str) -> SignedIn | None:
    # A short session of its own, closed before the view opens one: SQLite must never wait for
    # a lock that this same request holds.
    known = services()
    now = known.clock()
    idle = timedelta(minutes=known.settings.session_idle_minutes)
    with known.database.reading() as session:
        try:
            live = login_sessions.resume(session, secret, now=now, idle=idle)
        except login_sessions.SessionEnded:
            g.login_has_ended = True
            return None
        actor = accounts.actor_of(session, live.user)
        must_change = live.user.must_change_password
    if live.needs_touch and not is_polled(request):
        with known.database.unit_of_work() as session:
            login_sessions.touch(session, live.id, now=now)
    return SignedIn(actor, must_change_password=must_change)


def signed_in() -> SignedIn | None:
    """The person of this request, if any."""
    return current_user._get_current_object() if current_user.is_authenticated else None


def actor_or_none() -> Actor | None:
    """Who acts; ``None`` is the public."""
    person = signed_in()
    return None if person is None else person.actor


def current_actor() -> Actor:
    """Who acts, on an endpoint that needs a person.

    :raises PermissionDenied: nobody is logged in.
    """
    actor = actor_or_none()
    if actor is None:
        raise PermissionDenied("请先登录")
    return actor


def require_scope(scope: str) -> None:
    """Refuse a bearer token that was not given this scope; browsers are bound by roles alone.

    :raises PermissionDenied: the scope is missing.
    """
    person = signed_in()
    if person is not None and person.scopes is not None and scope not in person.scopes:
        label = api_tokens.SCOPES[scope]
        raise PermissionDenied(f"这个接口令牌没有“{label}”权限，请管理员重新发放")


def set_login_cookie(response: Response, secret: str) -> None:
    """Give the browser its session secret; the server decides when it ends."""
    response.set_cookie(value=secret, **_cookie())


def clear_login_cookie(response: Response) -> None:
    """Take the session secret back."""
    response.set_cookie(value="", max_age=0, **_cookie())


def login_secret() -> str:
    """The secret in this request's cookie, or an empty text."""
    return request.cookies.get(cookie_name(services().settings.secure_cookies), "")


def _cookie() -> dict[str, Any]:
    is_secure = services().settings.secure_cookies
    return {
        "key": cookie_name(is_secure),
        "path": "/",
        "secure": is_secure,
        "httponly": True,
        "samesite": "Lax",
    }
