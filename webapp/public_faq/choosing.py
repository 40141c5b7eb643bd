"""关怀版 on and off for a browser without scripts: a link that comes back to the same page."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from webapp import appearance
from webapp.public_faq.room import bp
from webapp.security import safe_next


@bp.get("/appearance")
def choose() -> AnyResponse:
    """Keep the choice of ``?large=`` and go back to ``?back=``, a place of ours."""
    back = safe_next(request.args.get("back")) or url_for("public_faq.home")
    answer = redirect(back, 303)
    appearance.keep(answer, request.args.get("large") == "1")
    return answer
