"""定时发布: approved now, published at its moment, given back when it may no longer be."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from kb.actor import Actor
from kb.db import Database
from kb.errors import IllegalTransition, InvalidInput, PermissionDenied
from kb.models import (
    ItemEvent,
    Job,
    KnowledgeItem,
    KnowledgeVersion,
    Notice,
    PlannedPublication,
    Unit,
    User,
)
from kb.services import failed_jobs
from kb.services.entries import create_version
from kb.services.publishing import approve, publish, submit
from kb.services.scheduling import (
    PUBLISH_JOB,
    cancel,
    plan,
    publish_planned,
    waiting_plans,
)
from kb.services.withdrawing import withdraw
from kb.terms import Role
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_entries import clerk_of, content, draft
from tests.kb.test_notices import add_user
from tests.kb.test_publishing import held, reviewer_of

TOMORROW = NOW + timedelta(days=1)


def waiting(database: Database, unit: Unit) -> KnowledgeVersion:
    """A version that waits for the centre."""
    version = draft(database, unit, title="新学期入园指南")
    with database.unit_of_work() as session:
        found = held(session, version)
        submit(session, found, actor=clerk_of(unit), now=NOW)
        approve(session, found, actor=reviewer_of(unit), now=NOW)
    return version


def schedule(database: Database, version: KnowledgeVersion, actor: Actor) -> int:
    with database.unit_of_work() as session:
        return plan(session, held(session, version), TOMORROW, actor=actor, now=NOW).id


def state(database: Database, version: KnowledgeVersion) -> tuple[str, str]:
    with database.reading() as session:
        found = held(session, version)
        return found.state, found.item.state


def test_a_planned_version_is_published_at_its_moment_and_only_once(
    any_database: Database, unit: Unit
) -> None:
    version = waiting(any_database, unit)
    editor = add_user(any_database, None, Role.EDITOR)
    planned_id = schedule(any_database, version, editor)
    assert state(any_database, version) == ("scheduled", "draft")
    with any_database.reading() as session:
        job = session.scalars(select(Job).where(Job.kind == PUBLISH_JOB)).one()
        assert (job.kind, job.run_at, job.payload) == (
            PUBLISH_JOB,
            TOMORROW,
            {"planned_id": planned_id},
        )
    for _ in range(2):
        publish_planned(any_database, planned_id, TOMORROW)
    assert state(any_database, version) == ("published", "published")
    with any_database.reading() as session:
        assert held(session, version).published_at == TOMORROW
        steps = session.execute(select(ItemEvent.kind, ItemEvent.comment).order_by(ItemEvent.id))
        assert [tuple(step) for step in steps][3:] == [
            ("scheduled", "定于 2026-05-08 10:24 发布"),
            ("published", "定时发布"),
        ]
        assert session.get_one(PlannedPublication, planned_id).state == "done"


def test_a_plan_can_be_taken_back(any_database: Database, unit: Unit) -> None:
    version = waiting(any_database, unit)
    editor = add_user(any_database, None, Role.EDITOR)
    planned_id = schedule(any_database, version, editor)
    with pytest.raises(PermissionDenied), any_database.unit_of_work() as session:
        cancel(session, held(session, version), actor=clerk_of(unit), now=NOW)
    with any_database.unit_of_work() as session:
        cancel(session, held(session, version), actor=editor, now=NOW)
    publish_planned(any_database, planned_id, TOMORROW)
    assert state(any_database, version) == ("centre_review", "draft")
    with pytest.raises(IllegalTransition), any_database.unit_of_work() as session:
        cancel(session, held(session, version), actor=editor, now=NOW)


def test_a_version_whose_job_is_given_up_returns_to_its_desk(
    any_database: Database, unit: Unit
) -> None:
    version = waiting(any_database, unit)
    schedule(any_database, version, add_user(any_database, None, Role.EDITOR))
    with any_database.unit_of_work() as session:
        job = session.scalars(select(Job).where(Job.kind == PUBLISH_JOB)).one()
        job.state, job.attempts = "failed", 5
    with any_database.unit_of_work() as session:
        failed_jobs.tell_failed(session, TOMORROW)
    assert state(any_database, version) == ("centre_review", "draft")
    with any_database.unit_of_work() as session:
        failed_jobs.drop(session, job.id, EDITOR, TOMORROW)
    with any_database.reading() as session:
        assert session.get_one(Job, job.id).state == "dropped"
        told = session.scalars(select(Notice.title).where(Notice.kind == "schedule_failed"))
        assert [title.split("。", 1)[1] for title in told] == ["后台发布多次出错"] * 2


def test_what_may_no_longer_be_published_is_given_back_with_a_notice(
    any_database: Database, unit: Unit
) -> None:
    version = waiting(any_database, unit)
    editor = add_user(any_database, None, Role.EDITOR)
    planned_id = schedule(any_database, version, editor)
    with any_database.unit_of_work() as session:
        session.get_one(User, editor.user_id).roles = [Role.AGENT.value]
    for _ in range(2):
        publish_planned(any_database, planned_id, TOMORROW)
    assert state(any_database, version) == ("centre_review", "draft")
    with any_database.reading() as session:
        found = session.scalars(select(Notice).order_by(Notice.id)).all()
        assert [(row.unit_id, row.role, row.path) for row in found] == [
            (unit.id, None, f"/units/versions/{version.id}"),
            (None, "editor", f"/units/versions/{version.id}"),
        ]
        assert found[0].title == ("定时发布没有完成：《新学期入园指南》。发布要由知识管理员来做")
        assert session.get_one(PlannedPublication, planned_id).state == "failed"


def test_content_that_became_unfit_is_not_published(any_database: Database, unit: Unit) -> None:
    version = waiting(any_database, unit)
    planned_id = schedule(any_database, version, add_user(any_database, None, Role.EDITOR))
    with any_database.unit_of_work() as session:
        found = held(session, version)
        found.valid_from, found.valid_until = date(2026, 9, 1), date(2026, 8, 1)
    publish_planned(any_database, planned_id, TOMORROW)
    assert state(any_database, version) == ("centre_review", "draft")


@pytest.mark.parametrize("after", [timedelta(0), timedelta(days=-1), timedelta(days=400)])
def test_the_moment_lies_within_the_year_ahead(
    any_database: Database, unit: Unit, after: timedelta
) -> None:
    version = waiting(any_database, unit)
    with pytest.raises(InvalidInput), any_database.unit_of_work() as session:
        plan(session, held(session, version), NOW + after, actor=EDITOR, now=NOW)


def test_only_the_approval_that_publishes_can_be_given_for_later(
    any_database: Database, unit: Unit
) -> None:
    version = draft(any_database, unit)
    with pytest.raises(IllegalTransition), any_database.unit_of_work() as session:
        plan(session, held(session, version), TOMORROW, actor=EDITOR, now=NOW)
    with any_database.unit_of_work() as session:
        submit(session, held(session, version), actor=clerk_of(unit), now=NOW)
    with pytest.raises(IllegalTransition), any_database.unit_of_work() as session:
        plan(session, held(session, version), TOMORROW, actor=reviewer_of(unit), now=NOW)
    with any_database.unit_of_work() as session:
        session.get_one(Unit, unit.id).is_trusted = True
    with pytest.raises(PermissionDenied), any_database.unit_of_work() as session:
        plan(session, held(session, version), TOMORROW, actor=clerk_of(unit), now=NOW)
    with any_database.unit_of_work() as session:
        plan(session, held(session, version), TOMORROW, actor=reviewer_of(unit), now=NOW)
    assert state(any_database, version) == ("scheduled", "draft")


def test_a_planned_version_keeps_the_entry_from_another_version(
    any_database: Database, unit: Unit
) -> None:
    version = waiting(any_database, unit)
    schedule(any_database, version, add_user(any_database, None, Role.EDITOR))
    refused = pytest.raises(IllegalTransition, match="待定时发布")
    with refused, any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, version.item_id)
        create_version(session, item, content=content(), actor=clerk_of(unit), now=NOW)
    with pytest.raises(IllegalTransition), any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, version.item_id)
        withdraw(session, item, actor=EDITOR, now=NOW, reason="下架")


def test_an_entry_taken_out_meanwhile_does_not_come_back_by_itself(
    any_database: Database, unit: Unit
) -> None:
    first = draft(any_database, unit)
    with any_database.unit_of_work() as session:
        publish(session, held(session, first), actor=EDITOR, now=NOW)
    with any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, first.item_id)
        text = content(body="第一条 学费每学期六百元。\n")
        second = create_version(session, item, content=text, actor=clerk_of(unit), now=NOW)
        submit(session, second, actor=clerk_of(unit), now=NOW)
        approve(session, second, actor=reviewer_of(unit), now=NOW)
    planned_id = schedule(any_database, second, add_user(any_database, None, Role.EDITOR))
    with any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, first.item_id)
        later = NOW + timedelta(hours=1)
        withdraw(session, item, actor=EDITOR, now=later, reason="数字有误，待核实")
    publish_planned(any_database, planned_id, TOMORROW)
    assert state(any_database, second) == ("centre_review", "withdrawn")
    with any_database.reading() as session:
        assert "已下架" in session.scalars(select(Notice.title)).first()


def test_what_was_published_by_hand_meanwhile_is_no_failed_plan(
    any_database: Database, unit: Unit
) -> None:
    version = waiting(any_database, unit)
    editor = add_user(any_database, None, Role.EDITOR)
    planned_id = schedule(any_database, version, editor)
    with any_database.unit_of_work() as session:
        publish(session, held(session, version), actor=EDITOR, now=NOW)
    with any_database.reading() as session:
        assert waiting_plans(session, None) == []
    publish_planned(any_database, planned_id, TOMORROW)
    with any_database.reading() as session:
        assert session.scalars(select(Notice)).all() == []
        assert session.get_one(PlannedPublication, planned_id).state == "done"
        assert held(session, version).published_at == NOW
