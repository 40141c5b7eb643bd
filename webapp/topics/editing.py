"""Making and changing a 专项, with how many requests it would hold before it is saved."""

from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.errors import InvalidInput, StaleVersion
from kb.models import SpecialTopic
from kb.services import topics as verbs
from webapp.context import city, services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.period_asked import period_asked
from webapp.topics.blueprint import bp

_TICKED = ("channels", "lines", "purposes")
ACTS = {"made": "新建", "changed": "修改", "removed": "停用", "restored": "恢复"}


@bp.get("/new")
def new() -> str:
    """An empty form."""
    return _form(None, "", {})


@bp.post("/new")
def create() -> Response:
    """Preview or save a new topic."""
    return _sent(None)


@bp.get("/<int:topic_id>")
def edit(topic_id: int) -> str:
    """The form of a kept topic with its history."""
    found = verbs.get(db(), topic_id)
    return _form(found, found.name, found.condition)


@bp.post("/<int:topic_id>")
def save(topic_id: int) -> Response:
    """Preview or save a change."""
    return _sent(verbs.get(db(), topic_id))


@bp.post("/<int:topic_id>/remove")
def remove(topic_id: int) -> Response:
    """停用."""
    return _remove(topic_id, is_removed=True)


@bp.post("/<int:topic_id>/restore")
def restore(topic_id: int) -> Response:
    """Bring back."""
    return _remove(topic_id, is_removed=False)


def _remove(topic_id: int, *, is_removed: bool) -> Response:
    try:
        found = verbs.set_removed(
            db(),
            city(),
            topic_id,
            is_removed=is_removed,
            seen_rev=_rev(),
            actor=current_actor(),
            now=services().clock(),
        )
    except (StaleVersion, InvalidInput) as refused:
        db().rollback()
        again = verbs.get(db(), topic_id)
        shown = _form(again, again.name, again.condition, problem=refused.message)
        return make_response(shown, 409)
    commit()
    flash(f"“{found.name}”已{'停用，可在专项清单下面恢复' if is_removed else '恢复'}", "good")
    return redirect(url_for("topics.home"))


def _sent(found: SpecialTopic | None) -> Response:
    name, condition = request.form.get("name", ""), _condition()
    given: dict[str, Any] = {"actor": current_actor(), "now": services().clock()}
    try:
        if request.form.get("act") == "preview":
            period, _ = period_asked()
            count = verbs.preview(db(), city(), condition, period, services().clock())
            return make_response(_form(found, name, condition, preview=count))
        if found is None:
            made = verbs.make(db(), city(), name, condition, **given)
        else:
            made = verbs.change(db(), city(), found.id, name, condition, seen_rev=_rev(), **given)
    except (InvalidInput, StaleVersion) as refused:
        db().rollback()
        again = verbs.get(db(), found.id) if found is not None else None
        status = 422 if isinstance(refused, InvalidInput) else 409
        fields = getattr(refused, "fields", {}) or {}
        shown = _form(again, name, condition, problem=refused.message, fields=fields)
        return make_response(shown, status)
    commit()
    flash(f"“{made.name}”已保存", "good")
    return redirect(url_for("topics.home"))


def _condition() -> verbs.Condition:
    ticked = {part: request.form.getlist(part) for part in _TICKED}
    written = {
        part: request.form.get(part, "").replace("、", "\n").splitlines()
        for part in verbs.PARTS
        if part not in _TICKED
    }
    return ticked | written


def _rev() -> int:
    text = request.form.get("rev", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _form(
    found: SpecialTopic | None,
    name: str,
    condition: dict[str, Any],
    *,
    preview: int | None = None,
    problem: str = "",
    fields: dict[str, str] | None = None,
) -> str:
    profile = city()
    choices = {
        "channels": profile.channels,
        "lines": profile.lines,
        "purposes": tuple(one.name for one in profile.offered_purposes),
    }
    pairs = {part: [(one, one) for one in names] for part, names in choices.items()}
    period, _ = period_asked()
    return render_template(
        "topics/form.html",
        found=found,
        name=name,
        condition=condition,
        choices=pairs,
        parts=verbs.PARTS,
        period=period,
        preview=preview,
        problem=problem,
        fields=fields or {},
        acts=ACTS,
        in_words=lambda version: verbs.in_words(verbs.topic_of(version.name, version.condition)),
    )
