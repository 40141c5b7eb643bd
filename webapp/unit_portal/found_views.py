"""What was found in a draft's original: links to other documents, contacts to take over."""

from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from kb.access import get_version, is_own
from kb.actor import Actor
from kb.errors import InvalidInput
from kb.models import KnowledgeVersion
from kb.queries.linked_files import linked_files
from kb.services import drafting, found_links, handing_over, offered_contacts
from kb.services.found_acts import named_by
from kb.terms import FoundState, Role
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.unit_portal.blueprint import bp
from webapp.unit_portal.forms import find_entry
from webapp.unit_portal.views import number_or_none


def found_values(version: KnowledgeVersion, actor: Actor) -> dict[str, Any]:
    """What ``_found.html`` shows about a version."""
    may_decide = drafting.is_editable(version) or actor.has(Role.EDITOR)
    rows = found_links.rows(db(), version, actor)
    return {
        "found_rows": rows,
        "unsettled": sum(row.is_unsettled for row in rows),
        "may_decide_links": may_decide,
        "may_reopen_links": drafting.is_editable(version),
        "may_end_others": actor.has(Role.EDITOR),
        "named_by": _named_by(version, actor),
        "ownership": handing_over.ownership(db(), version),
    }


def draft_values(version: KnowledgeVersion, actor: Actor) -> dict[str, Any]:
    """What the page of a draft shows beside its form."""
    recognised = (version.file.recognised if version.file else {}) or {}
    return found_values(version, actor) | {
        "offered": offered_contacts.offered(db(), version, actor),
        "linked": linked_files(db(), version),
        "contact_count": len((recognised.get("metadata") or {}).get("contacts") or ()),
    }


def require_settled(version: KnowledgeVersion, actor: Actor) -> None:
    """Hand nothing in with links to old documents unlooked at, unless the person says so.

    :raises InvalidInput: some are, and the box on the page is not ticked.
    """
    count = len(found_links.unsettled(db(), version, actor))
    if count and request.form.get("links_unsettled") != "yes":
        sentence = f"还有 {count} 处与旧件的关系没有核对：请先核对，或勾选“不核对，仍然送审”"
        raise InvalidInput(sentence, {"links_unsettled": sentence})


def _named_by(version: KnowledgeVersion, actor: Actor) -> list[Any]:
    """Who says they end this document, as far as this person may know of them."""
    return [
        link
        for link in named_by(db(), version)
        if actor.has(Role.EDITOR)
        or link.version.item.unit_id in actor.unit_scope
        or link.version.item.current_version_id == link.version_id
    ]


@bp.post("/versions/<int:version_id>/found/<int:link_id>")
def settle_found_link(version_id: int, link_id: int) -> Response:
    """Answer 确认, 不是, or take an answer back."""
    actor, now = current_actor(), services().clock()
    link = found_links.get_link(db(), version_id, link_id, actor)
    drafting.require_seen(link.version, number_or_none(request.form.get("rev", "")) or 0)
    choice = request.form.get("choice", "")
    if choice in ("confirm", "other"):
        chosen = _chosen_item(choice, actor)
        state = found_links.confirm(db(), link, chosen, actor=actor, now=now)
        sentence = _SENTENCES[state]
    elif choice == "reject":
        found_links.reject(db(), link, actor=actor, now=now)
        sentence = _SENTENCES[FoundState.REJECTED]
    elif choice == "reopen":
        found_links.reopen(db(), link, actor=actor, now=now)
        sentence = _SENTENCES[FoundState.OPEN]
    else:
        raise InvalidInput("请选择：确认、不是，或者重新核对")
    commit()
    flash(sentence, "good")
    return redirect(url_for("unit_portal.version", version_id=version_id, _anchor="found"))


_SENTENCES = {
    FoundState.CONFIRMED: "已确认；发布这一版时，旧件同时按此处理",
    FoundState.REFERRED: "旧件属于别的单位，已转知识管理员确认",
    FoundState.REJECTED: "已记下：不是这个条目，旧件不受影响",
    FoundState.OPEN: "已撤回，请重新核对",
}


def _chosen_item(choice: str, actor: Actor) -> int:
    """The entry the button names, or the one that was typed: #12, 文号 or title."""
    if choice == "confirm":
        return number_or_none(request.form.get("item", "")) or 0
    typed = request.form.get("other", "").strip()
    if not typed:
        raise InvalidInput("请填写旧件的标题、文号或 #编号", {"links": "请填写旧件的标题或文号"})
    return find_entry(typed, db(), actor).item_id


@bp.post("/versions/<int:version_id>/contacts")
def take_contact(version_id: int) -> Response:
    """Make a contact's draft from a phone that was read in the original."""
    actor, now = current_actor(), services().clock()
    version = get_version(db(), version_id, actor)
    place = number_or_none(request.form.get("place", ""))
    made = offered_contacts.draft_contact(
        db(), version, -1 if place is None else place, actor=actor, now=now
    )
    commit()
    flash(f"已建联系方式草稿《{made.title}》，请核对后送审", "good")
    return redirect(url_for("unit_portal.version", version_id=version_id, _anchor="contacts"))


@bp.post("/versions/<int:version_id>/owner")
def settle_owner(version_id: int) -> Response:
    """Answer 由本单位维护 or 移交 about a document that another office issued."""
    actor, now = current_actor(), services().clock()
    version = get_version(db(), version_id, actor)
    drafting.require_seen(version, number_or_none(request.form.get("rev", "")) or 0)
    choice = request.form.get("choice", "")
    if choice == "keep":
        handing_over.keep(db(), version, actor=actor, now=now)
        sentence = f"已记下：由{version.item.unit.name}维护"
    else:
        unit_id = number_or_none(choice) or 0
        done = handing_over.hand_over(db(), version, unit_id, actor=actor, now=now)
        sentence = _handed_over(done)
    commit()
    flash(sentence, "good")
    if choice != "keep" and not (actor.has(Role.EDITOR) or is_own(actor, version.item)):
        return redirect(url_for("unit_portal.home"))
    return redirect(url_for("unit_portal.version", version_id=version_id))


def _handed_over(done: handing_over.HandedOver) -> str:
    along = f"，附件 {len(done.along)} 件同去" if done.along else ""
    told = f"已移交{done.unit.name}，由他们核对、送审；原件和经过一并转去{along}"
    stayed = "；".join(f"《{name}》{why}" for name, why in done.stayed[:5])
    more = f"等 {len(done.stayed)} 件" if len(done.stayed) > 5 else ""
    return f"{told}。没有移交的附件仍在原单位：{stayed}{more}" if stayed else told
