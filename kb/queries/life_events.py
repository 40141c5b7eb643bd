"""人生大事: the public entries that belong to an event of the city profile and hold."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from sqlalchemy import ColumnElement, case, func, or_, select
from sqlalchemy.orm import Session

from kb.models import Adoption, KnowledgeItem, KnowledgeVersion
from kb.profile_life_events import LifeEvent
from kb.queries import public

_REST = "其他"


@dataclass(frozen=True)
class Group:
    """Entries of one matter of an event: the last level of their category, else 其他."""

    name: str
    entries: Sequence[public.Entry]


def live_events(
    session: Session, events: Sequence[LifeEvent], used: Iterable[str], day: date
) -> list[LifeEvent]:
    """The events that have an entry to show, in the profile's order.

    :param used: the categories of public entries that hold; only an event without any of them
        is looked for by its words.
    """
    return [
        event
        for event in events
        if any(_lies_in(category, event.categories) for category in used)
        or _has_word(session, event, day)
    ]


def entries_of(
    session: Session, event: LifeEvent, now: datetime, day: date, page: int
) -> tuple[public.Listed, list[Group]]:
    """One page of an event's entries, and the same in groups: what callers ask most first.

    Groups follow the order in which the profile names the categories.
    """
    asked = (
        select(Adoption.item_id, func.count().label("times"))
        .where(Adoption.undone_at.is_(None), Adoption.at >= now - timedelta(days=90))
        .group_by(Adoption.item_id)
        .subquery()
    )
    query = (
        public.public_entries(day, public.in_force(day), _belongs(event))
        .outerjoin(asked, asked.c.item_id == KnowledgeItem.id)
        .order_by(
            *_place(event),
            KnowledgeVersion.category,
            func.coalesce(asked.c.times, 0).desc(),
            KnowledgeItem.published_at.desc(),
            KnowledgeItem.id.desc(),
        )
    )
    listed = public.page_of(session, query, page)
    groups = groupby(listed.entries, lambda entry: _group(entry[1].category, event))
    return listed, [Group(name, list(entries)) for name, entries in groups]


def _belongs(event: LifeEvent) -> ColumnElement[bool]:
    filed = (public.in_category(category) for category in event.categories)
    return or_(*filed, *_named(event.words))


def _named(words: Iterable[str]) -> list[ColumnElement[bool]]:
    return [KnowledgeVersion.title.contains(word, autoescape=True) for word in words]


def _place(event: LifeEvent) -> list[ColumnElement[int]]:
    """The place of the entry's category in the event; those found by words come last."""
    filed = [(public.in_category(one), place) for place, one in enumerate(event.categories)]
    return [case(*filed, else_=len(filed))] if filed else []


def _group(category: str, event: LifeEvent) -> str:
    return category.split("/")[-1] if _lies_in(category, event.categories) else _REST


def _lies_in(category: str, paths: Iterable[str]) -> bool:
    return any(category == path or category.startswith(f"{path}/") for path in paths)


def _has_word(session: Session, event: LifeEvent, day: date) -> bool:
    if not event.words:
        return False
    named = public.public_entries(day, public.in_force(day), or_(*_named(event.words)))
    return session.execute(named.limit(1)).first() is not None
