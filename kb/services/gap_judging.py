"""Whether one question of a gap is answered now: asked again as it was asked, and judged.

It is when the search does not say 无依据 and shows one of the entries named for the gap among the
first three cards. Where no entry is named, the first card must be of the question's own matter:
nothing telling of the question is left unsaid by it, and where a unit has to answer, it is that
unit's. A question that had been shown an answer before and became an order nevertheless, and one
that says nothing telling, need a name: nobody but a person can tell the right entry.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from indexer.errors import InvalidQuery
from kb.errors import SearchUnavailable
from kb.gaps.matter import Matter, unsaid
from kb.services.found_items import FoundItem
from kb.services.gap_owner import AGENT
from kb.services.learning import wording_of
from kb.services.questions import Answers, Question
from kb.services.search import SearchService
from kb.terms import Audience

FIRST_CARDS = 3
_SHOWN_WORDS = 3
NOTHING = Matter(())


@dataclass(frozen=True)
class Asked:
    """A question as it was asked; ``query_id`` is 0 when it belongs to no gap.

    :ivar audience: ``staff`` or ``public``, whose index is asked.
    :ivar was_shown_answer: it was lost (有答案仍转工单) and never without an answer.
    """

    text: str
    audience: str
    matter: Matter = NOTHING
    was_shown_answer: bool = False
    query_id: int = 0


@dataclass(frozen=True)
class Tried:
    """How one question did: whether it counts as answered, by which entry, and the sentence."""

    is_answered: bool
    item_id: int | None
    said: str


def ask_again(
    session: Session,
    search: SearchService,
    asked: Asked,
    named: Sequence[int],
    today: date,
    unit_id: int | None = None,
) -> Tried:
    """Ask one question as it was asked, of the staff's index or the public's.

    :param named: ids of the entries that are to answer.
    :param unit_id: the unit that has to answer, if one has.
    :raises SearchUnavailable: the index cannot be asked.
    """
    actor = None if asked.audience == Audience.PUBLIC.value else AGENT
    try:
        answers = search.find(session, Question(asked.text, today, limit=FIRST_CARDS), actor)
    except InvalidQuery:
        return Tried(False, None, "这句话没有可以检索的内容")
    if answers.degraded:
        raise SearchUnavailable("索引暂时不可用，稍后再试")
    if not answers.answered:
        return Tried(False, None, "仍然无依据")
    return _by_named(answers, named) if named else _unnamed(answers.found[0], asked, unit_id)


def _by_named(answers: Answers, named: Sequence[int]) -> Tried:
    for place, found in enumerate(answers.found, start=1):
        if found.item.id in named:
            return Tried(True, found.item.id, f"第 {place} 张卡片答上：{_title(found)}")
    first = answers.found[0]
    return Tried(False, first.item.id, f"答的是{_title(first)}，不是为它补充的条目")


def _unnamed(first: FoundItem, asked: Asked, unit_id: int | None) -> Tried:
    item_id, title = first.item.id, _title(first)
    if asked.was_shown_answer:
        return Tried(False, item_id, f"原来就答的是{title}，仍转了工单；请指明应采纳的条目")
    left = unsaid(asked.matter, wording_of(first.version))
    if left:
        words = "、".join(left[:_SHOWN_WORDS])
        return Tried(False, item_id, f"答的是{title}，没有说到“{words}”；若就是它，请关联")
    if not asked.matter.is_telling:
        return Tried(False, item_id, f"答的是{title}，看不出是不是同一件事；若就是它，请关联")
    if unit_id is not None and first.item.unit_id != unit_id:
        name = first.item.unit.name
        return Tried(False, item_id, f"答的是{name}的{title}，不是责任单位的条目；若就是它，请关联")
    return Tried(True, item_id, f"第 1 张卡片答上：{title}")


def _title(found: FoundItem) -> str:
    return f"《{found.version.title[:120]}》"
