"""One version: its form while it is a draft, its content and the review otherwise."""

from typing import Any

from flask import Response as FlaskResponse
from flask import flash, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.access import get_version, get_visible
from kb.clock import local_day
from kb.errors import InvalidInput, StaleVersion
from kb.facts import lacks_answer
from kb.models import KnowledgeVersion
from kb.queries import portal, unfinished
from kb.queries.alike import alike, came_in, came_with
from kb.queries.portal_list import linkable
from kb.regions_said import SaidRegion, said_regions
from kb.services import brought_back, confirming_backdating, drafting, publishing, telling_apart
from kb.services.entries import MAX_BODY, passages_of
from kb.terms import LinkKind, Role
from webapp.compare import Comparison, compare
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.markup import render_body
from webapp.unit_portal import choices
from webapp.unit_portal.blueprint import bp
from webapp.unit_portal.clause_work import clause_work
from webapp.unit_portal.form_page import form_values
from webapp.unit_portal.forms import Typed, to_content, typed_from_form, typed_from_version
from webapp.unit_portal.found_views import draft_values, require_settled
from webapp.unit_portal.origin import extras_of, origin_of, pins_of
from webapp.unit_portal.review_views import review_page
from webapp.unit_portal.sentences import ahead_sentence, saved_sentence
from webapp.unit_portal.views import number_or_none


@bp.get("/versions/<int:version_id>")
def version(version_id: int) -> str:
    """A version to correct, or to review, or to read."""
    found = get_version(db(), version_id, current_actor())
    if not drafting.is_editable(found):
        return review_page(found)
    typed = typed_from_version(found, db(), current_actor())
    if found.rev == 1 and not typed.regions:
        # Only until somebody has saved it: who chose the whole city is not asked again.
        typed.regions = [said.region for said in _said_regions(found)]
    return _edit_page(found, typed, {})


def _said_regions(found: KnowledgeVersion) -> tuple[SaidRegion, ...]:
    return said_regions(
        choices.regions(),
        authority=found.issuing_authority,
        unit=found.item.unit.name,
        title=found.title,
    )


def _page_with(found: KnowledgeVersion, problems: dict[str, str]) -> str:
    if not drafting.is_editable(found):
        return review_page(found, problems)
    return _edit_page(found, typed_from_version(found, db(), current_actor()), problems)


def _edit_page(found: KnowledgeVersion, typed: Typed, problems: dict[str, str], **more: Any) -> str:
    recognised = found.file.recognised if found.file else {}
    pins = pins_of(recognised)
    passages = passages_of(typed.texts["body"], found.facts)
    known: dict[str, Any] = {
        "version": found,
        "item": found.item,
        "origin": origin_of(found.body, pins),
        "pins": pins,
        "warnings": recognised.get("warnings", []),
        "read": recognised,
        "passages": passages,
        "same_number": telling_apart.same_number(db(), found),
        "reason": unfinished.return_reasons(db(), [found]).get(found.id, ""),
        "submits_to_centre": publishing.goes_to_centre(db(), found.item.unit),
        "may_publish": current_actor().has(Role.EDITOR),
        "work": clause_work(db(), found),
        "number_answers": telling_apart.answers(db(), found),
        "alike": None,
        "parent": came_in(db(), found, current_actor()),
        "attachments": came_with(db(), found, current_actor()),
        "said_regions": _said_regions(found),
        "theirs": None,
        "saved_by": "",
        "lacks_answer": lacks_answer(found.facts),
        "extras": extras_of(recognised),
        "ahead": ahead_sentence(found, local_day(services().clock())),
        "backdating": confirming_backdating.sentence_of(found),
        "confirmed": confirming_backdating.confirmation(db(), found),
    } | draft_values(found, current_actor())
    if not known["same_number"]:
        known["alike"] = alike(db(), found)
    known["differences"] = _differences(found, known)
    return render_template("unit_portal/edit.html", **(known | form_values(typed, problems) | more))


def _differences(found: KnowledgeVersion, known: dict[str, Any]) -> dict[int, Comparison]:
    """What differs from each entry that the draft may be a version of, by version id."""
    older = [item.current_version for item in known["same_number"]]
    if known["alike"] is not None:
        older.append(known["alike"].version)
    return {version.id: compare(version, found) for version in older}


@bp.post("/versions/<int:version_id>")
def save_version(version_id: int) -> Response:
    """Save a draft; also hand it in, or publish it as an editor, when that button was pressed."""
    actor, now = current_actor(), services().clock()
    found = get_version(db(), version_id, actor)
    typed = typed_from_form(request.form, db(), actor)
    action = request.form.get("action", "save")
    try:
        content = to_content(typed, db(), actor)
        drafting.save_edit(
            db(),
            found,
            content=content,
            seen_rev=number_or_none(request.form.get("rev", "")) or 0,
            actor=actor,
            now=now,
        )
        if request.form.get("backdated") == "yes":
            confirming_backdating.confirm(db(), found, actor, now)
        if request.form.get("brought_back") == "yes":
            brought_back.confirm(db(), found, actor, now)
        if action in ("submit", "publish"):
            require_settled(found, actor)
        if action == "submit":
            publishing.submit(db(), found, actor=actor, now=now)
        elif action == "publish":
            publishing.publish(db(), found, actor=actor, now=now)
    except InvalidInput as invalid:
        db().rollback()
        problems = invalid.fields or {"body": invalid.message}
        return make_response(_edit_page(found, typed, problems), 422)
    except StaleVersion:
        db().rollback()
        return make_response(_conflict_page(version_id, typed), 409)
    commit()
    flash(saved_sentence(found, services().clock()), "good")
    flash(f"version-{found.id}", "draft")
    if action == "publish":
        return redirect(url_for("unit_portal.entry", item_id=found.item_id))
    return redirect(url_for("unit_portal.version", version_id=found.id))


def _conflict_page(version_id: int, typed: Typed) -> str:
    """Both texts on one page: mine in the form, theirs beside it. Saving again keeps mine."""
    actor = current_actor()
    found = get_version(db(), version_id, actor)
    if not drafting.is_editable(found):
        return review_page(found, unsaved=typed)
    theirs = typed_from_version(found, db(), actor)
    events = portal.life(db(), found.item).events
    savers = [event.actor for event in events if event.version_id == found.id and event.actor]
    saved_by = savers[-1].name if savers else ""
    if savers and savers[-1].id == actor.user_id:
        saved_by = "您自己在另一个窗口"
    return _edit_page(found, typed, {}, theirs=theirs, saved_by=saved_by)


@bp.post("/versions/<int:version_id>/discard")
def discard_version(version_id: int) -> Response:
    """作废 a draft."""
    actor = current_actor()
    found = get_version(db(), version_id, actor)
    drafting.require_seen(found, number_or_none(request.form.get("rev", "")) or 0)
    title = found.title
    drafting.discard(db(), found, actor=actor, now=services().clock())
    commit()
    flash(f"《{title}》的这份草稿已作废，原件和记录仍保留", "good")
    flash(f"version-{version_id}", "draft")
    return redirect(url_for("unit_portal.home"))


@bp.post("/versions/<int:version_id>/same-number")
def settle_same_number(version_id: int) -> Response:
    """Answer 是新版本, 替代旧件 or 不同文件 about an entry with the same 文号."""
    actor, now = current_actor(), services().clock()
    found = get_version(db(), version_id, actor)
    older = get_visible(db(), number_or_none(request.form.get("item", "")) or 0, actor)
    choice = request.form.get("choice", "")
    if choice == "version":
        found = drafting.continue_entry(db(), found, older, actor=actor, now=now)
        sentence = f"已并入原条目，作为第 {found.number} 版；发布时旧版同时停用"
    elif choice == "supersede":
        drafting.plan_link(db(), found, LinkKind.SUPERSEDES, older, actor=actor, now=now)
        sentence = "已记下：发布这一件时，旧件同时失效"
    elif choice == "different":
        reason = request.form.get("reason", "")
        try:
            telling_apart.tell_apart(db(), found, older, actor=actor, now=now, reason=reason)
        except InvalidInput as invalid:
            db().rollback()
            return make_response(_page_with(found, invalid.fields), 422)
        sentence = "已记下：两份是不同文件"
    else:
        raise InvalidInput("请选择：是新版本、替代旧件，还是不同文件")
    commit()
    flash(sentence, "good")
    return redirect(url_for("unit_portal.version", version_id=found.id))


@bp.post("/preview")
def preview() -> FlaskResponse:
    """The body as it will look and as it will be cut, for the script of the form."""
    body = request.form.get("body", "")[:MAX_BODY]
    passages = passages_of(body, {})
    html = render_template("unit_portal/_preview.html", html=render_body(body))
    cut = render_template("unit_portal/_passages.html", passages=passages)
    return jsonify({"html": html, "passages": cut, "count": len(passages)})


@bp.get("/linkable")
def linkable_entries() -> FlaskResponse:
    """Entries that a draft may replace, for the list under the field."""
    found = linkable(db(), current_actor(), request.args.get("q", "")[:100])
    rows = [{"value": f"#{row.item_id} {row.title}", "label": row.document_number} for row in found]
    return jsonify({"entries": rows})
