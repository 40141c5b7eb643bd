"""派单目录: the list, searched, filtered, in pages; and one row with its history."""

from typing import Any

from flask import render_template, request, url_for

from kb.clock import local_day
from kb.models import CatalogueEntry
from kb.queries import catalogue as rows
from kb.queries.catalogue import Wanted
from kb.queries.choices import units_by_name
from kb.services.catalogue import changes_between
from kb.services.catalogue_objections import own_unit
from kb.terms import ObjectionState, Role
from webapp.catalogue.blueprint import bp, choices, may_edit, number
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor


def read_wanted() -> Wanted:
    """What the address asks for; what is not understood does not filter."""
    given = request.args
    known = choices()
    category, region = given.get("category", ""), given.get("region", "")
    state = given.get("state", "valid")
    firsts = {name.split("/")[0] for name in known["categories"]}
    return Wanted(
        text=given.get("q", "").strip()[:60],
        category=category if category in known["categories"] or category in firsts else "",
        region=region if region in known["regions"] else "",
        unit_id=number("unit"),
        state=state if state in rows.STATES else "valid",
        page=number("page") or 1,
    )


def address(wanted: Wanted, **changes: Any) -> str:
    """The list's address with its filters, some of them changed."""
    kept = filters_of(wanted) | changes
    return url_for("catalogue.home", **{name: value for name, value in kept.items() if value})


def filters_of(wanted: Wanted) -> dict[str, Any]:
    """The filters as an address holds them."""
    values = {
        "q": wanted.text,
        "category": wanted.category,
        "region": wanted.region,
        "unit": wanted.unit_id,
        "state": wanted.state,
    }
    return {name: value for name, value in values.items() if value}


@bp.get("")
def home() -> str:
    """The rows this person may see."""
    actor, now, wanted = current_actor(), services().clock(), read_wanted()
    return render_template(
        "catalogue/home.html",
        found=rows.list_entries(db(), wanted, actor=actor, now=now),
        wanted=wanted,
        states=rows.STATES,
        units=units_by_name(db()) if may_see_all() else [],
        waiting=rows.count_open_objections(db(), actor),
        may_edit=may_edit(),
        is_unit=not may_see_all(),
        return_days=rows.RETURN_DAYS,
        today=local_day(now),
        has_filters=bool(wanted.text or wanted.category or wanted.region or wanted.unit_id),
        page_href=lambda page: address(wanted, page=page),
        state_href=lambda state: address(wanted, state=state),
        export_href=url_for("catalogue.export", **filters_of(wanted)),
        **choices(),
    )


def may_see_all() -> bool:
    """Tell whether the person sees the rows of every unit."""
    actor = current_actor()
    return actor.is_centre or actor.has(Role.ADMIN)


@bp.get("/<int:entry_id>")
def entry(entry_id: int) -> str:
    """One row: what it says, on what basis, who changed it when and why."""
    return entry_page(rows.get_entry(db(), entry_id, current_actor()))


def entry_page(found: CatalogueEntry, problems: dict[str, str] | None = None) -> str:
    """The row's page, with what was wrong with a form that was sent from it."""
    actor, now = current_actor(), services().clock()
    versions = rows.versions_of(db(), found.id)
    history = [
        (version, changes_between(older.content if older else {}, version.content))
        for version, older in zip(versions, [*versions[1:], None], strict=True)
    ]
    objections = rows.objections_of(db(), found.id, actor)
    own = own_unit(found, actor) if actor.has(Role.UNIT_CLERK, Role.UNIT_REVIEWER) else None
    waits = [row for row in objections if row.state == ObjectionState.OPEN]
    return render_template(
        "catalogue/entry.html",
        entry=found,
        history=history,
        objections=objections,
        returns=rows.returns_of(db(), [found], now).get(found.id),
        return_days=rows.RETURN_DAYS,
        today=local_day(now),
        may_edit=may_edit(),
        may_object=own is not None and not any(row.unit_id == own for row in waits),
        units=units_by_name(db()),
        problems=problems or {},
        typed=request.form,
        viewer_scope=actor.unit_scope,
    )
