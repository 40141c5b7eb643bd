"""A run question by question: search as in a call, choose the entry one would read out."""

from random import SystemRandom
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from indexer.errors import InvalidQuery
from kb.clock import local_day
from kb.errors import SearchUnavailable
from kb.presenters.card import cards
from kb.services import practice
from kb.services.questions import Question
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor

bp = Blueprint("practice", __name__, url_prefix="/desk/practice")
SHOWN = 6
MAX_QUERY = 300


@bp.get("")
def home() -> str:
    """One's own runs, and the way into a new one."""
    runs = practice.runs_of(db(), current_actor())
    scored = [(run, practice.score(run)) for run in runs]
    return render_template("practice/home.html", scored=scored, length=practice.LENGTH)


@bp.post("")
def start() -> Response:
    """Begin."""
    run = practice.start(db(), current_actor(), services().clock(), SystemRandom())
    commit()
    return redirect(url_for("practice.run", run_id=run.id), 303)


@bp.get("/<int:run_id>")
def run(run_id: int) -> str:
    """The question that waits with what ``?q=`` finds; after the last one how it went."""
    known = practice.get_run(db(), run_id, current_actor())
    score = practice.score(known)
    question = practice.waiting_question(db(), known)
    if question is None:
        reviewed = practice.review(db(), known)
        return render_template("practice/result.html", run=known, score=score, reviewed=reviewed)
    asked = " ".join(request.args.get("q", "")[:MAX_QUERY].split())
    found, problem = _find(asked)
    waited = int((services().clock() - known.shown_at).total_seconds())
    return render_template(
        "practice/run.html",
        run=known,
        score=score,
        question=question,
        asked=asked,
        found=found,
        problem=problem,
        waited=max(waited, 0),
    )


def _find(asked: str) -> tuple[list[dict[str, Any]], str]:
    """The cards of a search, and a sentence when it could not be made."""
    if not asked:
        return [], ""
    today = local_day(services().clock())
    if services().search is None:
        raise SearchUnavailable("检索暂时不可用，请稍后再练")
    try:
        asking = Question(asked, as_of=today, limit=SHOWN)
        answers = services().search.find(db(), asking, current_actor())
    except InvalidQuery as error:
        return [], error.message
    return cards(answers, today), "" if answers.answered else "检索认为依据不足，下面只是相近的条目"


@bp.post("/<int:run_id>/answer")
def answer(run_id: int) -> Response:
    """Take the answer and go on to the next question."""
    run = practice.get_run(db(), run_id, current_actor())
    item = "" if request.form.get("none") else request.form.get("item", "")
    chosen = int(item) if item.isascii() and item.isdigit() and len(item) < 10 else None
    question = request.form.get("question", "")
    number = int(question) if question.isascii() and question.isdigit() else 0
    is_right = practice.answer(db(), run, number, chosen, services().clock())
    commit()
    spent = run.answers[-1]["seconds"]
    if is_right:
        flash(f"对，用了 {spent} 秒。", "good")
    else:
        flash(f"不对，用了 {spent} 秒；全部答完后能看到该用哪一条。", "warn")
    return redirect(url_for("practice.run", run_id=run.id), 303)
