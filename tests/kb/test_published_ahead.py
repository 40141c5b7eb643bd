"""A version published ahead: until its day the one before it is listed, answers and is wrong."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from kb.clock import day_start
from kb.db import Database
from kb.errors import InvalidInput
from kb.models import (
    Correction,
    Job,
    KnowledgeItem,
    KnowledgeVersion,
    Unit,
    WebhookDelivery,
)
from kb.queries import coverage, portal, public
from kb.queries.portal_list import ListQuery, list_entries
from kb.services import correcting
from kb.services.entries import PlannedLink, save_draft
from kb.services.publishing import content_of, publish
from kb.services.reminders import announce_ended, remind
from kb.services.turning_days import BEGIN_JOB, END_JOB, begin_version, end_entry
from kb.services.withdrawing import withdraw
from kb.terms import Audience, LinkKind
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_conflicts import DISTRICT, Radar, ageing, civil, opened, radar
from tests.kb.test_corrections import agent, entry, reported
from tests.kb.test_entries import clerk_of
from tests.kb.test_held_versions import revised
from tests.kb.test_publishing import published
from tests.kb.test_webhooks import subscribe, told

__all__ = ["ageing", "agent", "civil", "entry", "opened", "radar"]
TODAY, JUNE = date(2026, 5, 7), date(2026, 6, 1)
IN_JUNE = datetime(2026, 6, 1, 0, 5, tzinfo=UTC)


def test_every_list_shows_the_version_that_holds(any_database: Database, unit: Unit) -> None:
    first = published(
        any_database, unit, title="旧办法", category="教育", valid_from=date(2024, 1, 1)
    )
    revised(any_database, first, title="新办法", category="交通", valid_from=JUNE)
    published(any_database, unit, title="邻条", category="教育")
    with any_database.reading() as session:
        for day, title, category in ((TODAY, "旧办法", "教育"), (JUNE, "新办法", "交通")):
            listed = public.entries_in(session, category, day, 1).entries
            assert title in [version.title for _, version in listed]
            assert (
                dict(public.category_counts(public.categories_in_force(session, day), []))[category]
                >= 1
            )
            of_unit = public.entries_of(session, unit.id, day, 1)[1]
            assert (of_unit.total, len(of_unit.entries)) == (2, 2)
            assert len(public.sitemap(session, day)) == 2
            assert portal.counts(session, {unit.id}, day).in_force == 2
            rows = list_entries(session, {unit.id}, ListQuery(standing="valid"), day).rows
            assert {row.version.title for row in rows} == {title, "邻条"}
            assert list_entries(session, {unit.id}, ListQuery(standing="future"), day).total == 0
            [row] = coverage.coverage(session, {unit.id}, coverage.Period(day, day), day, 30)
            assert row.in_force == 2


def test_a_public_entry_cannot_become_internal_ahead_of_its_day(
    any_database: Database, unit: Unit
) -> None:
    first = published(any_database, unit, valid_from=date(2024, 1, 1))
    inside = {"audience": Audience.INTERNAL, "valid_from": JUNE}
    with pytest.raises(InvalidInput, match="展开“定时发布”，选 2026-06-01"):
        revised(any_database, first, **inside)
    with any_database.reading() as session:
        assert public.get_entry(session, first.item_id).current_version_id == first.id
    revised(any_database, first, IN_JUNE, **inside)
    with any_database.reading() as session:
        assert public.entries_of(session, unit.id, JUNE, 1)[1].total == 0


def test_a_correction_is_settled_on_the_day_the_mending_version_begins(
    any_database: Database, entry: KnowledgeVersion, agent, unit: Unit
) -> None:
    number = reported(any_database, entry, agent)
    with any_database.unit_of_work() as session:
        found = session.get_one(Correction, number)
        version = correcting.accept(session, found, actor=clerk_of(unit), now=NOW)
        body = version.body.replace("800 元", "600 元")
        right = replace(content_of(version), body=body, valid_from=JUNE)
        save_draft(session, version, content=right, seen_rev=version.rev, actor=EDITOR, now=NOW)
        publish(session, version, actor=EDITOR, now=NOW)
        assert found.state == "accepted"
        [job] = session.scalars(select(Job).where(Job.kind == BEGIN_JOB))
        assert (job.payload, job.run_at) == ({"version_id": version.id}, day_start(JUNE))
    for now, state in ((NOW, "accepted"), (IN_JUNE, "settled"), (IN_JUNE, "settled")):
        begin_version(any_database, version.id, now)
        with any_database.reading() as session:
            assert session.get_one(Correction, number).state == state


def test_a_contradiction_stays_open_until_the_agreeing_version_begins(
    opened: tuple[Radar, int, int],
) -> None:
    radar, old, _ = opened
    ahead = revised(radar.database, _version(radar, old), body=DISTRICT, valid_from=JUNE)
    radar.check(ahead.id)
    [row] = radar.rows()
    assert (row.state, old in (row.left_version_id, row.right_version_id)) == ("open", True)
    radar.check(old)  # the version that holds is compared as well
    assert [row.state for row in radar.rows()] == ["open"]
    begin_version(radar.database, ahead.id, IN_JUNE)
    radar.check(ahead.id, IN_JUNE)
    assert [row.state for row in radar.rows()] == ["gone"]


def _version(radar: Radar, version_id: int) -> KnowledgeVersion:
    with radar.database.reading() as session:
        return session.get_one(KnowledgeVersion, version_id)


def test_who_hears_of_public_entries_only_is_told_that_one_became_internal(
    any_database: Database, unit: Unit
) -> None:
    first = published(any_database, unit, title="公开的")
    subscribe(any_database)
    inside = subscribe(any_database, with_internal=True)
    revised(any_database, first, title="内部的", audience=Audience.INTERNAL)
    assert told(any_database) == [("entry.published", "内部的"), ("entry.withdrawn", "公开的")]
    with any_database.reading() as session:
        published_to, withdrawn_from = session.execute(
            select(WebhookDelivery.subscription_id).order_by(WebhookDelivery.id)
        ).scalars()
    assert published_to == inside != withdrawn_from


def test_subscribers_are_told_on_the_day_another_entry_ends_one(
    any_database: Database, unit: Unit
) -> None:
    old = published(any_database, unit, title="旧办法")
    subscribe(any_database, ["entry.ended"])
    link = PlannedLink(LinkKind.REPEALS, old.item_id, JUNE)
    published(any_database, unit, title="新办法", links=(link,))
    assert told(any_database) == []
    with any_database.reading() as session:
        [job] = session.scalars(select(Job).where(Job.kind == END_JOB))
        assert job.run_at == day_start(JUNE)
    for last_day in (date(2026, 5, 20), date(2026, 5, 31), date(2026, 5, 31)):
        end_entry(any_database, old.item_id, last_day, IN_JUNE)
    assert told(any_database) == [("entry.ended", "旧办法")]  # of the day that stands, once


def test_what_ends_at_once_is_told_at_once(any_database: Database, unit: Unit) -> None:
    old = published(any_database, unit, title="旧办法")
    subscribe(any_database, ["entry.ended"])
    link = PlannedLink(LinkKind.SUPERSEDES, old.item_id, TODAY)
    published(any_database, unit, title="新办法", links=(link,))
    assert told(any_database) == [("entry.ended", "旧办法")]


def test_a_version_that_runs_out_before_the_next_begins_has_expired(
    any_database: Database, unit: Unit
) -> None:
    subscribe(any_database, ["entry.expired", "entry.withdrawn"])
    first = published(any_database, unit, title="春季", valid_until=date(2026, 5, 20))
    revised(any_database, first, title="夏季", valid_from=JUNE)
    for day in (date(2026, 5, 20), date(2026, 5, 21), date(2026, 5, 22)):
        announce_ended(any_database, day, day_start(day))
    assert told(any_database) == [("entry.expired", "春季")]
    with any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, first.item_id)
        withdraw(session, item, actor=EDITOR, now=IN_JUNE, reason="有误")
    assert told(any_database)[1:] == [("entry.withdrawn", "夏季")]


def test_subscribers_hear_of_an_end_30_7_and_1_days_ahead(
    any_database: Database, unit: Unit
) -> None:
    subscribe(any_database, ["entry.due_soon"])
    version = published(any_database, unit, title="入园指南", valid_until=date(2026, 6, 30))
    days = [date(2026, 5, 30), date(2026, 5, 31), date(2026, 6, 1), date(2026, 6, 23)]
    for day in (*days, date(2026, 6, 29), date(2026, 7, 1)):
        remind(any_database, day, day_start(day))
    with any_database.reading() as session:
        rows = session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)).all()
        assert [(row.payload["entry"]["version"], row.payload["due"]) for row in rows] == [
            (version.number, {"kind": "expiry", "on": "2026-06-30", "within_days": within})
            for within in (30, 7, 1)
        ]
