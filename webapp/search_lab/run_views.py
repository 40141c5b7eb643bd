"""评测记录: run the set, see how it moved over time, and what became better or worse."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import jsonify, make_response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from kb.errors import InvalidInput
from kb.models import JudgingRun, User
from kb.queries.choices import units_by_name
from kb.services import judging_runs
from kb.services.judged_queries import LABELS, judges_for_all
from kb.services.judging import Comparison, RunResult, compare
from kb.services.search_lab import entry_names
from kb.services.trial_weights import differences, trial_weights, weight_fields
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.polled import polled
from webapp.search_lab import charts, forms, words
from webapp.search_lab.blueprint import bp
from webapp.search_lab.views import indexes, version_choices

PAGE_SIZE = 30


@bp.get("/runs")
def runs() -> Response:
    """Every run this person may see, newest first, with its trend."""
    return _list_page({}, {})


def _list_page(problems: Mapping[str, str], typed: Mapping[str, str]) -> Response:
    actor, page = current_actor(), forms.page_of(request.args)
    rows, total = judging_runs.list_runs(db(), actor, page=page, page_size=PAGE_SIZE)
    html = render_template(
        "search_lab/runs.html",
        **words.EVERYTHING,
        rows=rows,
        trend=charts.trend(_points(rows)) if sum(row.state == "done" for row in rows) > 1 else "",
        people=_people(rows),
        changed={row.id: differences(row.weights) for row in rows},
        total=total,
        page=page,
        pages=max((total + PAGE_SIZE - 1) // PAGE_SIZE, 1),
        href=lambda number: url_for("search_lab.runs", page=number),
        fields=weight_fields(),
        prefix=forms.WEIGHT,
        versions=version_choices(),
        unit_pairs=[(unit.id, unit.name) for unit in units_by_name(db())],
        for_all=judges_for_all(actor),
        problems=problems,
        typed=typed,
    )
    return make_response(html, 422 if problems else 200)


def _points(rows: Sequence[JudgingRun]) -> list[tuple[str, float | None, float | None, str]]:
    return [
        (f"第 {row.id} 次", row.ndcg, row.hit1, url_for("search_lab.run", run_id=row.id))
        for row in reversed(rows)
        if row.state == "done"
    ]


def _people(rows: Sequence[JudgingRun]) -> dict[int, str]:
    ids = {row.started_by for row in rows if row.started_by is not None}
    return {
        row[0]: row[1] for row in db().execute(select(User.id, User.name).where(User.id.in_(ids)))
    }


@bp.post("/runs")
def start() -> Response:
    """Run the set: a short one while the person waits, a long one by the worker."""
    try:
        typed = forms.typed_weights(request.form)
        settings = judging_runs.Settings(
            forms.one_line(request.form.get("label", ""), 80),
            trial_weights(typed),
            forms.number_of(request.form, "dictionary"),
        )
        begun = judging_runs.start_run(
            db(),
            settings,
            unit_id=forms.number_of(request.form, "unit_id"),
            actor=current_actor(),
            now=services().clock(),
        )
    except InvalidInput as refused:
        db().rollback()
        problems = forms.named_problems(refused) or {"set": refused.message}
        return _list_page(problems, request.form)
    run_id, is_long = begun.id, judging_runs.is_left_to_worker(begun)
    commit()
    if not is_long:
        judging_runs.execute_run(services().database, indexes(), run_id, clock=services().clock)
    return redirect(url_for("search_lab.run", run_id=run_id))


@bp.get("/runs/<int:run_id>")
def run(run_id: int) -> str:
    """One run, beside an earlier one: what became better, worse, or only other."""
    actor = current_actor()
    shown = judging_runs.get_run(db(), run_id, actor)
    against = forms.number_of(request.args, "against")
    before = (
        judging_runs.get_run(db(), against, actor)
        if against is not None
        else judging_runs.run_before(db(), shown, actor)
    )
    if before is not None and before.state != "done":
        before = None
    result = judging_runs.result_of(shown)
    compared = compare(judging_runs.result_of(before), result) if before is not None else None
    others, _ = judging_runs.list_runs(db(), actor, page_size=100)
    return render_template(
        "search_lab/run.html",
        **words.EVERYTHING,
        run=shown,
        before=before,
        result=result,
        compared=compared,
        kinds=_by_label(result),
        names=entry_names(db(), _named(result, compared), actor),
        changed=differences(shown.weights),
        others=[
            (one.id, f"第 {one.id} 次 · {one.label}")
            for one in others
            if one.state == "done" and one.id != run_id
        ],
        started_by=_people([shown]).get(shown.started_by or 0, ""),
        only=request.args.get("only", ""),
    )


def _by_label(result: RunResult) -> list[tuple[str, RunResult]]:
    """The set kind by kind, in the order people know them."""
    found = list(dict.fromkeys(one.label for one in result.results))
    order = {label: place for place, label in enumerate(LABELS)}
    found.sort(key=lambda label: (order.get(label, len(order)), label))
    return [(label or "不分", result.of_label(label)) for label in found] if len(found) > 1 else []


def _named(result: RunResult, compared: Comparison | None) -> list[int]:
    first = [item for one in result.results for item in one.first]
    gone = [item for one in compared.changes for item in one.before.first] if compared else []
    return [int(item) for item in (*first, *gone)]


@bp.get("/runs/<int:run_id>/state")
@polled
def run_state(run_id: int) -> Response:
    """How far a run has come, for the page that waits for it."""
    shown: Any = judging_runs.get_run(db(), run_id, current_actor())
    return jsonify(state=shown.state, done=shown.done, total=shown.total)
