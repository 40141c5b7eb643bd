"""派单目录: adding, changing and retiring a row; looked at before it is saved."""

from dataclasses import dataclass
from datetime import date

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.errors import InvalidInput, StaleVersion
from kb.models import CatalogueEntry
from kb.queries.catalogue import get_entry
from kb.queries.catalogue_effect import effect_of
from kb.queries.choices import units_by_name
from kb.queries.unit_names import unit_named
from kb.services import catalogue
from kb.services.catalogue import Content, FieldChange, changes_between, content_of, in_words
from kb.services.catalogue_table import split_list
from webapp.catalogue.blueprint import bp, choices, number
from webapp.catalogue.listing import entry_page
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor


@dataclass(frozen=True)
class Seen:
    """The form page's state beside what was typed."""

    problems: dict[str, str]
    preview: dict[str, object] | None = None
    stale: list[FieldChange] | None = None


@bp.get("/new")
def new() -> str:
    """An empty form; 类别 may be given by the address."""
    today = local_day(services().clock()).isoformat()
    typed = {"valid_from": today, "category": request.args.get("category", "")}
    return _form(None, typed, Seen({}))


@bp.get("/<int:entry_id>/edit")
def edit(entry_id: int) -> str:
    """The form with what the row says now."""
    found = get_entry(db(), entry_id, current_actor())
    return _form(found, _typed(found), Seen({}))


def _typed(entry: CatalogueEntry) -> dict[str, str]:
    said = in_words(db(), content_of(entry))
    said["words"], said["assisting"] = "、".join(said["words"]), "、".join(said["assisting"])
    return said


def _form(entry: CatalogueEntry | None, typed: dict[str, str], seen: Seen) -> str:
    return render_template(
        "catalogue/form.html",
        entry=entry,
        typed=typed,
        seen=seen,
        units=units_by_name(db()),
        **choices(),
    )


@bp.post("/save")
def save() -> Response:
    """Preview, or save, what the form says."""
    entry_id = number("entry")
    found = get_entry(db(), entry_id, current_actor()) if entry_id is not None else None
    typed = request.form.to_dict()
    try:
        content = _content(typed)
        if request.form.get("act") != "save":
            return make_response(_form(found, typed, Seen({}, preview=_preview(found, content))))
        saved = _save(found, content)
    except InvalidInput as invalid:
        db().rollback()
        problems = invalid.fields or {"matter": invalid.message}
        return make_response(_form(_again(entry_id), typed, Seen(problems)), 422)
    except StaleVersion as stale:
        db().rollback()
        now_there = _again(entry_id)
        assert now_there is not None  # noqa: S101 - only a stored row can be stale
        changes = changes_between(in_words(db(), content_of(now_there)), _words(content))
        problems = {"stale": stale.message}
        return make_response(_form(now_there, typed, Seen(problems, stale=changes)), 409)
    commit()
    flash("派单目录已保存，新的建议马上按它来", "good")
    return redirect(url_for("catalogue.entry", entry_id=saved.id))


def _again(entry_id: int | None) -> CatalogueEntry | None:
    return get_entry(db(), entry_id, current_actor()) if entry_id is not None else None


def _words(content: Content) -> dict[str, object]:
    return in_words(db(), content)


def _save(found: CatalogueEntry | None, content: Content) -> CatalogueEntry:
    known, actor = services(), current_actor()
    reason = request.form.get("reason", "")
    if found is None:
        return catalogue.add(
            db(), content, reason=reason, profile=known.profile, actor=actor, now=known.clock()
        )
    return catalogue.change(
        db(),
        found,
        content,
        reason=reason,
        seen_rev=number("rev") or 0,
        profile=known.profile,
        actor=actor,
        now=known.clock(),
    )


def _preview(found: CatalogueEntry | None, content: Content) -> dict[str, object]:
    entry_id = found.id if found is not None else None
    content = catalogue.check(db(), content, services().profile, entry_id=entry_id)
    before = in_words(db(), content_of(found)) if found is not None else {}
    return {
        "changes": changes_between(before, in_words(db(), content)),
        "effect": effect_of(db(), content, entry_id=entry_id, now=services().clock()),
    }


def _content(typed: dict[str, str]) -> Content:
    """:raises InvalidInput: units or dates are not understood, each with its sentence."""
    problems: dict[str, str] = {}
    lead = _unit(typed.get("lead", ""), "lead", problems)
    assisting = [
        _unit(name, "assisting", problems) for name in split_list(typed.get("assisting", ""))
    ]
    first = _day(typed.get("valid_from", ""), "valid_from", problems)
    last = _day(typed.get("valid_until", ""), "valid_until", problems)
    if problems:
        raise InvalidInput("有几项没有填对", problems)
    return Content(
        matter=typed.get("matter", ""),
        category=typed.get("category", ""),
        lead_id=lead,
        basis=typed.get("basis", "").replace("\r\n", "\n"),
        valid_from=first or local_day(services().clock()),
        region=typed.get("region", ""),
        words=tuple(split_list(typed.get("words", ""))),
        assisting_ids=tuple(assisting),
        valid_until=last,
    )


def _unit(name: str, field: str, problems: dict[str, str]) -> int:
    if not name.strip():
        problems[field] = "请选择主办单位"
        return 0
    try:
        return unit_named(db(), name).id
    except InvalidInput as invalid:
        problems[field] = invalid.message
        return 0


def _day(text: str, field: str, problems: dict[str, str]) -> date | None:
    try:
        return date.fromisoformat(text) if text.strip() else None
    except ValueError:
        problems[field] = f"看不懂日期“{text[:20]}”，应写作 2026-05-07"
        return None


@bp.post("/<int:entry_id>/retire")
def retire(entry_id: int) -> Response:
    """停用 a row."""
    found = get_entry(db(), entry_id, current_actor())
    try:
        catalogue.retire(
            db(),
            found,
            reason=request.form.get("reason", ""),
            seen_rev=number("rev") or 0,
            actor=current_actor(),
            now=services().clock(),
        )
    except InvalidInput as invalid:
        db().rollback()
        found = get_entry(db(), entry_id, current_actor())
        return make_response(entry_page(found, {"retire": invalid.message}), 422)
    commit()
    flash(f"“{found.matter}”已停用，历史版本都在", "good")
    return redirect(url_for("catalogue.entry", entry_id=entry_id))
