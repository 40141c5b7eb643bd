"""事件推送: what is told to whom, and how it gets there."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from kb.db import Database
from kb.models import KnowledgeItem, Unit, WebhookDelivery, WebhookSubscription
from kb.services.entries import PlannedLink
from kb.services.publishing import publish, withdraw
from kb.terms import Audience, LinkKind
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_entries import content, draft
from tests.kb.test_publishing import held, published

ALL = ["entry.published", "entry.superseded", "entry.withdrawn"]


def subscribe(database: Database, events: Sequence[str] = ALL, **more: Any) -> int:
    with database.unit_of_work() as session:
        row = WebhookSubscription(
            name="市政务平台",
            url="https://hook.tingzhou.example/kb",
            events=list(events),
            salt="0" * 32,
            created_at=NOW,
            **more,
        )
        session.add(row)
    return row.id


def told(database: Database) -> list[tuple[str, str]]:
    """Event and title of every delivery, in order."""
    with database.reading() as session:
        rows = session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id))
        return [(row.event, row.payload["entry"]["title"]) for row in rows]


def test_publication_tells_its_subscribers_in_the_same_transaction(
    any_database: Database, unit: Unit
) -> None:
    subscribe(any_database)
    version = draft(any_database, unit, title="入园指南", valid_until=date(2027, 8, 31))
    session = any_database.session()
    publish(session, held(session, version), actor=EDITOR, now=NOW)
    session.rollback()
    assert told(any_database) == []
    with any_database.unit_of_work() as session:
        publish(session, held(session, version), actor=EDITOR, now=NOW)
    with any_database.reading() as session:
        row = session.scalars(select(WebhookDelivery)).one()
        assert (row.event, row.state, row.next_try_at) == ("entry.published", "waiting", NOW)
        assert row.payload["id"] == row.event_id
        assert row.payload["occurred_at"] == "2026-05-07T02:24:00+00:00"
        entry = row.payload["entry"]
        assert (entry["id"], entry["version"], entry["title"]) == (version.item_id, 1, "入园指南")
        assert (entry["unit"], entry["valid_until"]) == ("汀州市教育局", "2027-08-31")


def test_a_successor_tells_that_the_old_entry_was_superseded(
    any_database: Database, unit: Unit
) -> None:
    old = published(any_database, unit, title="旧入园指南")
    subscribe(any_database)
    link = PlannedLink(LinkKind.SUPERSEDES, old.item_id, date(2026, 6, 1))
    published(any_database, unit, title="新入园指南", links=(link,))
    assert sorted(told(any_database)) == [
        ("entry.published", "新入园指南"),
        ("entry.superseded", "旧入园指南"),
    ]
    with any_database.reading() as session:
        query = select(WebhookDelivery).where(WebhookDelivery.event == "entry.superseded")
        row = session.scalars(query).one()
        assert row.payload["entry"]["ended_on"] == "2026-05-31"


def test_only_the_asked_events_of_the_asked_units_are_told(
    any_database: Database, unit: Unit
) -> None:
    with any_database.unit_of_work() as session:
        below = Unit(name="汀州市第一幼儿园", aliases=[], parent_id=unit.id)
        other = Unit(name="汀州市水务局", aliases=[])
        session.add_all([below, other])
    subscribe(any_database, ["entry.withdrawn"])
    subscribe(any_database, ["entry.published"], unit_id=unit.id)
    subscribe(any_database, ["entry.published"], is_active=False)
    mine = published(any_database, below, title="幼儿园的")
    published(any_database, other, title="水务局的")
    assert told(any_database) == [("entry.published", "幼儿园的")]
    with any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, mine.item_id)
        withdraw(session, item, actor=EDITOR, now=NOW, reason="内容有误")
    assert told(any_database)[1:] == [("entry.withdrawn", "幼儿园的")]


def test_internal_entries_are_told_only_where_that_was_allowed(
    any_database: Database, unit: Unit
) -> None:
    subscribe(any_database)
    assert content(audience=Audience.INTERNAL).audience == Audience.INTERNAL
    published(any_database, unit, title="内部口径", audience=Audience.INTERNAL)
    assert told(any_database) == []
    subscribe(any_database, with_internal=True)
    published(any_database, unit, title="内部口径二", audience=Audience.INTERNAL)
    assert told(any_database) == [("entry.published", "内部口径二")]
