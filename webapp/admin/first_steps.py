"""开始使用: the way of an empty installation to its first answered call."""

from flask import render_template

from kb.profile import Profile
from kb.queries.first_steps import first_steps
from webapp.admin.blueprint import bp
from webapp.context import city
from webapp.database import db


def is_named() -> bool:
    """Whether the city profile has a name of its own."""
    return city().city != Profile().city


@bp.get("/start")
def start() -> str:
    """The steps, the first open one in front."""
    return render_template("admin/start.html", steps=first_steps(db()), is_named=is_named())


@bp.app_template_global("is_starting")
def is_starting() -> bool:
    """Whether 开始使用 still belongs among the pages of the administration."""
    return not is_named() or not first_steps(db()).is_done
