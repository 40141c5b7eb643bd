"""The reader's choice: a link in the footer or the account menu, kept in a cookie for a year.

What the browser prefers is not asked: on a shared machine of a hotline it says nothing about who
sits there.
"""

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    has_request_context,
    redirect,
    request,
)
from flask_babel import Babel
from werkzeug.wrappers import Response as AnyResponse

from webapp.appearance import here
from webapp.assets import send
from webapp.context import services
from webapp.language.catalogues import CHINESE_CODE, CHINESE_TAG, languages
from webapp.language.environment import language
from webapp.language.scripts import script_in
from webapp.security import safe_next

COOKIE = "language"
_A_YEAR = 365 * 24 * 3600

bp = Blueprint("language", __name__)


def init_app(app: Flask) -> None:
    """Register the room, and what pages need to offer a choice."""
    Babel(app, configure_jinja=False, default_locale=CHINESE_CODE, locale_selector=_chosen)
    app.jinja_env.globals |= {"language_tag": CHINESE_TAG, "other_languages": other_languages}
    app.after_request(_tell_caches)
    app.register_blueprint(bp)


def _chosen() -> str | None:
    if not has_request_context():
        return None
    code = request.cookies.get(COOKIE, "")
    return code if code in languages() else None


def other_languages() -> list[dict[str, str]]:
    """The languages a page can be read in besides its own: code, name, and where back to."""
    own = language()
    return [
        {"code": code, "name": name, "back": here()}
        for code, name in languages().items()
        if code != own
    ]


@bp.get("/language/<code>")
def choose(code: str) -> AnyResponse:
    """Keep the choice in this browser and go back to the page."""
    if code not in languages():
        abort(404)
    answer = redirect(safe_next(request.args.get("next")) or "/", 303)
    answer.set_cookie(
        COOKIE,
        code,
        max_age=_A_YEAR,
        secure=services().settings.secure_cookies,
        httponly=True,
        samesite="Lax",
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer


@bp.get("/language/<code>/static/<name>", endpoint="static")
def script(code: str, name: str) -> Response:
    """A script of ours in another language; its address changes with it."""
    try:
        asset = script_in(code, name)
    except KeyError:
        abort(404)
    return send(asset)


def _tell_caches(response: Response) -> Response:
    """A page is one of several under its address: a cache between must not mix them up."""
    if response.mimetype == "text/html":
        response.vary.add("Cookie")
    return response
