"""Learning from use: what callers say becomes a weak variant of the entry that answered them.

A way of asking is learned when two agents, or three calls, adopted the same entry for it within a
year. At most ten per entry are active; an editor's removal is final until it is taken back. No
text that may name a person is ever kept here, see :mod:`indexer.personal`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlalchemy import String, cast, func, literal, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from indexer.filler import strike_filler
from indexer.lexicon import default_lexicon
from indexer.normalise import CJK, normalise
from indexer.personal import PersonalCheck
from indexer.segment import Segmenter, build_segmenter
from kb.access import require_editing
from kb.actor import Actor
from kb.errors import NotFound
from kb.facts import fact_text
from kb.models import Adoption, CitizenRequest, KnowledgeItem, KnowledgeVersion, LearnedQuery
from kb.services.audit import record
from kb.terms import LearnedState

WITHIN = timedelta(days=365)
MIN_AGENTS, MIN_CALLS = 2, 3
MAX_ACTIVE = 10
MAX_LENGTH = 40
_WORD = re.compile(f"[{CJK}]")
_NOT_SAID = re.compile(f"[^{CJK}a-z0-9.%]+")
_POLITE = re.compile("^(?:请问|你好|您好|想问|问下)+|[啊呀吧呢哦嘛]+$")
_GAP = re.compile(f"(?<=[{CJK}]) | (?=[{CJK}])")


def plain(text: str) -> str:
    """A question without filler, punctuation and gaps, in one spelling."""
    struck, _ = strike_filler(normalise(text), _segmenter(), default_lexicon())
    return _POLITE.sub("", _GAP.sub("", _NOT_SAID.sub(" ", struck).strip()))


def sayable(query: str, version: KnowledgeVersion) -> str:
    """What of a question may be learned for an entry; empty when nothing may."""
    text = plain(query)
    if not 2 <= len(text) <= MAX_LENGTH or len(_WORD.findall(text)) < 2:
        return ""
    # The question is judged as it was typed: striking filler may hide what stood beside it.
    personal = any(may_name_someone(one, version) for one in (query, text))
    return "" if personal else text


def may_name_someone(text: str, version: KnowledgeVersion | None = None) -> bool:
    """Tell whether a caller's words may say who somebody is, so that no list may show them.

    :param version: of the entry that answered them: its own words are no secret.
    """
    return _check().may_be_personal(text, wording_of(version) if version else "")


def is_private(request: CitizenRequest, query: str) -> bool:
    """Tell whether a request is confidential (保密), or its question holds the caller's name."""
    name = request.requester_name.strip()
    return request.is_confidential or bool(name and name in query)


def wording_of(version: KnowledgeVersion) -> str:
    """The entry's own words: what stands in them is no caller's secret."""
    facts = (fact_text(value) for value in version.facts.values())
    return "\n".join((version.title, *version.variants, *facts, version.body))


@lru_cache(maxsize=1)
def _segmenter() -> Segmenter:
    return build_segmenter(default_lexicon().user_words)


@lru_cache(maxsize=1)
def _check() -> PersonalCheck:
    return PersonalCheck(default_lexicon())


def learn(
    session: Session,
    request: CitizenRequest,
    adoption: Adoption,
    item: KnowledgeItem,
    version: KnowledgeVersion,
    now: datetime,
) -> None:
    """Note what was said in an adoption just made, and learn it when it was said often enough.

    Nothing is noted of a confidential request (保密), or of words that hold the caller's name.
    """
    hidden = is_private(request, adoption.query)
    adoption.said = "" if hidden else sayable(adoption.query, version)
    session.flush()
    if adoption.said and not is_held(adoption.said, version):
        _settle(session, item, adoption.said, now)


def unlearn(session: Session, adoption: Adoption, now: datetime) -> None:
    """Count again after an adoption was undone."""
    session.flush()
    if adoption.said:
        _settle(session, adoption.item, adoption.said, now)


def is_held(text: str, version: KnowledgeVersion) -> bool:
    """Tell whether the entry's title or 相似问 say it already."""
    return any(text in plain(own) for own in (version.title, *version.variants))


@dataclass(frozen=True)
class _Uses:
    """Who asked so, within the year; a request without a call counts as a call of its own."""

    agents: int
    calls: int

    @property
    def is_enough(self) -> bool:
        return self.agents >= MIN_AGENTS or self.calls >= MIN_CALLS


def _uses(session: Session, item_id: int, text: str, now: datetime) -> _Uses:
    alone = literal("r") + cast(CitizenRequest.id, String)
    call = func.coalesce(cast(CitizenRequest.call_id, String), alone)
    query = (
        select(
            func.count(CitizenRequest.agent_id.distinct()),
            func.count(call.distinct()),
        )
        .select_from(Adoption)
        .join(CitizenRequest, CitizenRequest.id == Adoption.request_id)
        .where(
            Adoption.item_id == item_id,
            Adoption.said == text,
            Adoption.at >= now - WITHIN,
            Adoption.undone_at.is_(None),
        )
    )
    return _Uses(*session.execute(query).one())


def _settle(session: Session, item: KnowledgeItem, text: str, now: datetime) -> None:
    uses = _uses(session, item.id, text, now)
    known = select(LearnedQuery).where(LearnedQuery.item_id == item.id, LearnedQuery.text == text)
    row = session.scalars(known).one_or_none()
    if row is None:
        if not uses.is_enough:
            return
        # Two agents may adopt at the same moment: the second waits here and finds the row.
        session.refresh(item, with_for_update=True)
        row = session.scalars(known).one_or_none()
    if row is None:
        row = LearnedQuery(item_id=item.id, text=text, learned_at=now, changed_at=now)
        row.state = LearnedState.WAITING.value
        session.add(row)
    row.uses = uses.calls if uses.is_enough else 0
    session.flush()
    _choose(session, item, now)


def _choose(session: Session, item: KnowledgeItem, now: datetime) -> None:
    """Make the most used ones active; a change of these is a change of the entry."""
    rows = session.scalars(
        select(LearnedQuery)
        .where(LearnedQuery.item_id == item.id, LearnedQuery.state != LearnedState.REMOVED.value)
        .order_by(LearnedQuery.uses.desc(), LearnedQuery.id)
    ).all()
    chosen = {row.id for row in [row for row in rows if row.uses][:MAX_ACTIVE]}
    changed = [row for row in rows if (row.id in chosen) != (row.state == LearnedState.ACTIVE)]
    for row in changed:
        is_new = row.id in chosen
        row.state = (LearnedState.ACTIVE if is_new else LearnedState.WAITING).value
        row.changed_at = now
        _note(
            session, item, row, "knowledge.learned" if is_new else "knowledge.unlearned", None, now
        )
    if changed:
        _touch(session, item)


def _touch(session: Session, item: KnowledgeItem) -> None:
    """The entry's revision grows, so that the index is told and a comparison sees it."""
    session.refresh(item, with_for_update=True)
    flag_modified(item, "state")
    session.flush()


def _note(
    session: Session,
    item: KnowledgeItem,
    row: LearnedQuery,
    action: str,
    actor_id: int | None,
    now: datetime,
) -> None:
    record(
        session,
        actor_id=actor_id,
        action=action,
        object_type="knowledge_item",
        object_id=item.id,
        detail={"learned_id": row.id, "uses": row.uses},
        now=now,
    )


def remove(
    session: Session, item: KnowledgeItem, learned_id: int, *, actor: Actor, now: datetime
) -> LearnedQuery:
    """去掉 a way of asking; it is not learned again until it is taken back.

    :raises PermissionDenied: the entry is somebody else's.
    :raises NotFound: the entry has no such one.
    """
    row = _own(session, item, learned_id, actor)
    if row.state != LearnedState.REMOVED:
        was_active = row.state == LearnedState.ACTIVE
        row.state, row.changed_at = LearnedState.REMOVED.value, now
        row.changed_by = actor.user_id or None
        _note(session, item, row, "knowledge.learned_removed", actor.user_id or None, now)
        session.flush()
        _choose(session, item, now)
        if was_active:
            _touch(session, item)
    return row


def take_back(
    session: Session, item: KnowledgeItem, learned_id: int, *, actor: Actor, now: datetime
) -> LearnedQuery:
    """恢复 a removed one; it counts again with the others.

    :raises PermissionDenied, NotFound: as in :func:`remove`.
    """
    row = _own(session, item, learned_id, actor)
    if row.state == LearnedState.REMOVED:
        row.state, row.changed_at = LearnedState.WAITING.value, now
        row.changed_by = actor.user_id or None
        _note(session, item, row, "knowledge.learned_restored", actor.user_id or None, now)
        session.flush()
        _settle(session, item, row.text, now)
    return row


def _own(session: Session, item: KnowledgeItem, learned_id: int, actor: Actor) -> LearnedQuery:
    require_editing(actor, item)
    row = session.get(LearnedQuery, learned_id)
    if row is None or row.item_id != item.id:
        raise NotFound("这个条目没有这条说法，请刷新页面", learned_id=learned_id)
    return row


def learned_of(session: Session, item_id: int) -> list[LearnedQuery]:
    """All of an entry for its page: active ones first, most used first."""
    rows = session.scalars(select(LearnedQuery).where(LearnedQuery.item_id == item_id)).all()
    order = [state.value for state in LearnedState]
    return sorted(rows, key=lambda row: (order.index(row.state), -row.uses, row.id))


def active_texts(session: Session, item_ids: Sequence[int]) -> dict[int, list[str]]:
    """The active ones of some entries, most used first, for the index."""
    query = (
        select(LearnedQuery.item_id, LearnedQuery.text)
        .where(LearnedQuery.item_id.in_(item_ids), LearnedQuery.state == LearnedState.ACTIVE.value)
        .order_by(LearnedQuery.item_id, LearnedQuery.uses.desc(), LearnedQuery.id)
    )
    found: dict[int, list[str]] = {}
    for item_id, text in session.execute(query):
        found.setdefault(item_id, []).append(text)
    return found
