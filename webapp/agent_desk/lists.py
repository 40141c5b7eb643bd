"""The lists behind the desk's figures: own requests of today, current notices."""

from flask import render_template

from kb.queries import desk as reads
from webapp.agent_desk.blueprint import bp
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor


@bp.get("/today")
def today() -> str:
    """The agent's own requests of today."""
    actor, now = current_actor(), services().clock()
    return render_template(
        "agent_desk/today.html",
        lines=reads.own_requests_today(db(), actor.user_id, now),
        own=reads.own_today(db(), actor.user_id, now),
    )


@bp.get("/notices")
def notices() -> str:
    """Notices that hold now; the desk shows the same list with F3."""
    found = reads.current_notices(db(), current_actor(), services().clock())
    return render_template("agent_desk/notices.html", notices=found)
