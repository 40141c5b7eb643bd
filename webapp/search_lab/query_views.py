"""评测问题: the list, one question, tables in and out, and what agents adopted."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.errors import InvalidInput
from kb.models import JudgedQuery
from kb.queries.choices import units_by_name
from kb.services import judged_queries
from kb.services.adopted_questions import SUGGESTED_GRADE, Adopted, adopted_questions, chosen_of
from kb.services.adopted_questions import keep_adopted as keep_chosen
from kb.services.judged_queries import GRADES, LABELS, MAX_QUERIES, Chosen, judges_for_all
from kb.services.judgment_table import COLUMNS, MAX_BYTES, export_csv, import_table
from kb.services.search_lab import entry_names
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.search_lab import forms
from webapp.search_lab.blueprint import bp
from webapp.search_lab.views import can_open_entries

PAGE_SIZE = 50


@bp.get("/queries")
def queries() -> Response:
    """The judged questions this person may see, by pages."""
    return _list_page({})


def _list_page(problems: Mapping[str, str]) -> Response:
    actor, args = current_actor(), request.args
    chosen = Chosen(
        text=forms.one_line(args.get("q", ""), 100),
        label=forms.one_line(args.get("label", ""), 40),
        unit_id=forms.number_of(args, "unit_id"),
        active=args.get("removed") != "1",
    )
    page = forms.page_of(args)
    rows, total = judged_queries.list_queries(db(), actor, chosen, page=page, page_size=PAGE_SIZE)
    pages = max((total + PAGE_SIZE - 1) // PAGE_SIZE, 1)
    kept: dict[str, Any] = {
        name: args[name] for name in ("q", "label", "unit_id", "removed") if args.get(name)
    }
    html = render_template(
        "search_lab/queries.html",
        rows=rows,
        total=total,
        page=page,
        pages=pages,
        values=args,
        chosen=chosen,
        labels=LABELS,
        label_pairs=[(label, label) for label in LABELS],
        unit_pairs=_unit_pairs(),
        names=entry_names(db(), _graded(rows), actor),
        for_all=judges_for_all(actor),
        most=MAX_QUERIES,
        columns=COLUMNS,
        problems=problems,
        href=lambda number: url_for("search_lab.queries", page=number, **kept),
    )
    return make_response(html, 422 if problems else 200)


def _unit_pairs() -> list[tuple[int, str]]:
    return [(unit.id, unit.name) for unit in units_by_name(db())]


def _graded(rows: Any) -> list[int]:
    return [grade.item_id for row in rows for grade in row.grades]


@bp.get("/queries/<int:query_id>")
def query(query_id: int) -> Response:
    """One question with its grades."""
    return _query_page(judged_queries.get_query(db(), query_id, current_actor()), {}, {})


def _query_page(
    row: JudgedQuery, problems: Mapping[str, str], typed: Mapping[str, str]
) -> Response:
    actor = current_actor()
    html = render_template(
        "search_lab/query.html",
        row=row,
        names=entry_names(db(), _graded([row]), actor),
        grades=GRADES,
        label_pairs=[(label, label) for label in LABELS],
        problems=problems,
        typed=typed,
        can_open=can_open_entries(),
    )
    return make_response(html, 422 if problems else 200)


@bp.post("/queries/<int:query_id>")
def save_query(query_id: int) -> Response:
    """Change a question and its grades."""
    actor = current_actor()
    row = judged_queries.get_query(db(), query_id, actor)
    try:
        wanted = forms.wanted_of(request.form)
        judged_queries.change_query(db(), query_id, wanted, actor=actor, now=services().clock())
    except InvalidInput as refused:
        db().rollback()
        row = judged_queries.get_query(db(), query_id, actor)
        return _query_page(row, refused.fields or {"grades": refused.message}, request.form)
    commit()
    flash("评测问题已保存。", "good")
    return redirect(url_for("search_lab.query", query_id=row.id))


@bp.post("/queries/<int:query_id>/remove")
def remove(query_id: int) -> Response:
    """Take a question out of the set."""
    judged_queries.remove_query(db(), query_id, actor=current_actor(), now=services().clock())
    commit()
    flash(f"第 {query_id} 号评测问题已移除，可在“已移除”里恢复。", "good")
    return redirect(url_for("search_lab.queries"))


@bp.post("/queries/<int:query_id>/restore")
def restore(query_id: int) -> Response:
    """Put a removed question back."""
    judged_queries.restore_query(db(), query_id, actor=current_actor(), now=services().clock())
    commit()
    flash(f"第 {query_id} 号评测问题已恢复。", "good")
    return redirect(url_for("search_lab.query", query_id=query_id))


@bp.post("/queries/import")
def import_queries() -> Response:
    """Take a table in, whole or not at all."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise InvalidInput("请先选择表格", {"file": "请先选择表格（CSV 或 TSV）"})
        count = import_table(
            db(),
            sent.stream.read(MAX_BYTES + 1),
            unit_id=forms.number_of(request.form, "unit_id"),
            actor=current_actor(),
            now=services().clock(),
        )
    except InvalidInput as refused:
        db().rollback()
        return _list_page(refused.fields or {"file": refused.message})
    commit()
    flash(f"已导入 {count} 个评测问题。", "good")
    return redirect(url_for("search_lab.queries"))


@bp.get("/queries/export.csv")
def export_queries() -> Response:
    """Every question this person may see, as a table."""
    actor = current_actor()
    rows, _ = judged_queries.list_queries(db(), actor, page_size=100_000)
    titles = {key: name.title for key, name in entry_names(db(), _graded(rows), actor).items()}
    answer = make_response(export_csv(reversed(rows), titles))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    day = local_day(services().clock()).isoformat()
    answer.headers["Content-Disposition"] = f'attachment; filename="judged-queries-{day}.csv"'
    return answer


@bp.get("/adopted")
def adopted() -> Response:
    """What agents adopted, to choose judged questions from."""
    return _adopted_page({})


def _adopted_page(problems: Mapping[str, str]) -> Response:
    html = render_template(
        "search_lab/adopted.html",
        rows=adopted_questions(db(), current_actor()),
        unit_pairs=_unit_pairs(),
        for_all=judges_for_all(current_actor()),
        chosen=request.form.getlist("adoption_id"),
        problems=problems,
    )
    return make_response(html, 422 if problems else 200)


def _preview_page(rows: Sequence[Adopted]) -> Response:
    unit_id = forms.number_of(request.form, "unit_id")
    unit = next((name for code, name in _unit_pairs() if str(code) == str(unit_id)), "热线中心")
    html = render_template(
        "search_lab/adopted_sure.html",
        rows=rows,
        grade=SUGGESTED_GRADE,
        unit_id=unit_id or "",
        unit=unit if judges_for_all(current_actor()) else "",
    )
    return make_response(html)


@bp.post("/adopted")
def keep_adopted() -> Response:
    """Keep the chosen ones, once it was looked at what that would be."""
    chosen = [int(value) for value in request.form.getlist("adoption_id") if value.isdecimal()]
    try:
        if "sure" not in request.form:
            return _preview_page(chosen_of(db(), chosen, current_actor()))
        count = keep_chosen(
            db(),
            chosen,
            unit_id=forms.number_of(request.form, "unit_id"),
            actor=current_actor(),
            now=services().clock(),
        )
    except InvalidInput as refused:
        db().rollback()
        return _adopted_page(refused.fields or {"adoption_id": refused.message})
    commit()
    flash(f"已从采纳记录添加 {count} 个评测问题，都评为 3 分；有不合适的请逐个改。", "good")
    return redirect(url_for("search_lab.queries"))
