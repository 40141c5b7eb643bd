"""关怀版: large type and plain words, chosen once and kept by the browser, without any script.

The choice is a cookie that the server reads while it writes a page, so that nothing flashes and
every page keeps it. Scripts set the same cookie to change it without a new page.
"""

from flask import g, request
from werkzeug.wrappers import Response as AnyResponse

from webapp.context import services

COOKIE = "yd_large"
_A_YEAR = 365 * 24 * 60 * 60


def is_large() -> bool:
    """Tell whether this browser asked for the 关怀版."""
    return request.cookies.get(COOKIE) == "1"


def keep(response: AnyResponse, is_wanted: bool) -> None:
    """Remember the choice for a year, or forget it. Scripts may read it: it is no secret."""
    response.set_cookie(
        COOKIE,
        "1" if is_wanted else "",
        max_age=_A_YEAR if is_wanted else 0,
        samesite="Lax",
        secure=services().settings.secure_cookies,
    )


def here() -> str:
    """The address to come back to after choosing; an answered form and an error have none."""
    if request.method != "GET" or g.get("is_error_page"):
        return "/"
    return request.full_path.rstrip("?")
