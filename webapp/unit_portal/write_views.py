"""写标准问答, 办事指南, 联系方式: entries that are written here, not read from a file."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound as NoSuchPage
from werkzeug.wrappers import Response

from kb.access import get_visible
from kb.errors import InvalidInput
from kb.models import Gap, Unit
from kb.queries.gaps import get_gap
from kb.services import publishing
from kb.services.drafting import check_links
from kb.services.entries import create_entry
from kb.services.gap_drafts import title_and_variants
from kb.services.gap_handling import name_entry
from kb.services.sameness import find_same_text, one_push_at_a_time
from kb.services.wishes import require_pusher
from kb.terms import KnowledgeKind
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.unit_portal import choices
from webapp.unit_portal.blueprint import bp
from webapp.unit_portal.form_page import form_values
from webapp.unit_portal.forms import Typed, to_content, typed_from_form
from webapp.unit_portal.sentences import saved_sentence
from webapp.unit_portal.views import number_or_none


def _kind(name: str) -> KnowledgeKind:
    if name not in choices.WRITABLE:
        raise NoSuchPage
    return KnowledgeKind(name)


@bp.get("/write/<kind>")
def write(kind: str) -> str:
    """A form of this kind: empty, or with what the questions of a gap say already."""
    typed = Typed(kind=_kind(kind).value)
    gap = _gap(request.args.get("gap", ""))
    if gap is not None:
        title, variants = title_and_variants(gap)
        typed.texts |= {"title": title, "variants": "\n".join(variants)}
    return _page(typed, {})


def _gap(text: str) -> Gap | None:
    """The gap that the form is to answer, if its address or field names one.

    :raises NotFound: there is no such gap for this person.
    """
    gap_id = number_or_none(text)
    return get_gap(db(), gap_id, current_actor()) if gap_id is not None else None


def _page(typed: Typed, problems: dict[str, str], **more: object) -> str:
    actor = current_actor()
    gap = _gap(request.values.get("gap", ""))
    return render_template(
        "unit_portal/write.html",
        units=choices.units(db(), actor),
        unit=request.form.get("unit", "") or (gap.unit_id if gap is not None else ""),
        gap=gap,
        **form_values(typed, problems),
        **more,
    )


@bp.post("/write/<kind>")
def write_entry(kind: str) -> Response:
    """Make the draft, and hand it to the reviewer when asked; what was typed stays on refusal."""
    _kind(kind)
    actor, now = current_actor(), services().clock()
    typed = typed_from_form(request.form, db(), actor)
    gap = _gap(request.form.get("gap", ""))
    try:
        content = to_content(typed, db(), actor)
        unit_id = choices.chosen_unit(request.form.get("unit", ""), actor)
        require_pusher(actor, unit_id)
        one_push_at_a_time(db(), unit_id)
        same = find_same_text(db(), content, unit_id)
        if same is not None:
            item = get_visible(db(), same.item_id, actor)
            page = _page(typed, {}, same=same, same_item=item)
            db().rollback()
            return make_response(page, 409)
        check_links(db(), None, content.links, actor)
        unit = db().get_one(Unit, unit_id)
        version = create_entry(db(), unit=unit, content=content, actor=actor, now=now)
        if gap is not None:
            name_entry(db(), gap, version.item_id, actor=actor, now=now, version=version)
        if request.form.get("action") == "submit":
            publishing.submit(db(), version, actor=actor, now=now)
    except InvalidInput as invalid:
        db().rollback()
        return make_response(_page(typed, invalid.fields or {"body": invalid.message}), 422)
    commit()
    flash(saved_sentence(version, services().clock()), "good")
    flash(f"write-{kind}" if gap is None else f"write-{kind}-gap-{gap.id}", "draft")
    return redirect(url_for("unit_portal.version", version_id=version.id))
