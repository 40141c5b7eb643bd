"""审核: what changed against the published version, and 通过, 退回, 下一件."""

from datetime import date
from typing import Any

from flask import flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.access import get_version
from kb.actor import Actor
from kb.clock import local_day
from kb.errors import InvalidInput
from kb.facts import lacks_answer
from kb.models import KnowledgeVersion
from kb.presenters.entry_page import entry_page
from kb.queries import portal
from kb.queries.entry_history import in_force_now
from kb.queries.review_queues import first_of, place_of
from kb.services import (
    confirming_backdating,
    drafting,
    publishing,
    scheduling,
    telling_apart,
)
from kb.services.restoring import restorable
from kb.terms import Role, VersionState
from webapp.compare import compare
from webapp.context import services
from webapp.database import commit, db
from webapp.entry_blocks import render_blocks
from webapp.identity import current_actor
from webapp.unit_portal.blueprint import bp
from webapp.unit_portal.choices import STEPS
from webapp.unit_portal.clause_work import clause_work
from webapp.unit_portal.forms import typed_from_version
from webapp.unit_portal.found_views import found_values
from webapp.unit_portal.original_views import original_values
from webapp.unit_portal.sentences import ahead_sentence, published_sentence
from webapp.unit_portal.views import number_or_none

_IN_REVIEW = (VersionState.UNIT_REVIEW, VersionState.CENTRE_REVIEW)
_OPEN = (*_IN_REVIEW, VersionState.SCHEDULED)


def review_page(
    found: KnowledgeVersion,
    problems: dict[str, str] | None = None,
    comment: str = "",
    unsaved: Any = None,
    typed_comment: tuple[int | None, str, str] = (None, "", ""),
) -> str:
    """A version that is not a draft: its content, what changed, and what may be done.

    :param typed_comment: clause, text and fault of a comment that was refused.
    """
    actor = current_actor()
    place = place_of(db(), actor, found.id)
    current = found.item.current_version
    against = current if current is not None and current.id != found.id else None
    today = local_day(services().clock())
    page = entry_page(found.item, found, today)
    events = portal.life(db(), found.item).events
    return render_template(
        "unit_portal/review.html",
        version=found,
        item=found.item,
        page=page,
        blocks=render_blocks(page),
        against=against,
        comparison=compare(against, found) if against is not None else None,
        instead=in_force_now(db(), found.item_id, actor, today),
        followed_by=_followed_by(found, today),
        ahead=ahead_sentence(found, today) if found.published_at is None else "",
        backdating=confirming_backdating.sentence_of(found),
        confirmed=confirming_backdating.confirmation(db(), found),
        same_number=telling_apart.same_number(db(), found) if found.state in _OPEN else (),
        number_answers=telling_apart.answers(db(), found),
        links=typed_from_version(found, db(), actor).links,
        may_decide=place.number > 0,
        is_in_review=found.state in _IN_REVIEW,
        lacks_answer=lacks_answer(found.facts),
        publishes=_publishes(found),
        place=place.number,
        waiting=place.total,
        next_id=place.following,
        may_return=_may_return(actor, found),
        planned=scheduling.waiting_plan(db(), found.id),
        may_unschedule=publishing.may_publish(actor, found.item.unit),
        may_restore=found.id in restorable(db(), found.item, actor),
        steps=[event for event in events if event.version_id == found.id],
        step_names=STEPS,
        problems=problems or {},
        comment=comment,
        unsaved=unsaved,
        **found_values(found, actor),
        **original_values(found),
        work=clause_work(db(), found),
        typed_comment=typed_comment,
    )


def _followed_by(found: KnowledgeVersion, today: date) -> KnowledgeVersion | None:
    """The next published version, once it has taken this one's place."""
    if found.replaced_on is None or found.replaced_on > today:
        return None
    later = (one for one in found.item.versions if one.number > found.number and one.published_at)
    return min(later, key=lambda one: one.number, default=None)


def _publishes(found: KnowledgeVersion) -> bool:
    """Tell whether the approval publishes, as far as can be told before it is given."""
    unit = found.item.unit
    if found.state == VersionState.CENTRE_REVIEW:
        return True
    return unit.is_trusted and not unit.needs_second_reviewer


def _may_return(actor: Actor, found: KnowledgeVersion) -> bool:
    if found.state not in _IN_REVIEW:
        return False
    if actor.has(Role.EDITOR):
        return True
    own = actor.has(Role.UNIT_REVIEWER) and found.item.unit_id in actor.unit_scope
    return own and found.state == VersionState.UNIT_REVIEW


@bp.get("/review")
def next_review() -> Response:
    """The oldest version that waits for this person."""
    first = first_of(db(), current_actor())
    if first is None:
        flash("没有等您审核的条目", "good")
        return redirect(url_for("unit_portal.home"))
    return redirect(url_for("unit_portal.version", version_id=first))


@bp.post("/versions/<int:version_id>/approve")
def approve_version(version_id: int) -> Response:
    """通过; the centre's approval, and that of a trusted unit, publishes."""
    actor = current_actor()
    found = get_version(db(), version_id, actor)
    following = place_of(db(), actor, found.id).following
    drafting.require_seen(found, number_or_none(request.form.get("rev", "")) or 0)
    publishing.approve(
        db(),
        found,
        actor=actor,
        now=services().clock(),
        comment=request.form.get("comment", "").strip(),
    )
    commit()
    if found.state == VersionState.PUBLISHED:
        flash(f"《{found.title}》{published_sentence(found, services().clock())}", "good")
    elif found.state == VersionState.UNIT_REVIEW:
        flash(f"《{found.title}》您已通过，还要本单位另一位审核人通过", "good")
    else:
        flash(f"《{found.title}》已通过，转中心复核", "good")
    return _go_on(following)


@bp.post("/versions/<int:version_id>/backdating")
def confirm_backdating(version_id: int) -> Response:
    """A version that was handed in before anybody was asked whether it reaches back."""
    actor = current_actor()
    found = get_version(db(), version_id, actor)
    drafting.require_seen(found, number_or_none(request.form.get("rev", "")) or 0)
    confirming_backdating.confirm(db(), found, actor, services().clock())
    commit()
    flash("已记下：原件写明的施行日期就早于成文日期", "good")
    return redirect(url_for("unit_portal.version", version_id=version_id))


@bp.post("/versions/<int:version_id>/return")
def return_version(version_id: int) -> Response:
    """退回 with the reason."""
    actor = current_actor()
    found = get_version(db(), version_id, actor)
    following = place_of(db(), actor, found.id).following
    comment = request.form.get("comment", "")
    try:
        drafting.require_seen(found, number_or_none(request.form.get("rev", "")) or 0)
        publishing.return_version(db(), found, actor=actor, now=services().clock(), comment=comment)
    except InvalidInput as invalid:
        db().rollback()
        return make_response(review_page(found, invalid.fields, comment), 422)
    commit()
    flash(f"《{found.title}》已退回修改", "good")
    return _go_on(following)


def _go_on(following: int | None) -> Response:
    """After a decision the next one has the focus."""
    if following is None:
        return redirect(url_for("unit_portal.home"))
    return redirect(url_for("unit_portal.version", version_id=following))
