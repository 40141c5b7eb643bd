"""督办看板: the first screen, and the questions that found no answer."""

from datetime import date
from urllib.parse import urlencode

from flask import current_app, render_template, request, url_for

from kb.bulletins.dictionary import KNOWLEDGE, TOTALS
from kb.bulletins.explaining import definition
from kb.bulletins.periods import Period
from kb.queries.questions import list_unanswered
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor
from webapp.polled import polled_unless
from webapp.supervision.blueprint import bp
from webapp.supervision.board import SPANS, board

# Pages beside the board; those that are there are offered.
_BESIDE = (
    ("/supervise/matters", "热点事项"),
    ("/supervise/bulletins", "通报"),
    ("/supervise/assessment", "考核"),
)
_EXPLAINED = (
    *("requests", "resolved_online", "resolved_online_rate", "handed_over", "open", "dispatched"),
    *("overall_resolved_rate", "acknowledged_on_time_rate", "resolved_on_time_rate"),
    *("satisfaction_rate", "answered_rate"),
)


@bp.get("")
@polled_unless("wall")
def home() -> str:
    """Today, this week or this month; ``wall=1`` is for a screen on the wall."""
    asked = request.args.get("span", "")
    span, known = asked if asked in SPANS else "week", services()
    shown = board(db(), span, known.profile.figures, current_actor(), known.clock())
    paths = {rule.rule for rule in current_app.url_map.iter_rules()}
    return render_template(
        "supervision/board.html",
        **shown,
        is_wall=request.args.get("wall") == "1",
        names=TOTALS,
        explained=_EXPLAINED,
        definition=lambda name: definition(name, known.profile.figures.denominators),
        library_definitions=KNOWLEDGE.values(),
        beside=[pair for pair in _BESIDE if pair[0] in paths],
        unanswered_at=lambda **more: unanswered_at(shown["window"].period, **more),
    )


def unanswered_at(period: Period, **filters: object) -> str:
    """The address of the questions of a period that found no answer."""
    values = {"from": period.first, "to": period.last, **filters}
    asked = urlencode({name: value for name, value in values.items() if value})
    return f"{url_for('supervision.unanswered')}?{asked}"


@bp.get("/unanswered")
def unanswered() -> str:
    """没有答案的提问 of a period, one line per time it was asked."""
    period = _period()
    text = request.args.get("q", "").strip()[:200]
    page = request.args.get("page", "1")
    found = list_unanswered(
        db(), period, exactly=text, page=int(page) if page.isdecimal() and len(page) < 7 else 1
    )
    return render_template(
        "supervision/unanswered.html",
        span=period,
        text=text,
        found=found,
        address=lambda page: unanswered_at(period, q=text, page=page),
        home=url_for("supervision.home"),
    )


def _period() -> Period:
    """The days of the address, or the last 7 where it names none that can be read."""
    now = services().clock()
    try:
        first = date.fromisoformat(request.args.get("from", ""))
        last = date.fromisoformat(request.args.get("to", ""))
    except ValueError:
        return Period.last_days(now, 7)
    is_usable = date(2000, 1, 1) <= first <= last <= date(2100, 12, 31)
    return Period(first, last) if is_usable else Period.last_days(now, 7)
