"""检索实验室: one box, every step of the search behind it, and a place to grade what came."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.errors import InvalidInput, SearchUnavailable
from kb.outbox.indexes import Indexes
from kb.queries.choices import units_by_name
from kb.queries.dictionary import current_version, history
from kb.services.judged_queries import (
    GRADES,
    LABELS,
    judged_before,
    judges_for_all,
    keep_query,
)
from kb.services.questions import Question
from kb.services.search_lab import Trial, words_at
from kb.services.trial_weights import trial_weights, weight_fields
from kb.terms import KnowledgeKind
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.permission_map import permissions
from webapp.rules import is_allowed
from webapp.search_lab import charts, forms, words
from webapp.search_lab.blueprint import bp
from webapp.search_lab.sides import Side, ask_side, mark_differences

VERSIONS_SHOWN = 20


def indexes() -> Indexes:
    """:raises SearchUnavailable: the program runs without search."""
    if services().search is None:
        raise SearchUnavailable("检索服务没有启动，请告知管理员")
    found: Indexes = services().search.indexes
    return found


def can_open_entries() -> bool:
    """Whether this person may follow a link into the knowledge base."""
    return is_allowed(permissions(current_app)["unit_portal.entry"], current_actor())


def version_choices() -> list[tuple[int, str]]:
    """Dictionary versions to try, newest first, without the one in use."""
    found, total = history(db(), 1, VERSIONS_SHOWN)
    shown = [(row.number, f"第 {row.number} 版 · {row.reason[:30]}") for row in found[1:]]
    return [*shown, (0, "随附词表")] if total else []


@bp.get("")
def home() -> Response:
    """The box, and what became of the question under one setting or two."""
    return _page(request.args, {})


def _page(values: Mapping[str, str], problems: Mapping[str, str]) -> Response:
    today = local_day(services().clock())
    found = dict(problems)
    try:
        question = forms.question_of(values, today)
    except InvalidInput as refused:
        found |= refused.fields
        question = Question("", today)
    sides = [] if found and not question.text else _sides(values, question, today, found)
    shown = sides[-1] if values.get("steps") == "b" else sides[0] if sides else None
    status = 422 if found else 200
    return make_response(_render(values, question, sides, shown, found), status)


def _sides(
    values: Mapping[str, str], question: Question, today: date, problems: dict[str, str]
) -> list[Side]:
    """A is what callers get now; B, when asked for, is what is being tried."""
    if not question.text:
        return []
    actor, is_public = current_actor(), values.get("audience") == "public"
    now = Trial(question, is_public)
    sides = [ask_side(db(), indexes(), now, actor, today, name="a", label="A 当前设置")]
    if values.get("compare") != "1":
        return sides
    try:
        weights = trial_weights(forms.typed_weights(values))
        version = forms.version_of(values, current_version(db()))
        words = None if version is None else words_at(db(), indexes(), version)
        tried = Trial(question, is_public, weights, words)
    except InvalidInput as refused:
        problems |= forms.named_problems(refused)
        return sides
    sides.append(ask_side(db(), indexes(), tried, actor, today, name="b", label="B 试用设置"))
    mark_differences(*sides)
    return sides


def _render(
    values: Mapping[str, str],
    question: Question,
    sides: list[Side],
    shown: Side | None,
    problems: Mapping[str, str],
) -> str:
    actor = current_actor()
    as_of = question.as_of if values.get("as_of", "").strip() else None
    judged = judged_before(db(), question.text, as_of, actor) if question.text else None
    units = units_by_name(db())
    given: dict[int, Any] = {g.item_id: g.grade for g in judged.grades} if judged else {}
    return render_template(
        "search_lab/lab.html",
        **words.EVERYTHING,
        values=values,
        question=question,
        sides=sides,
        shown=shown,
        problems=problems,
        judged=judged,
        given=given,
        grades=GRADES,
        label_pairs=[(label, label) for label in LABELS],
        units=units,
        unit_names=[(unit.name, unit.name) for unit in units],
        can_open=can_open_entries(),
        kinds=list(KnowledgeKind),
        fields=weight_fields(),
        prefix=forms.WEIGHT,
        versions=version_choices(),
        for_all=judges_for_all(actor),
        bar=charts.bar,
        asked=_asked(values),
    )


def _asked(values: Mapping[str, str]) -> dict[str, Any]:
    """What was asked and under which settings, to be asked again by a link."""
    names = ["q", "as_of", "audience", "unit", "kind", "compare", "dictionary"]
    names += [forms.WEIGHT + field.name for field in weight_fields()]
    return {name: values[name] for name in names if values.get(name)}


@bp.post("/keep")
def keep() -> Response:
    """Keep the question with the grades given to its results."""
    actor = current_actor()
    names = ("as_of", "kind", "unit", "audience")
    back: dict[str, Any] = {name: request.form[name] for name in names if request.form.get(name)}
    try:
        wanted = forms.wanted_of(request.form)
        kept = keep_query(db(), wanted, actor=actor, now=services().clock())
    except InvalidInput as refused:
        db().rollback()
        values = {**request.form.to_dict(), "q": request.form.get("text", "")}
        return _page(values, refused.fields or {"grades": refused.message})
    commit()
    flash("已保存为评测问题；下次评测就会问它。", "good")
    return redirect(url_for("search_lab.home", q=kept.text, **back))
