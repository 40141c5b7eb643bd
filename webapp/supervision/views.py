"""督办看板: the first screen, and the questions that found no answer."""

from datetime import date

from flask import render_template, request, url_for

from kb.queries.figures import Span, last_days
from kb.queries.questions import list_unanswered
from webapp.context import services
from webapp.database import db
from webapp.supervision.blueprint import bp
from webapp.supervision.board import SPANS, board
from webapp.supervision.doors import Doors


@bp.get("")
def home() -> str:
    """Today, the last 7 or the last 30 days."""
    asked = request.args.get("days", "7")
    days = int(asked) if asked in {str(known) for known in SPANS} else 7
    return render_template("supervision/board.html", **board(db(), days, services().clock()))


@bp.get("/unanswered")
def unanswered() -> str:
    """没有答案的提问 of a span, one line per time it was asked."""
    span = _span()
    text = request.args.get("q", "").strip()[:200]
    page = request.args.get("page", "1")
    found = list_unanswered(
        db(), span, exactly=text, page=int(page) if page.isdecimal() and len(page) < 7 else 1
    )
    doors = Doors(span)
    return render_template(
        "supervision/unanswered.html",
        span=span,
        text=text,
        found=found,
        address=lambda page: doors.unanswered(q=text, page=page),
        home=url_for("supervision.home"),
    )


def _span() -> Span:
    """The span of the address, or the last 7 days where it names none that can be read."""
    try:
        first = date.fromisoformat(request.args.get("from", ""))
        last = date.fromisoformat(request.args.get("to", ""))
    except ValueError:
        return last_days(services().clock(), 7)
    is_usable = date(2000, 1, 1) <= first <= last <= date(2100, 12, 31)
    return Span(first, last) if is_usable else last_days(services().clock(), 7)
