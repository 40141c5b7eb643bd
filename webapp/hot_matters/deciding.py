"""采用, 不采用, 并入, 改名, 撤销; a refusal brings the list back with what was typed."""

from collections.abc import Callable
from typing import Any

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from kb.errors import IllegalTransition, InvalidInput, NotFound, StaleVersion
from kb.services import matter_deciding as verbs
from webapp.context import services
from webapp.database import commit, db
from webapp.hot_matters.blueprint import bp
from webapp.hot_matters.views import page
from webapp.identity import current_actor
from webapp.list_asked import is_number
from webapp.period_asked import period_asked, span_of


def _number(name: str) -> int:
    text = request.form.get(name, "")
    return int(text) if is_number(text) else 0


def _handle(act: Callable[[], str], at: str) -> Response:
    period, _ = period_asked()
    try:
        sentence = act()
    except (InvalidInput, IllegalTransition, NotFound, StaleVersion) as refused:
        db().rollback()
        status = 422 if isinstance(refused, InvalidInput) else 409
        return make_response(page(refused.message, at), status)
    commit()
    flash(sentence, "good")
    kept: dict[str, Any] = {name: request.form.get(name, "") for name in ("tab", "sort")}
    return redirect(url_for("hot_matters.home", **span_of(period), **kept))


@bp.post("/<int:anchor_id>/accept")
def accept(anchor_id: int) -> Response:
    """采用 a group under the name that was typed."""

    def act() -> str:
        matter = verbs.accept(
            db(),
            period_asked()[0],
            anchor_id,
            request.form.get("name", ""),
            actor=current_actor(),
            now=services().clock(),
        )
        return f"已采用“{matter.name}”；在“已采用”里可以撤销"

    return _handle(act, f"g{anchor_id}")


@bp.post("/<int:anchor_id>/dismiss")
def dismiss(anchor_id: int) -> Response:
    """不采用."""

    def act() -> str:
        verbs.dismiss(
            db(), period_asked()[0], anchor_id, actor=current_actor(), now=services().clock()
        )
        return "已设为不采用；在“不采用”里可以撤销"

    return _handle(act, f"g{anchor_id}")


@bp.post("/<int:anchor_id>/merge")
def merge(anchor_id: int) -> Response:
    """并入 an accepted matter; the form names it with its revision as ``id.rev``."""

    def act() -> str:
        into, _, seen = request.form.get("into", "").partition(".")
        if not (is_number(into) and is_number(seen)):
            raise InvalidInput("请选择要并入的事项")
        matter = verbs.merge(
            db(),
            period_asked()[0],
            anchor_id,
            int(into),
            seen_rev=int(seen),
            actor=current_actor(),
            now=services().clock(),
        )
        return f"已并入“{matter.name}”；在“已采用”里可以撤销"

    return _handle(act, f"g{anchor_id}")


@bp.post("/decided/<int:matter_id>/rename")
def rename(matter_id: int) -> Response:
    """改名."""

    def act() -> str:
        matter = verbs.rename(
            db(),
            matter_id,
            request.form.get("name", ""),
            seen_rev=_number("rev"),
            actor=current_actor(),
            now=services().clock(),
        )
        return f"已改名为“{matter.name}”"

    return _handle(act, f"m{matter_id}")


@bp.post("/decided/<int:matter_id>/undo")
def undo(matter_id: int) -> Response:
    """Take the last step back."""

    def act() -> str:
        verbs.undo(
            db(),
            matter_id,
            seen_rev=_number("rev"),
            actor=current_actor(),
            now=services().clock(),
        )
        return "已撤销上一步"

    return _handle(act, f"m{matter_id}")
