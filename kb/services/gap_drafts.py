"""The answer to a gap: a draft prefilled from its questions, variants for an entry, neighbours."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from indexer.errors import InvalidQuery
from kb.access import get_visible
from kb.actor import Actor
from kb.errors import InvalidInput, PermissionDenied
from kb.models import Gap, GapQuery, KnowledgeVersion
from kb.services.drafting import begin_version, is_editable, save_edit
from kb.services.entries import MAX_VARIANTS, PlannedLink, pending_version
from kb.services.found_items import FoundItem
from kb.services.gap_handling import may_answer
from kb.services.gap_steps import step
from kb.services.learning import is_held, plain
from kb.services.publishing import content_of
from kb.services.questions import Question
from kb.services.search import SearchService
from kb.terms import LinkKind

_ASKED, _SHOWN = 5, 5


def wordings(gap: Gap, *, only_missed: bool = False) -> list[str]:
    """The ways a gap was asked, without filler, that name nobody: fit to be 相似问.

    :param only_missed: leave out what found its answer at the last try.
    """
    questions: Sequence[GapQuery] = [
        one for one in gap.questions if not (only_missed and one.is_answered)
    ]
    texts = (plain(one.text) or one.text for one in questions if not one.is_private)
    return list(dict.fromkeys(text for text in texts if text))[:MAX_VARIANTS]


def title_and_variants(gap: Gap) -> tuple[str, list[str]]:
    """What a draft for the gap begins with: its name as 标准问, its questions as 相似问."""
    return gap.title, [text for text in wordings(gap) if text != gap.title]


def add_wordings(
    session: Session, gap: Gap, item_id: int, *, actor: Actor, now: datetime
) -> KnowledgeVersion:
    """加为相似问: the questions that still miss go into the entry's next version, as a draft.

    :raises PermissionDenied: gap or entry is not this person's to write.
    :raises InvalidInput: nothing is missing, or the entry has no room for more.
    :raises IllegalTransition: a version of the entry is under review.
    """
    if not may_answer(actor, gap):
        raise PermissionDenied("这条知识缺口不在您的单位办理，或者已经了结")
    item = get_visible(session, item_id, actor)
    version = pending_version(session, item.id)
    if version is None or not is_editable(version):
        version = begin_version(session, item, actor=actor, now=now)
    new = [text for text in wordings(gap, only_missed=True) if not is_held(text, version)]
    room = MAX_VARIANTS - len(version.variants)
    if not new or room <= 0:
        raise InvalidInput("没有可以加的提问：都已在相似问里，或者相似问已满 30 条")
    content = replace(content_of(version), links=_links(version))
    save_edit(
        session,
        version,
        content=replace(content, variants=(*content.variants, *new[:room])),
        seen_rev=version.rev,
        actor=actor,
        now=now,
    )
    added = "、".join(new[:room])
    step(session, gap, "worded", now, f"《{version.title}》加了：{added}", actor=actor)
    return version


def _links(version: KnowledgeVersion) -> tuple[PlannedLink, ...]:
    """What publishing the draft will do to older entries stays as it was."""
    return tuple(
        PlannedLink(
            LinkKind(link["kind"]),
            link["item_id"],
            date.fromisoformat(link["effective_on"]) if link["effective_on"] else None,
        )
        for link in version.planned_links
    )


def neighbours(
    session: Session, search: SearchService, gap: Gap, actor: Actor, today: date
) -> list[FoundItem]:
    """Entries that come nearest to the gap's questions and that this person sees, best first."""
    near: dict[int, float] = {}
    found: dict[int, FoundItem] = {}
    for question in gap.questions[:_ASKED]:
        try:
            answers = search.find(session, Question(question.text, today, limit=_SHOWN), actor)
        except InvalidQuery:
            continue  # filler alone has no neighbours
        for place, one in enumerate(answers.found):
            near[one.item.id] = near.get(one.item.id, 0.0) + 1 / (1 + place)
            found.setdefault(one.item.id, one)
    order = sorted(near, key=lambda item_id: (-near[item_id], item_id))
    return [found[item_id] for item_id in order[:_SHOWN]]
