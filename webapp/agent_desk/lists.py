"""The lists behind the desk's figures: own requests of today, current notices."""

from flask import flash, render_template
from werkzeug.wrappers import Response

from kb.queries import desk as reads
from kb.queries import own_work
from kb.services import resuming
from webapp.agent_desk import screen
from webapp.agent_desk.blueprint import bp
from webapp.agent_desk.form_calls import keep_sent
from webapp.context import city, services
from webapp.database import commit, db
from webapp.identity import current_actor


@bp.get("/today")
def today() -> str:
    """The agent's own requests of today, and those of earlier days that are still open."""
    actor, now = current_actor(), services().clock()
    return render_template(
        "agent_desk/today.html",
        left=reads.own_left_open(db(), actor.user_id, now),
        lines=reads.own_requests_today(db(), actor.user_id, now),
        own=reads.own_today(db(), actor.user_id, now),
        unregistered=reads.unregistered(db(), actor.user_id, now),
    )


@bp.get("/mine")
def mine() -> str:
    """我的数字: the agent's own work beside everybody's, and what could have been answered."""
    agent_id, now = current_actor().user_id, services().clock()
    return render_template(
        "agent_desk/mine.html",
        rows=own_work.own_rows(db(), agent_id, now),
        lost=own_work.lost_cases(db(), agent_id, now, city().figures.answerable),
    )


@bp.post("/requests/<number>/resume")
def resume(number: str) -> Response:
    """继续办理 a request that was left open."""
    keep_sent()
    commit()  # safe also when the step is refused
    resuming.resume(db(), screen.at_desk(), number)
    commit()
    flash(f"已把诉求 {number} 调回坐席台，请重新采纳或转工单。", "good")
    return screen.back_to_desk()


@bp.post("/calls/<int:call_id>/write-on")
def write_on(call_id: int) -> Response:
    """接着写 what a call that ended left unregistered."""
    resuming.write_on(db(), screen.at_desk(), call_id)
    commit()
    flash("那通来电里写的已放回登记，请采纳或转工单。", "good")
    return screen.back_to_desk()


@bp.get("/notices")
def notices() -> str:
    """Notices that hold now; the desk shows the same list with F3."""
    found = reads.current_notices(db(), current_actor(), services().clock())
    return render_template("agent_desk/notices.html", notices=found)
