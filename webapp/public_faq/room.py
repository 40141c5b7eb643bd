"""The blueprint of the public's pages and what all of them need."""

from datetime import date

from flask import Blueprint, Response, request

from kb.clock import local_day
from webapp.context import services
from webapp.public_faq.category_icons import icon_of
from webapp.public_faq.phones import with_phone_links

bp = Blueprint("public_faq", __name__)
bp.add_app_template_filter(with_phone_links, "phone_links")
bp.add_app_template_filter(icon_of, "category_icon")

# A page number beyond this is nobody's honest wish.
MAX_PAGE = 10_000


@bp.after_request
def let_it_be_kept(response: Response) -> Response:
    """Let browsers and caches keep a page, if they ask each time whether it is still the same.

    A withdrawn entry must be gone at once, so nothing is kept unasked. A page with a form carries
    a token of its browser and says so itself; what differs by 关怀版 differs by the cookie.
    """
    if request.method in ("GET", "HEAD") and response.status_code == 200:
        response.headers.setdefault("Cache-Control", "public, no-cache")
        response.vary.add("Cookie")
        if response.cache_control.public:
            response.add_etag()
            response.make_conditional(request)
    return response


def today() -> date:
    """The day it is in the city."""
    return local_day(services().clock())


def page_number(highest: int = MAX_PAGE) -> int:
    """The ``page`` of the address, from 1; nonsense counts as 1."""
    raw = request.args.get("page", "1")
    if not raw.isascii() or not raw.isdigit() or len(raw) > 6:
        return 1
    return min(max(int(raw), 1), highest)
