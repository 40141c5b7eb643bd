"""异议: a unit says a row is not its duty; the dispatcher's queue, and the ruling."""

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.errors import InvalidInput
from kb.queries import catalogue as rows
from kb.queries.unit_names import unit_named
from kb.services import catalogue_objections
from webapp.catalogue.blueprint import bp, may_edit, number
from webapp.catalogue.listing import entry_page
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor


@bp.get("/objections")
def objections() -> str:
    """What waits for a ruling, or what was ruled."""
    is_open = request.args.get("state") != "done"
    actor = current_actor()

    def page_href(page: int) -> str:
        return url_for("catalogue.objections", state=None if is_open else "done", page=page)

    return render_template(
        "catalogue/objections.html",
        found=rows.list_objections(db(), actor, is_open=is_open, page=number("page") or 1),
        is_open=is_open,
        waiting=rows.count_open_objections(db(), actor),
        may_edit=may_edit(),
        page_href=page_href,
    )


@bp.post("/<int:entry_id>/objections")
def object_to(entry_id: int) -> Response:
    """提异议 to a row of the own unit."""
    found = rows.get_entry(db(), entry_id, current_actor())
    proposed = request.form.get("proposed", "").strip()
    try:
        catalogue_objections.object_to(
            db(),
            found,
            said=request.form.get("said", ""),
            proposed_unit_id=unit_named(db(), proposed).id if proposed else None,
            actor=current_actor(),
            now=services().clock(),
        )
    except InvalidInput as invalid:
        return _refused(entry_id, invalid, "proposed" if proposed else "said")
    commit()
    flash("异议已提交，等待派单员裁定；裁定前仍按目录派单", "good")
    return redirect(url_for("catalogue.entry", entry_id=entry_id))


def _refused(entry_id: int, invalid: InvalidInput, field: str) -> Response:
    db().rollback()
    found = rows.get_entry(db(), entry_id, current_actor())
    return make_response(entry_page(found, invalid.fields or {field: invalid.message}), 422)


@bp.post("/objections/<int:objection_id>/rule")
def rule(objection_id: int) -> Response:
    """裁定: uphold it, or keep the row."""
    found = rows.get_objection(db(), objection_id, current_actor())
    entry_id, is_upheld = found.entry_id, request.form.get("act") == "uphold"
    try:
        catalogue_objections.rule(
            db(),
            found,
            is_upheld=is_upheld,
            ruling=request.form.get("ruling", ""),
            actor=current_actor(),
            now=services().clock(),
        )
    except InvalidInput as invalid:
        return _refused(entry_id, invalid, "ruling")
    commit()
    if is_upheld:
        flash("异议成立，请在这里把目录改过来", "good")
        return redirect(url_for("catalogue.edit", entry_id=entry_id))
    flash("已维持原目录，单位会看到理由", "good")
    return redirect(url_for("catalogue.objections"))


@bp.post("/objections/<int:objection_id>/withdraw")
def withdraw(objection_id: int) -> Response:
    """撤回 the own unit's objection."""
    found = rows.get_objection(db(), objection_id, current_actor())
    catalogue_objections.withdraw(db(), found, actor=current_actor(), now=services().clock())
    commit()
    flash("异议已撤回", "good")
    return redirect(url_for("catalogue.entry", entry_id=found.entry_id))
