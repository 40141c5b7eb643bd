"""采编 → 单位审核 → 中心复核 → 发布. One verb a function."""

from calendar import monthrange
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from kb.access import require_editing
from kb.actor import Actor
from kb.clock import local_day
from kb.errors import IllegalTransition, InvalidInput, PermissionDenied
from kb.models import KnowledgeVersion, PlannedPublication, Unit
from kb.services import comments
from kb.services.audit import record
from kb.services.brought_back import require_looked_at
from kb.services.chains import (
    apply_links,
    end_by_links,
    end_older_again,
    move_links,
    retire_current,
)
from kb.services.confirming_backdating import require_confirmed
from kb.services.conflict_jobs import request_check
from kb.services.entries import Content, check, may_review_for_unit, note
from kb.services.gap_jobs import request_tries
from kb.services.hiding import refuse_hiding_ahead
from kb.services.left_out import left_out
from kb.services.notices import DRAFT_NOTICES, DUE_NOTICES, RETURNED_KIND, notify, resolve_for_item
from kb.services.telling_apart import require_told_apart
from kb.services.turning_days import settle_when_it_holds
from kb.services.unit_reviewers import NOBODY, approvals, reviewers_of
from kb.services.webhooks import announce, announce_hidden
from kb.terms import (
    Audience,
    ItemState,
    KnowledgeKind,
    Role,
    Submitters,
    VersionState,
)

_HELD = (ItemState.PUBLISHED, ItemState.SUPERSEDED, ItemState.REPEALED)
_GOES_INSIDE = (Audience.PUBLIC.value, Audience.INTERNAL.value)


def _require(version: KnowledgeVersion, *states: VersionState) -> None:
    if version.state not in states:
        raise IllegalTransition(
            f"这一版现在是“{VersionState(version.state).label}”，不能这样处理；请刷新页面看最新状态",
            version_id=version.id,
        )


def content_of(version: KnowledgeVersion) -> Content:
    """A version's content as it would be written again, e.g. to start the next one from it."""
    return Content(
        kind=KnowledgeKind(version.kind),
        title=version.title,
        body=version.body,
        document_number=version.document_number,
        issuing_authority=version.issuing_authority,
        issued_on=version.issued_on,
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        review_on=version.review_on,
        audience=Audience(version.audience),
        category=version.category,
        regions=tuple(version.regions),
        variants=tuple(version.variants),
        facts=version.facts,
    )


def submit(
    session: Session, version: KnowledgeVersion, *, actor: Actor, now: datetime
) -> KnowledgeVersion:
    """送审: hand a draft to the unit's reviewer, or to the centre where the unit reviews nothing
    or has nobody who could.

    :raises InvalidInput: the draft is not complete.
    :raises PermissionDenied: in this unit only reviewers hand in.
    """
    require_editing(actor, version.item)
    _require(version, VersionState.DRAFT, VersionState.RETURNED)
    unit = version.item.unit
    has_reviewer = bool(reviewers_of(session, unit.id))
    if (
        has_reviewer
        and unit.submitters == Submitters.REVIEWERS
        and not (actor.has(Role.EDITOR) or may_review_for_unit(actor, version.item))
    ):
        raise PermissionDenied("本单位规定由审核人送审；草稿已保存，请审核人来送")
    check(content_of(version))
    require_confirmed(session, version)
    require_looked_at(session, version)
    require_told_apart(session, version)
    is_reviewed = not goes_to_centre(session, unit)
    first = VersionState.UNIT_REVIEW if is_reviewed else VersionState.CENTRE_REVIEW
    version.state = first.value
    comment = NOBODY if unit.needs_unit_review and not has_reviewer else ""
    resolve_for_item(session, version.item_id, DRAFT_NOTICES)
    note(session, version, "submitted", actor, now, comment)
    return version


def goes_to_centre(session: Session, unit: Unit) -> bool:
    """Tell whether what the unit hands in waits for the centre at once."""
    return not (unit.needs_unit_review and reviewers_of(session, unit.id))


def approve(
    session: Session, version: KnowledgeVersion, *, actor: Actor, now: datetime, comment: str = ""
) -> KnowledgeVersion:
    """通过: the unit's reviewer passes it on, the editor publishes it.

    A trusted unit (``Unit.is_trusted``) publishes with its own reviewer's approval. With 双人审核
    the first approval leaves the version where it is, for a second reviewer; the centre is the
    second where the unit has no other.

    :raises PermissionDenied: the review is not this person's to give, or they gave theirs before.
    """
    # Two who approve at once: the second waits here, then counts the first one's approval. Rows
    # that merely point at the version, e.g. those of a long try (kb.rehearsal), keep nobody.
    session.flush()
    session.refresh(version, ["state", "rev"], with_for_update={"key_share": True})
    _require(version, VersionState.UNIT_REVIEW, VersionState.CENTRE_REVIEW)
    if version.state == VersionState.CENTRE_REVIEW:
        actor.require(Role.EDITOR)
        return publish(session, version, actor=actor, now=now, comment=comment)
    if not may_review_for_unit(actor, version.item):
        raise PermissionDenied("单位审核要由本单位的审核人来做")
    unit = version.item.unit
    approved = approvals(session, [version.id])[version.id]
    is_repeated = unit.needs_second_reviewer and (actor.user_id or None) in approved
    others = reviewers_of(session, unit.id) - approved - {actor.user_id}
    if is_repeated and others:
        raise PermissionDenied("您已经审核通过，还要本单位另一位审核人通过")
    note(session, version, "unit_approved", actor, now, comment)
    is_alone = unit.needs_second_reviewer and not approved - {actor.user_id or None}
    if is_alone and others:
        return version
    if unit.is_trusted and not is_alone:
        return _publish(session, version, actor=actor, now=now)
    version.state = VersionState.CENTRE_REVIEW.value
    return version


def return_version(
    session: Session, version: KnowledgeVersion, *, actor: Actor, now: datetime, comment: str
) -> KnowledgeVersion:
    """退回: send a version back to its author with what must change.

    :raises InvalidInput: neither a reason is given nor a comment on a clause.
    """
    _require(version, VersionState.UNIT_REVIEW, VersionState.CENTRE_REVIEW)
    if version.state == VersionState.CENTRE_REVIEW:
        actor.require(Role.EDITOR)
    elif not (may_review_for_unit(actor, version.item) or actor.has(Role.EDITOR)):
        raise PermissionDenied("单位审核要由本单位的审核人来做")
    waiting = len(comments.unresolved(comments.of_version(session, version)))
    if not comment.strip() and waiting:
        comment = f"见 {waiting} 条批注"
    if not comment.strip():
        raise InvalidInput("请写明退回的原因", {"comment": "请写明要改什么，或在条款上加批注"})
    version.state = VersionState.RETURNED.value
    note(session, version, "returned", actor, now, comment.strip())
    _tell_author(session, version, actor, now)
    return version


def _tell_author(session: Session, version: KnowledgeVersion, actor: Actor, now: datetime) -> None:
    """退回 waits for whoever wrote it; for the unit where nobody did, e.g. after an import."""
    author = version.author
    is_there = author is not None and author.is_active and author.id != actor.user_id
    notify(
        session,
        kind=RETURNED_KIND,
        title=f"《{version.title[:80]}》被退回，请修改后再送审",
        path=f"/units/versions/{version.id}",
        now=now,
        unit_id=None if is_there else version.item.unit_id,
        user_id=version.author_id if is_there else None,
        item_id=version.item_id,
        key=f"version:{version.id}:returned:{now:%Y%m%d%H%M%S%f}",
    )


def publish(
    session: Session, version: KnowledgeVersion, *, actor: Actor, now: datetime, comment: str = ""
) -> KnowledgeVersion:
    """发布: make this version what the entry says, and end what it replaces, in one transaction.

    Allowed to editors, to a trusted unit's reviewer, and to whoever runs the command line.

    :raises InvalidInput: the content is not fit, or a link names an entry that cannot be replaced.
    """
    if not may_publish(actor, version.item.unit):
        raise PermissionDenied("发布要由知识管理员来做")
    return _publish(session, version, actor=actor, now=now, comment=comment)


def _publish(
    session: Session, version: KnowledgeVersion, *, actor: Actor, now: datetime, comment: str = ""
) -> KnowledgeVersion:
    item, today = version.item, local_day(now)
    if version.state in (VersionState.PUBLISHED, VersionState.REPLACED, VersionState.DISCARDED):
        _require(version, VersionState.CENTRE_REVIEW)
    check(content_of(version))
    require_confirmed(session, version)
    require_looked_at(session, version)
    require_told_apart(session, version)
    refuse_hiding_ahead(version, today)
    known = item.current_version if item.state in _HELD else None
    dropped = retire_current(session, version, today)
    version.state = VersionState.PUBLISHED.value
    version.published_at = now
    version.leaves_out = bool(left_out(session, version))
    item.current_version_id = version.id
    _end_plans(session, version)
    comes_back = item.state == ItemState.WITHDRAWN
    end_by_links(session, item)
    move_links(session, version, dropped, actor, now)
    if comes_back:
        end_older_again(session, item, actor, now)
    item.published_at = item.published_at or now
    item.checked_on = today
    if version.review_on is None and item.unit.review_months is not None:
        version.review_on = months_later(today, item.unit.review_months)
    apply_links(session, version, actor, now)
    note(session, version, "published", actor, now, comment)
    settle_when_it_holds(session, version, actor, now)
    record(
        session,
        actor_id=actor.user_id or None,
        action="knowledge.publish",
        object_type="knowledge_item",
        object_id=str(item.id),
        detail={"version": version.number},
        now=now,
    )
    session.flush()
    session.expire(item, ["current_version"])
    resolve_for_item(session, item.id, (*DUE_NOTICES, *DRAFT_NOTICES))
    announce(session, "entry.published", item, now, version)
    if known is not None and (known.audience, version.audience) == _GOES_INSIDE:
        announce_hidden(session, item, known, now)
    request_check(session, version, now)
    request_tries(session, item.id, now)
    return version


def _end_plans(session: Session, version: KnowledgeVersion) -> None:
    """What was planned for later is done, by hand or by its plan."""
    session.execute(
        update(PlannedPublication)
        .where(PlannedPublication.version_id == version.id, PlannedPublication.state == "waiting")
        .values(state="done")
    )


def may_publish(actor: Actor, unit: Unit) -> bool:
    """Tell whether the person's word is enough to publish what this unit pushed."""
    if actor.has(Role.EDITOR, Role.ADMIN):
        return True
    # Where two reviewers must approve, none of them publishes without the other.
    is_enough = unit.is_trusted and not unit.needs_second_reviewer
    return is_enough and actor.has(Role.UNIT_REVIEWER) and unit.id in actor.unit_scope


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
