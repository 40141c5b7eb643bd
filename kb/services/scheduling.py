"""定时发布: an approved version waits for its moment; the worker publishes it then."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb.actor import Actor
from kb.clock import local_day, minute_text
from kb.db import Database
from kb.errors import IllegalTransition, InvalidInput, KbError, PermissionDenied
from kb.models import ItemEvent, KnowledgeItem, KnowledgeVersion, PlannedPublication, User
from kb.services.accounts import actor_of
from kb.services.brought_back import require_looked_at
from kb.services.confirming_backdating import require_confirmed
from kb.services.entries import check, may_review_for_unit, note
from kb.services.hiding import refuse_hiding_ahead
from kb.services.jobs import add_job
from kb.services.notices import notify
from kb.services.publishing import content_of, may_publish, publish
from kb.services.telling_apart import require_told_apart
from kb.terms import ItemState, Role, VersionState

PUBLISH_JOB = "publish_planned"
SCHEDULED, CANCELLED, FAILED = "scheduled", "schedule_cancelled", "schedule_failed"
_CENTRE = VersionState.CENTRE_REVIEW
MAX_AHEAD = timedelta(days=366)


def plan(
    session: Session,
    version: KnowledgeVersion,
    publish_at: datetime,
    *,
    actor: Actor,
    now: datetime,
    comment: str = "",
) -> PlannedPublication:
    """Approve a version for a later moment; the caller commits.

    :raises PermissionDenied: the person's approval would not publish it.
    :raises IllegalTransition: it does not wait for the approval that publishes.
    :raises InvalidInput: the moment is past or more than a year ahead, or the content is not fit.
    """
    _require_last_approval(version, actor)
    if publish_at <= now:
        raise InvalidInput("发布时间已经过去", {"publish_at": "请选择现在之后的时间"})
    if publish_at > now + MAX_AHEAD:
        raise InvalidInput("发布时间太远", {"publish_at": "最远可以定在一年之内"})
    check(content_of(version))
    require_confirmed(session, version)
    require_looked_at(session, version)
    require_told_apart(session, version)
    refuse_hiding_ahead(version, local_day(publish_at))
    planned = PlannedPublication(
        version_id=version.id,
        publish_at=publish_at,
        planned_by=actor.user_id or None,
        planned_at=now,
        state="waiting",
        desk=version.state,
    )
    session.add(planned)
    session.flush()
    if version.state == VersionState.UNIT_REVIEW:
        note(session, version, "unit_approved", actor, now, comment)
        comment = ""
    version.state = VersionState.SCHEDULED.value
    version.updated_at = now
    when = minute_text(publish_at)
    note(
        session,
        version,
        SCHEDULED,
        actor,
        now,
        f"定于 {when} 发布" + (f"。{comment}" if comment else ""),
    )
    add_job(session, PUBLISH_JOB, {"planned_id": planned.id}, publish_at)
    return planned


def _require_last_approval(version: KnowledgeVersion, actor: Actor) -> None:
    unit = version.item.unit
    if version.state == VersionState.CENTRE_REVIEW:
        actor.require(Role.EDITOR)
    elif (
        version.state == VersionState.UNIT_REVIEW
        and unit.is_trusted
        # With 双人审核 the first approval is not the last.
        and not unit.needs_second_reviewer
    ):
        if not may_review_for_unit(actor, version.item):
            raise PermissionDenied("单位审核要由本单位的审核人来做")
    else:
        raise IllegalTransition("这一版还没有到可以发布的一步，不能定时发布")


def waiting_plan(session: Session, version_id: int) -> PlannedPublication | None:
    """The open plan of a version, if it has one."""
    query = select(PlannedPublication).where(
        PlannedPublication.version_id == version_id, PlannedPublication.state == "waiting"
    )
    return session.scalars(query.options(selectinload(PlannedPublication.planner))).first()


def waiting_plans(session: Session, scope: Collection[int] | None) -> list[PlannedPublication]:
    """What waits to be published in these units (``None`` is all), the next one first."""
    query = (
        select(PlannedPublication)
        .join(KnowledgeVersion, KnowledgeVersion.id == PlannedPublication.version_id)
        .join(KnowledgeItem, KnowledgeItem.id == KnowledgeVersion.item_id)
        .where(PlannedPublication.state == "waiting")
        .order_by(PlannedPublication.publish_at, PlannedPublication.id)
        .options(
            selectinload(PlannedPublication.version).selectinload(KnowledgeVersion.item),
            selectinload(PlannedPublication.planner),
        )
    )
    if scope is not None:
        query = query.where(KnowledgeItem.unit_id.in_(scope))
    return list(session.scalars(query))


def cancel(
    session: Session, version: KnowledgeVersion, *, actor: Actor, now: datetime
) -> KnowledgeVersion:
    """取消定时: the version goes back to the desk where it was approved.

    :raises PermissionDenied: the person may not publish it.
    :raises IllegalTransition: it does not wait to be published.
    """
    if not may_publish(actor, version.item.unit):
        raise PermissionDenied("取消定时发布要由知识管理员或本单位审核人来做")
    planned = waiting_plan(session, version.id)
    if planned is None or version.state != VersionState.SCHEDULED:
        raise IllegalTransition("这一版没有在等待定时发布；请刷新页面看最新状态")
    planned.state = "cancelled"
    _back_to_desk(planned, now)
    note(session, version, CANCELLED, actor, now)
    return version


def _back_to_desk(planned: PlannedPublication, now: datetime) -> None:
    version = planned.version
    # Plans from before desks were remembered go where the unit's rules say.
    by_rules = VersionState.UNIT_REVIEW if version.item.unit.is_trusted else _CENTRE
    version.state, version.updated_at = planned.desk or by_rules.value, now


def publish_planned(database: Database, planned_id: int, now: datetime) -> None:
    """Publish what was planned, if it still may be; asked again it changes nothing.

    Whoever planned it must still be allowed to publish, and the content must still be fit; else
    the version goes back to review and those concerned are told why.
    """
    try:
        with database.unit_of_work() as session:
            planned = session.get_one(PlannedPublication, planned_id, with_for_update=True)
            if planned.state == "waiting":
                _publish(session, planned, now)
    except KbError as refused:
        with database.unit_of_work() as session:
            planned = session.get_one(PlannedPublication, planned_id, with_for_update=True)
            _give_back(session, planned, refused.message, now)


def _publish(session: Session, planned: PlannedPublication, now: datetime) -> None:
    version = planned.version
    if version.state != VersionState.SCHEDULED:
        raise IllegalTransition("到时间时，这一版已不在等待发布的状态")
    if _was_withdrawn_since(session, planned):
        raise IllegalTransition("定时之后条目已下架；要重新发布，请再审核一次")
    publish(session, version, actor=_planner(session, planned), now=now, comment="定时发布")


def _was_withdrawn_since(session: Session, planned: PlannedPublication) -> bool:
    """Whoever took the entry out did not mean it to come back by itself."""
    item = planned.version.item
    query = select(ItemEvent.id).where(
        ItemEvent.item_id == item.id,
        ItemEvent.kind == "withdrawn",
        ItemEvent.at >= planned.planned_at,
    )
    return item.state == ItemState.WITHDRAWN and session.scalar(query.limit(1)) is not None


def _planner(session: Session, planned: PlannedPublication) -> Actor:
    user = session.get(User, planned.planned_by) if planned.planned_by else None
    if user is None or not user.is_active:
        raise PermissionDenied("安排定时发布的账号已停用")
    return actor_of(session, user)


def _give_back(session: Session, planned: PlannedPublication, why: str, now: datetime) -> None:
    version = planned.version
    planned.state, planned.problem = "failed", why[:500]
    if version.state == VersionState.SCHEDULED:
        _back_to_desk(planned, now)
    system = Actor(0, "系统", None, frozenset())
    note(session, version, FAILED, system, now, why)
    title = f"定时发布没有完成：《{version.title[:80]}》。{why}"
    path = f"/units/versions/{version.id}"
    key = f"schedule-failed:{planned.id}"
    tell = partial(notify, session, kind="schedule_failed", title=title, path=path, now=now)
    tell(unit_id=version.item.unit_id, item_id=version.item_id, key=key)
    tell(role=Role.EDITOR, item_id=version.item_id, key=f"{key}:editor")


def give_back(session: Session, planned_id: int, why: str, now: datetime) -> None:
    """Return a version to its desk whose planned publication nobody will do any more.

    :param why: Chinese, without a full stop.
    """
    planned = session.get_one(PlannedPublication, planned_id, with_for_update=True)
    if planned.state == "waiting":
        _give_back(session, planned, why, now)
