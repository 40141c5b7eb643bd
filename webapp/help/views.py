"""The help pages: one text for each role from ``docs/help``, with the steps of its tour."""

from functools import cache
from pathlib import Path

from flask import Blueprint, abort, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from kb.services.tours import finish_tour
from kb.terms import Role
from webapp.context import services
from webapp.database import commit, db
from webapp.guided_tours import TOURS
from webapp.identity import current_actor
from webapp.markup import render_markdown

bp = Blueprint("help", __name__, url_prefix="/help")
FOLDER = Path(__file__).parent.parent.parent / "docs" / "help"


@bp.get("")
def home() -> Response:
    """The help of one's own first role."""
    own = [role for role in Role if role in current_actor().roles]
    return redirect(url_for("help.page", role=(own or list(Role))[0].value))


@bp.get("/<role>")
def page(role: str) -> str:
    """The help of a role; everybody may read all of it."""
    if role not in TOURS:
        abort(404)
    return render_template(
        "help/page.html",
        role=Role(role),
        roles=list(TOURS),
        tour=TOURS[Role(role)],
        may_tour=Role(role) in current_actor().roles,
        text=_text(role),
    )


@cache
def _text(role: str) -> Markup:
    return render_markdown((FOLDER / f"{role}.md").read_text("utf-8"))


@bp.post("/tours/<role>")
def finish(role: str) -> Response:
    """The tour was seen or left: it does not begin by itself again."""
    finish_tour(db(), current_actor(), role, services().clock())
    commit()
    if request.form.get("back"):
        return redirect(url_for("help.page", role=role), 303)
    return Response(status=204)
