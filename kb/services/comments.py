"""批注: what a reviewer says about a clause, what the author answers, and whether it is settled."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, selectinload

from kb.access import get_version
from kb.actor import Actor
from kb.clauses import quote_of
from kb.errors import IllegalTransition, InvalidInput, NotFound
from kb.models import ClauseComment, KnowledgeVersion
from kb.terms import VersionState

MAX_TEXT = 1000
_IN_REVIEW = (VersionState.UNIT_REVIEW, VersionState.CENTRE_REVIEW)
_ON_ITS_WAY = (*_IN_REVIEW, VersionState.DRAFT, VersionState.RETURNED)


def add(
    session: Session,
    version: KnowledgeVersion,
    *,
    ordinal: int,
    quote: str,
    text: str,
    actor: Actor,
    now: datetime,
) -> ClauseComment:
    """Comment on a clause of a version under review.

    :param quote: the words meant; empty, or not of this clause, means the clause as a whole.
    :raises IllegalTransition: the version is not under review.
    :raises InvalidInput: nothing is said, or too much, or there is no such clause.
    """
    if version.state not in _IN_REVIEW:
        raise IllegalTransition("只有审核中的版本可以加批注；草稿请直接修改")
    if all(row.ordinal != ordinal for row in version.passages):
        raise InvalidInput("没有这一条款，请刷新页面后再批注", {"text": "请刷新页面后再批注"})
    comment = ClauseComment(
        version_id=version.id,
        passage_ordinal=ordinal,
        quote=quote_of(version.passages, ordinal, quote),
        clause=quote_of(version.passages, ordinal),
        text=_said(text),
        author_id=actor.user_id or None,
        at=now,
    )
    session.add(comment)
    session.flush()
    return comment


def _said(text: str) -> str:
    said = text.strip()
    if not said:
        raise InvalidInput("请写下批注", {"text": "请写下批注"})
    if len(said) > MAX_TEXT:
        problem = f"最多 {MAX_TEXT} 字，现有 {len(said)} 字"
        raise InvalidInput(problem, {"text": problem})
    return said


def get_comment(session: Session, comment_id: int, actor: Actor) -> ClauseComment:
    """Load a comment (not a reply) on a version this person works on.

    :raises NotFound: it does not exist, or it does but not for this person.
    """
    comment = session.get(ClauseComment, comment_id)
    if comment is None or comment.root_id is not None:
        raise NotFound("没有这条批注，或者它不在您可查看的范围内", comment_id=comment_id)
    get_version(session, comment.version_id, actor)
    return comment


def reply(
    session: Session, comment: ClauseComment, *, text: str, actor: Actor, now: datetime
) -> ClauseComment:
    """Answer a comment; it stays unresolved until somebody says it is settled."""
    _require_open(comment)
    answer = ClauseComment(
        version_id=comment.version_id,
        root_id=comment.id,
        passage_ordinal=comment.passage_ordinal,
        quote=comment.quote,
        clause=comment.clause,
        text=_said(text),
        author_id=actor.user_id or None,
        at=now,
    )
    session.add(answer)
    session.flush()
    session.expire(comment, ["replies"])
    return answer


def resolve(session: Session, comment: ClauseComment, *, actor: Actor, now: datetime) -> None:
    """已解决; it can be taken back while the version is on its way."""
    _require_open(comment)
    if comment.resolved_at is None:
        comment.resolved_at, comment.resolved_by_id = now, actor.user_id or None


def reopen(session: Session, comment: ClauseComment) -> None:
    """Take 已解决 back."""
    _require_open(comment)
    comment.resolved_at = comment.resolved_by_id = None


def _require_open(comment: ClauseComment) -> None:
    # A dropped draft's comments are carried to the next version and are answered there.
    if comment.version.state not in (*_ON_ITS_WAY, VersionState.DISCARDED):
        raise IllegalTransition("这一版已经发布，批注不能再改")


def of_version(session: Session, version: KnowledgeVersion) -> list[ClauseComment]:
    """The comments that belong beside a version's clauses, oldest first, with their replies.

    These are its own, and the unresolved ones of drafts that were dropped since the entry was
    last published: they are carried over to the next submission.
    """
    published = select(func.coalesce(func.max(KnowledgeVersion.number), 0)).where(
        KnowledgeVersion.item_id == version.item_id,
        KnowledgeVersion.published_at.is_not(None),
        KnowledgeVersion.number < version.number,
    )
    carried = and_(
        KnowledgeVersion.item_id == version.item_id,
        KnowledgeVersion.state == VersionState.DISCARDED.value,
        KnowledgeVersion.number < version.number,
        KnowledgeVersion.number > published.scalar_subquery(),
        ClauseComment.resolved_at.is_(None),
    )
    query = (
        select(ClauseComment)
        .join(KnowledgeVersion, KnowledgeVersion.id == ClauseComment.version_id)
        .where(
            ClauseComment.root_id.is_(None), or_(ClauseComment.version_id == version.id, carried)
        )
        .order_by(ClauseComment.id)
        .options(
            selectinload(ClauseComment.author),
            selectinload(ClauseComment.replies).selectinload(ClauseComment.author),
        )
    )
    return list(session.scalars(query))


def unresolved(found: Iterable[ClauseComment]) -> list[ClauseComment]:
    """Those that still wait for an answer or a change."""
    return [comment for comment in found if comment.resolved_at is None]
