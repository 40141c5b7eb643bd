"""统一口径: issued by the centre, shown on every desk until each agent has taken note."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, and_, exists, select
from sqlalchemy.orm import Session, selectinload

from kb.access import get_visible
from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput, NotFound
from kb.models import Guidance, GuidanceReader, User
from kb.services.audit import record
from kb.terms import Role

MAX_TEXT = 200
LONGEST = timedelta(days=30)
_ISSUERS = (Role.SUPERVISOR, Role.EDITOR)


def issue(
    session: Session,
    actor: Actor,
    *,
    text: str,
    ends_at: datetime | None,
    item_id: int | None,
    now: datetime,
) -> Guidance:
    """发布口径 to all agents at once.

    :param item_id: the entry it rests on, if there is one.
    :raises InvalidInput: no words, too many, an end that is not in the next thirty
        days, or no such entry.
    """
    actor.require(*_ISSUERS)
    problems: dict[str, str] = {}
    text = " ".join(text.split())
    if not text:
        problems["text"] = "请写明坐席从现在起怎么说"
    elif len(text) > MAX_TEXT:
        problems["text"] = f"最多 {MAX_TEXT} 字，现有 {len(text)} 字"
    if ends_at is None:
        problems["ends_at"] = "请写明到什么时候为止"
    elif not now < ends_at <= now + LONGEST:
        problems["ends_at"] = f"要在现在之后、{LONGEST.days} 天之内；长期的口径请写成条目"
    if item_id is not None and not _is_known(session, item_id, actor):
        problems["item"] = "没有这个条目，请核对编号"
    if problems or ends_at is None:
        raise InvalidInput("有几项没有填对，请按提示修改", problems)
    guidance = Guidance(
        text=text, item_id=item_id, issued_by_id=actor.user_id, issued_at=now, ends_at=ends_at
    )
    session.add(guidance)
    session.flush()
    record(session, actor.user_id, "guidance.issue", "guidance", guidance.id, {}, now)
    return guidance


def _is_known(session: Session, item_id: int, actor: Actor) -> bool:
    try:
        get_visible(session, item_id, actor)
    except NotFound:
        return False
    return True


def withdraw(session: Session, guidance: Guidance, actor: Actor, now: datetime) -> Guidance:
    """撤回.

    :raises IllegalTransition: it ended or was withdrawn already.
    """
    actor.require(*_ISSUERS)
    if guidance.withdrawn_at is not None or guidance.ends_at <= now:
        raise IllegalTransition("这条口径已经结束")
    guidance.withdrawn_at, guidance.withdrawn_by_id = now, actor.user_id
    record(session, actor.user_id, "guidance.withdraw", "guidance", guidance.id, {}, now)
    return guidance


def get_guidance(session: Session, guidance_id: int) -> Guidance:
    """One by its id.

    :raises NotFound: there is none.
    """
    guidance = session.get(Guidance, guidance_id)
    if guidance is None:
        raise NotFound("没有这条口径", guidance_id=guidance_id)
    return guidance


def acknowledge(session: Session, guidance: Guidance, actor: Actor, now: datetime) -> None:
    """知道了; saying it twice changes nothing."""
    if all(reader.user_id != actor.user_id for reader in guidance.readers):
        guidance.readers.append(GuidanceReader(user_id=actor.user_id, at=now))


def in_effect(session: Session, now: datetime) -> Sequence[Guidance]:
    """What holds now, newest first."""
    return session.scalars(_in_effect(now)).all()


def unread(session: Session, actor: Actor, now: datetime) -> Sequence[Guidance]:
    """What holds now and the agent has not taken note of, newest first."""
    read = exists().where(
        and_(GuidanceReader.guidance_id == Guidance.id, GuidanceReader.user_id == actor.user_id)
    )
    return session.scalars(_in_effect(now).where(~read)).all()


def _in_effect(now: datetime) -> Select[Guidance]:
    return (
        select(Guidance)
        .where(Guidance.ends_at > now, Guidance.withdrawn_at.is_(None))
        .order_by(Guidance.id.desc())
        .options(selectinload(Guidance.issued_by))
    )


def past(session: Session, now: datetime, limit: int = 50) -> Sequence[Guidance]:
    """What held before, newest first."""
    query = (
        select(Guidance)
        .where((Guidance.ends_at <= now) | Guidance.withdrawn_at.is_not(None))
        .order_by(Guidance.id.desc())
        .limit(limit)
        .options(selectinload(Guidance.issued_by), selectinload(Guidance.readers))
    )
    return session.scalars(query).all()


def agents(session: Session) -> Sequence[User]:
    """Everyone who answers calls, by name: who should take note."""
    people = session.scalars(select(User).where(User.is_active).order_by(User.name))
    return [person for person in people if Role.AGENT.value in person.roles]
