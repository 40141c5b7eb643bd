"""Reporting a passage, from the desk without leaving the call or from an entry; and one's own."""

from typing import Any

from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.access import get_visible, may_see_version
from kb.clauses import quote_of
from kb.errors import Duplicate, InvalidInput, NotFound
from kb.models import Correction, KnowledgeItem, KnowledgeVersion
from kb.presenters.correction import corrections_json
from kb.queries.corrections import reported_by
from kb.services import corrections, reporting
from webapp.context import services
from webapp.corrections.blueprint import bp
from webapp.corrections.forms import number, number_or_none, report_of
from webapp.database import commit, db
from webapp.entry_links import entry_address
from webapp.formats import local_time
from webapp.identity import current_actor
from webapp.wanted import wants_json


@bp.get("/corrections/new")
def new() -> str:
    """The form about a passage; ``?item=&version=&passage=&quote=`` name it."""
    return _form({})


def _form(problems: dict[str, str]) -> str:
    actor, given = current_actor(), request.values
    item = get_visible(db(), number(given.get("item", "")), actor)
    version = _version(item, given.get("version", ""))
    ordinal = number_or_none(given.get("passage", "")) or 0
    open_ones = corrections.open_of(db(), item, actor)
    return render_template(
        "corrections/new.html",
        item=item,
        version=version,
        ordinal=ordinal,
        quote=quote_of(version.passages, ordinal, given.get("quote", "")),
        heading=next((p.heading_path for p in version.passages if p.ordinal == ordinal), ""),
        others=corrections_json(open_ones),
        href=entry_address(actor, version),
        typed=given,
        problems=problems,
        longest=reporting.MAX_SAID,
    )


def _version(item: KnowledgeItem, number: str) -> KnowledgeVersion:
    """The version the person was reading; the current one when the address names none."""
    for version in item.versions:
        is_named = str(version.number) == number and version.published_at is not None
        if is_named and may_see_version(version, item, current_actor()):
            return version
    if item.current_version is None:
        raise NotFound("这个条目还没有发布，不能纠错；请直接修改草稿")
    return item.current_version


@bp.post("/corrections")
def report() -> Response:
    """Report it; a script gets JSON and the renewed line of the card, a browser its list."""
    actor, now = current_actor(), services().clock()
    try:
        found = reporting.report(db(), report_of(request.form), actor=actor, now=now)
    except (InvalidInput, Duplicate) as refused:
        if wants_json():
            raise
        db().rollback()
        problems = refused.fields if isinstance(refused, InvalidInput) else {}
        status = 422 if isinstance(refused, InvalidInput) else 409
        return make_response(_form(problems or {"said": refused.message}), status)
    commit()
    sentence = _sentence(found)
    if wants_json():
        return jsonify({"id": found.id, "message": sentence, "flags": _flags(found.item)})
    flash(sentence, "good")
    return redirect(url_for("corrections.mine"))


def _sentence(found: Correction) -> str:
    due = local_time(found.due_at, services().clock())
    note = f"（{found.due_note}）" if found.due_note else ""
    return f"已报给{found.unit.name}，应在 {due} 前答复{note}"


def _flags(item: KnowledgeItem) -> str:
    rows = corrections.open_of(db(), item, current_actor())
    card: dict[str, Any] = {"corrections": corrections_json(rows)}
    return render_template("agent_desk/_flags.html", card=card)


@bp.get("/corrections/mine")
def mine() -> str:
    """What I reported, and what became of it."""
    actor = current_actor()
    page = number_or_none(request.args.get("page", "")) or 1
    found = reported_by(db(), actor.user_id, page)
    return render_template(
        "corrections/mine.html",
        found=found,
        href=lambda row: entry_address(actor, row.version),
        page_href=lambda page: url_for("corrections.mine", page=page),
    )
