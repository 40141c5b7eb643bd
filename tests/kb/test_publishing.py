"""采编 → 单位审核 → 中心复核 → 发布 → out of force: every step by whom it belongs to."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from kb.actor import Actor
from kb.db import Database
from kb.errors import IllegalTransition, InvalidInput, NotFound, PermissionDenied
from kb.models import (
    AuditRecord,
    IndexJob,
    ItemEvent,
    ItemLink,
    KnowledgeItem,
    KnowledgeVersion,
    Notice,
    Unit,
)
from kb.services import drafting, publishing
from kb.services.entries import PlannedLink, create_entry, create_version
from kb.services.publishing import approve, publish, return_version, submit
from kb.services.withdrawing import restore, withdraw
from kb.terms import ItemState, LinkKind, Role, VersionState
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_entries import clerk_of, content, draft, other_unit

__all__ = ["other_unit"]
TODAY = date(2026, 5, 7)
CLOSED = (VersionState.PUBLISHED, VersionState.REPLACED, VersionState.DISCARDED)


def reviewer_of(unit: Unit) -> Actor:
    return clerk_of(unit, Role.UNIT_REVIEWER)


def held(session, version: KnowledgeVersion) -> KnowledgeVersion:
    return session.get_one(KnowledgeVersion, version.id)


def published(database: Database, unit: Unit, **changes: object) -> KnowledgeVersion:
    version = draft(database, unit, **changes)
    with database.unit_of_work() as session:
        return publish(session, held(session, version), actor=EDITOR, now=NOW)


def test_the_path_of_a_unit_that_is_not_trusted(any_database: Database, unit: Unit) -> None:
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        found = held(session, version)
        submit(session, found, actor=clerk_of(unit), now=NOW)
        approve(session, found, actor=reviewer_of(unit), now=NOW, comment="核过数字")
        assert found.state == VersionState.CENTRE_REVIEW
        assert found.item.state == ItemState.DRAFT
        approve(session, found, actor=EDITOR, now=NOW)
        assert (found.state, found.item.state) == ("published", "published")
        assert found.item.current_version is found
        assert (found.item.published_at, found.item.checked_on) == (NOW, TODAY)
    with any_database.reading() as session:
        steps = session.execute(select(ItemEvent.kind, ItemEvent.comment).order_by(ItemEvent.id))
        assert [tuple(step) for step in steps] == [
            ("created", ""),
            ("submitted", ""),
            ("unit_approved", "核过数字"),
            ("published", ""),
        ]
        actions = session.scalars(select(AuditRecord.action)).all()
        assert actions == ["knowledge.publish"]


def test_a_trusted_unit_needs_its_own_review_only(any_database: Database, unit: Unit) -> None:
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        session.get_one(Unit, unit.id).is_trusted = True
        found = held(session, version)
        with pytest.raises(PermissionDenied):
            publish(session, found, actor=clerk_of(unit), now=NOW)
        submit(session, found, actor=clerk_of(unit), now=NOW)
        with pytest.raises(PermissionDenied):
            approve(session, found, actor=clerk_of(unit), now=NOW)
        approve(session, found, actor=reviewer_of(unit), now=NOW)
        assert found.state == VersionState.PUBLISHED


def test_nobody_takes_a_step_that_is_not_theirs(
    any_database: Database, unit: Unit, other_unit: Unit
) -> None:
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        found = held(session, version)
        with pytest.raises(PermissionDenied):
            submit(session, found, actor=clerk_of(other_unit), now=NOW)
        submit(session, found, actor=clerk_of(unit), now=NOW)
        for actor in (clerk_of(unit), reviewer_of(other_unit), EDITOR):
            with pytest.raises(PermissionDenied):
                approve(session, found, actor=actor, now=NOW)
        with pytest.raises(PermissionDenied):
            return_version(session, found, actor=reviewer_of(other_unit), now=NOW, comment="x")
        for actor in (clerk_of(unit), reviewer_of(unit)):
            with pytest.raises(PermissionDenied):
                publish(session, found, actor=actor, now=NOW)
        approve(session, found, actor=reviewer_of(unit), now=NOW)
        with pytest.raises(PermissionDenied):
            approve(session, found, actor=reviewer_of(unit), now=NOW)
        assert found.state == VersionState.CENTRE_REVIEW


def test_a_return_needs_a_reason_and_opens_the_draft_again(
    any_database: Database, unit: Unit
) -> None:
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        found = held(session, version)
        with pytest.raises(IllegalTransition):
            return_version(session, found, actor=EDITOR, now=NOW, comment="早了")
        submit(session, found, actor=clerk_of(unit), now=NOW)
        with pytest.raises(InvalidInput):
            return_version(session, found, actor=reviewer_of(unit), now=NOW, comment=" ")
        return_version(session, found, actor=reviewer_of(unit), now=NOW, comment="改日期")
        assert drafting.is_editable(found)
        told = session.scalars(select(Notice).where(Notice.kind == "returned")).one()
        assert (told.unit_id, told.path) == (unit.id, f"/units/versions/{found.id}")
        assert "被退回，请修改后再送审" in told.title
        submit(session, found, actor=clerk_of(unit), now=NOW)
        assert found.state == VersionState.UNIT_REVIEW
        session.refresh(told)
        assert told.is_resolved


@pytest.mark.parametrize("state", CLOSED)
def test_a_closed_version_is_not_published_again(
    any_database: Database, unit: Unit, state: VersionState
) -> None:
    version = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        found = held(session, version)
        found.state = state.value
        with pytest.raises(IllegalTransition):
            publish(session, found, actor=EDITOR, now=NOW)


def test_the_next_version_replaces_the_first_and_both_can_be_read(
    any_database: Database, unit: Unit
) -> None:
    first = published(any_database, unit)
    with any_database.unit_of_work() as session:
        item = held(session, first).item
        second = create_version(
            session, item, content=content(body="第一条 不可停车。\n"), actor=EDITOR, now=NOW
        )
        assert item.current_version_id == first.id
        publish(session, second, actor=EDITOR, now=NOW)
        assert item.current_version_id == second.id
        assert held(session, first).state == VersionState.REPLACED
        assert held(session, first).body == "第一条 可以停车。\n"


@pytest.mark.parametrize(
    ("kind", "state"),
    [(LinkKind.SUPERSEDES, ItemState.SUPERSEDED), (LinkKind.REPEALS, ItemState.REPEALED)],
)
@pytest.mark.parametrize(
    ("stated", "valid_from", "starts"),
    [
        (date(2026, 6, 1), date(2026, 5, 20), date(2026, 6, 1)),
        (None, date(2026, 5, 20), date(2026, 5, 20)),
        (None, None, TODAY),
    ],
)
def test_a_successor_ends_the_old_entry_the_day_before_it_starts(
    any_database: Database,
    unit: Unit,
    kind: LinkKind,
    state: ItemState,
    stated: date | None,
    valid_from: date | None,
    starts: date,
) -> None:
    old = published(any_database, unit)
    new = draft(
        any_database,
        unit,
        title="新办法",
        valid_from=valid_from,
        links=(PlannedLink(kind, old.item_id, stated),),
    )
    with any_database.unit_of_work() as session:
        session.query(IndexJob).delete()
    with any_database.unit_of_work() as session:
        publish(session, held(session, new), actor=EDITOR, now=NOW)
    with any_database.reading() as session:
        ended = session.get_one(KnowledgeItem, old.item_id)
        assert (ended.state, ended.ended_on) == (state, starts - timedelta(days=1))
        [link] = session.scalars(select(ItemLink))
        assert (link.newer_id, link.older_id, link.kind) == (new.item_id, old.item_id, kind)
        assert link.effective_on == starts
        waiting = {(job.target, job.object_id) for job in session.scalars(select(IndexJob))}
        assert waiting == {
            (target, item) for target in ("public", "staff") for item in (old.item_id, new.item_id)
        }


def test_an_amendment_leaves_the_old_entry_in_force(any_database: Database, unit: Unit) -> None:
    old = published(any_database, unit)
    links = (PlannedLink(LinkKind.AMENDS, old.item_id),)
    published(any_database, unit, title="修改决定", links=links)
    with any_database.reading() as session:
        item = session.get_one(KnowledgeItem, old.item_id)
        assert (item.state, item.ended_on) == ("published", None)


def test_a_publication_that_fails_half_way_changes_nothing(
    any_database: Database, unit: Unit, other_unit: Unit
) -> None:
    foreign = published(any_database, other_unit)
    own = published(any_database, unit, title="自己的旧件")
    new = draft(
        any_database,
        unit,
        title="越权",
        links=(
            PlannedLink(LinkKind.SUPERSEDES, own.item_id),
            PlannedLink(LinkKind.SUPERSEDES, foreign.item_id),
        ),
    )
    with any_database.unit_of_work() as session:
        session.get_one(Unit, unit.id).is_trusted = True
        submit(session, held(session, new), actor=clerk_of(unit), now=NOW)
    with pytest.raises(PermissionDenied), any_database.unit_of_work() as session:
        approve(session, held(session, new), actor=reviewer_of(unit), now=NOW)
    with any_database.reading() as session:
        assert held(session, new).state == VersionState.UNIT_REVIEW
        states = {item.id: item.state for item in session.scalars(select(KnowledgeItem))}
        assert states[own.item_id] == states[foreign.item_id] == "published"
        assert session.scalars(select(ItemLink)).all() == []


def test_a_link_is_refused_when_it_is_planned(
    any_database: Database, unit: Unit, other_unit: Unit
) -> None:
    foreign, own = published(any_database, other_unit), published(any_database, unit)
    version = draft(any_database, unit, title="新件")
    clerk = clerk_of(unit)

    def plan(session, item_id: int, kind: LinkKind = LinkKind.SUPERSEDES) -> None:
        older = session.get_one(KnowledgeItem, item_id)
        drafting.plan_link(session, held(session, version), kind, older, actor=clerk, now=NOW)

    with any_database.unit_of_work() as session:
        for item_id in (foreign.item_id, version.item_id):
            with pytest.raises((InvalidInput, NotFound)):
                plan(session, item_id)
        plan(session, foreign.item_id, LinkKind.AMENDS)
        plan(session, own.item_id)
        plan(session, own.item_id, LinkKind.REPEALS)
        planned = [(link["kind"], link["item_id"]) for link in held(session, version).planned_links]
        assert planned == [("amends", foreign.item_id), ("repeals", own.item_id)]


def test_a_link_that_was_made_is_not_made_twice(any_database: Database, unit: Unit) -> None:
    old = published(any_database, unit)
    links = (PlannedLink(LinkKind.SUPERSEDES, old.item_id),)
    new = published(any_database, unit, title="新件", links=links)
    with any_database.unit_of_work() as session:
        item = held(session, new).item
        second = create_version(session, item, content=content(), actor=EDITOR, now=NOW)
        with pytest.raises(InvalidInput, match="已经有了"):
            drafting.check_links(session, second.item, links, EDITOR)


def test_withdrawing_and_restoring(any_database: Database, unit: Unit, other_unit: Unit) -> None:
    version = published(any_database, unit)
    with any_database.unit_of_work() as session:
        item = held(session, version).item
        for actor in (clerk_of(unit), reviewer_of(other_unit)):
            with pytest.raises(PermissionDenied):
                withdraw(session, item, actor=actor, now=NOW, reason="想下架")
        with pytest.raises(InvalidInput):
            withdraw(session, item, actor=reviewer_of(unit), now=NOW, reason="")
        with pytest.raises(IllegalTransition):
            restore(session, item, actor=EDITOR, now=NOW)
        session.query(IndexJob).delete()
        withdraw(session, item, actor=reviewer_of(unit), now=NOW, reason="数字有误")
        session.flush()
        targets = {job.target for job in session.scalars(select(IndexJob))}
        assert targets == {"public", "staff"}
        with pytest.raises(IllegalTransition):
            withdraw(session, item, actor=EDITOR, now=NOW, reason="再来")
        restore(session, item, actor=reviewer_of(unit), now=NOW)
        assert item.state == ItemState.PUBLISHED
    with any_database.reading() as session:
        events = session.execute(select(ItemEvent.kind, ItemEvent.comment).order_by(ItemEvent.id))
        assert [tuple(row) for row in events][-2:] == [("withdrawn", "数字有误"), ("restored", "")]


def test_publishing_says_an_older_link_anew(any_database: Database, unit: Unit) -> None:
    old, new = published(any_database, unit), published(any_database, unit, title="停车新办法")
    with any_database.unit_of_work() as session:
        session.add(
            ItemLink(newer_id=new.item_id, older_id=old.item_id, kind="amends", effective_on=TODAY)
        )
        link = PlannedLink(LinkKind.REPEALS, old.item_id, date(2026, 6, 1))
        again = create_version(
            session,
            held(session, new).item,
            content=content(title="停车新办法", body="改。", links=(link,)),
            actor=EDITOR,
            now=NOW,
        )
        publish(session, again, actor=EDITOR, now=NOW)
    with any_database.reading() as session:
        links = session.execute(select(ItemLink.kind, ItemLink.effective_on)).all()
        assert [tuple(link) for link in links] == [("repeals", date(2026, 6, 1))]


def test_a_replaced_entry_is_still_replaced_when_it_comes_back(
    any_database: Database, unit: Unit
) -> None:
    old = published(any_database, unit)
    link = PlannedLink(LinkKind.SUPERSEDES, old.item_id, date(2026, 5, 1))
    published(any_database, unit, title="停车新办法", links=(link,))
    with any_database.unit_of_work() as session:
        item = held(session, old).item
        withdraw(session, item, actor=EDITOR, now=NOW, reason="有错字")
        restore(session, item, actor=EDITOR, now=NOW)
        assert (item.state, item.ended_on) == ("superseded", date(2026, 4, 30))


def test_a_draft_joins_the_entry_it_continues(any_database: Database, unit: Unit) -> None:
    old = published(any_database, unit, document_number="汀教〔2026〕1号")
    new = draft(any_database, unit, title="第二稿", document_number="汀教〔2026〕1号")
    with any_database.unit_of_work() as session:
        older = held(session, old).item
        moved = drafting.continue_entry(
            session, held(session, new), older, actor=clerk_of(unit), now=NOW
        )
        assert (moved.item_id, moved.number, moved.title) == (old.item_id, 2, "第二稿")
        assert held(session, new).state == VersionState.DISCARDED
        with pytest.raises(IllegalTransition):
            drafting.continue_entry(session, moved, older, actor=clerk_of(unit), now=NOW)


def test_the_next_version_begins_with_what_the_entry_says(
    any_database: Database, unit: Unit
) -> None:
    first = published(any_database, unit, facts={"fee": "免费"}, variants=("能停吗",))
    with any_database.unit_of_work() as session:
        item = held(session, first).item
        second = drafting.begin_version(session, item, actor=clerk_of(unit), now=NOW)
        assert publishing.content_of(second) == publishing.content_of(held(session, first))
        never = create_entry(session, unit=unit, content=content(), actor=EDITOR, now=NOW)
        with pytest.raises(IllegalTransition):
            drafting.begin_version(session, never.item, actor=EDITOR, now=NOW)
