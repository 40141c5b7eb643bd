"""The daily round: who is reminded when, what is announced, what is noticed as stuck."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select, update

from kb.clock import day_start
from kb.db import Database
from kb.errors import IllegalTransition, InvalidInput, PermissionDenied, StaleVersion
from kb.models import (
    Batch,
    BatchEntry,
    EntryCheck,
    ItemEvent,
    Job,
    KnowledgeItem,
    KnowledgeVersion,
    Notice,
    Setting,
    StoredFile,
    Unit,
)
from kb.queries.duties import due
from kb.services import checking
from kb.services.publishing import publish
from kb.services.reminders import announce_ended, remind
from kb.services.upkeep import UPKEEP_JOB, next_round, plan_upkeep, run_upkeep
from kb.services.withdrawing import withdraw
from kb.terms import KnowledgeKind, ReadState
from tests.kb.conftest import EDITOR, NOW
from tests.kb.hotline import at
from tests.kb.test_entries import clerk_of, draft, other_unit
from tests.kb.test_publishing import held, published
from tests.kb.test_webhooks import subscribe, told

__all__ = ["other_unit"]
TODAY = date(2026, 5, 7)
EIGHT = time(8, 0)


def entry(database: Database, unit: Unit, title: str = "入园指南", **fields: object) -> int:
    """A published entry's id."""
    return published(database, unit, title=title, **fields).item_id


def open_notices(database: Database) -> list[tuple[str, str | None]]:
    """Title and role of what waits, in order."""
    with database.reading() as session:
        query = select(Notice.title, Notice.role).where(Notice.is_resolved.is_(False))
        return [(title, role) for title, role in session.execute(query.order_by(Notice.id))]


def remind_on(database: Database, day: date) -> list[str]:
    """The open notices' titles after the round of a day."""
    remind(database, day, day_start(day) + timedelta(hours=8))
    return [title for title, _ in open_notices(database)]


def test_an_owner_is_reminded_30_7_and_1_days_before_the_end(
    any_database: Database, unit: Unit
) -> None:
    entry(any_database, unit, valid_until=date(2026, 7, 31))
    at_30, at_7, at_1 = (
        f"{words}到期：《入园指南》，有效期到 2026-07-31"
        for words in ("30 天内", "7 天内", "1 天内")
    )
    assert remind_on(any_database, date(2026, 6, 30)) == []
    assert remind_on(any_database, date(2026, 7, 1)) == [at_30]
    assert remind_on(any_database, date(2026, 7, 23)) == [at_30]
    assert remind_on(any_database, date(2026, 7, 24)) == [at_7]
    assert remind_on(any_database, date(2026, 7, 30)) == [at_1]
    today = "今天到期：《入园指南》，有效期到 2026-07-31"
    assert remind_on(any_database, date(2026, 7, 31)) == [today]  # the last one, said as it is now
    with any_database.reading() as session:
        assert len(session.scalars(select(Notice.id)).all()) == 3


def test_after_days_without_a_round_only_todays_step_is_said(
    any_database: Database, unit: Unit
) -> None:
    entry(any_database, unit, review_on=date(2026, 5, 12))
    assert remind_on(any_database, TODAY) == ["7 天内要复核：《入园指南》，应于 2026-05-12 核验"]
    assert remind_on(any_database, TODAY) == ["7 天内要复核：《入园指南》，应于 2026-05-12 核验"]


def test_what_is_overdue_is_told_to_the_unit_and_to_editors(
    any_database: Database, unit: Unit
) -> None:
    entry(any_database, unit, "核验过期的", review_on=date(2026, 5, 6))
    entry(any_database, unit, "到期的", valid_until=date(2026, 5, 6))
    entry(any_database, unit, "停水通知", kind=KnowledgeKind.NOTICE, valid_until=date(2026, 5, 6))
    remind(any_database, TODAY, NOW)
    assert open_notices(any_database) == [
        ("超期未核验：《核验过期的》，应于 2026-05-06 核验", None),
        ("超期未核验：《核验过期的》，应于 2026-05-06 核验", "editor"),
        ("已到期未处理：《到期的》，有效期到 2026-05-06 为止", None),
        ("已到期未处理：《到期的》，有效期到 2026-05-06 为止", "editor"),
    ]


def test_a_reminder_is_settled_when_the_entry_is(any_database: Database, unit: Unit) -> None:
    checked = entry(any_database, unit, "要核验的", review_on=TODAY)
    gone = entry(any_database, unit, "要下架的", valid_until=TODAY)
    renewed = entry(any_database, unit, "要续期的", valid_until=TODAY)
    remind(any_database, TODAY, NOW)
    assert len(open_notices(any_database)) == 3
    with any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, checked)
        checking.confirm(
            session,
            item,
            next_review_on=date(2027, 5, 7),
            seen_rev=item.rev,
            actor=clerk_of(unit),
            now=NOW,
        )
    assert len(open_notices(any_database)) == 2
    with any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, gone)
        withdraw(session, item, actor=EDITOR, now=NOW, reason="不再办理")
    assert len(open_notices(any_database)) == 1
    with any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, renewed)
        version = checking.extend(
            session,
            item,
            valid_until=date(2027, 5, 7),
            seen_rev=item.rev,
            actor=clerk_of(unit),
            now=NOW,
        )
        assert (version.number, version.title) == (2, "要续期的")
        publish(session, version, actor=EDITOR, now=NOW)
    assert open_notices(any_database) == []
    assert remind_on(any_database, TODAY) == []


def test_an_ended_entry_is_announced_once_on_the_first_day_it_no_longer_holds(
    any_database: Database, unit: Unit
) -> None:
    entry(any_database, unit, "到今天为止的", valid_until=TODAY)
    entry(any_database, unit, "没有期限的")
    subscribe(any_database, ["entry.expired"])
    announce_ended(any_database, TODAY, NOW)
    assert told(any_database) == []
    next_day = TODAY + timedelta(days=1)
    for _ in range(2):
        announce_ended(any_database, next_day, day_start(next_day))
    assert told(any_database) == [("entry.expired", "到今天为止的")]
    with any_database.reading() as session:
        query = select(ItemEvent.comment).where(ItemEvent.kind == "expired")
        assert session.scalars(query).all() == ["有效期到 2026-05-07 为止"]


def test_reminders_wait_for_their_hour_and_a_missed_hour_is_caught_up(
    any_database: Database, unit: Unit
) -> None:
    entry(any_database, unit, review_on=TODAY)

    def run(when: str) -> int:
        run_upkeep(any_database, lambda: at(when), EIGHT, None)
        return len(open_notices(any_database))

    with any_database.unit_of_work() as session:
        session.add(Setting(name="upkeep_day", value="2026-05-06"))
    assert run("2026-05-07 07:59") == 0
    assert run("2026-05-07 14:30") == 1
    # The day is done: what comes in later is said tomorrow.
    entry(any_database, unit, "后来的", review_on=TODAY)
    assert run("2026-05-07 15:00") == 1
    # Overdue by now: each is said to the unit and to the editors.
    assert run("2026-05-08 08:00") == 4


def test_a_day_that_was_missed_is_caught_up_before_the_hour(
    any_database: Database, unit: Unit
) -> None:
    entry(any_database, unit, review_on=TODAY)
    run_upkeep(any_database, lambda: at("2026-05-07 02:43"), EIGHT, None)
    assert len(open_notices(any_database)) == 1
    entry(any_database, unit, "后来的", review_on=TODAY)
    run_upkeep(any_database, lambda: at("2026-05-07 03:43"), EIGHT, None)
    assert len(open_notices(any_database)) == 1
    # The day's own round still comes at its hour.
    run_upkeep(any_database, lambda: at("2026-05-07 08:00"), EIGHT, None)
    assert len(open_notices(any_database)) == 2


def test_one_round_is_planned_and_plans_the_next(any_database: Database) -> None:
    def planned() -> list[datetime]:
        with any_database.reading() as session:
            query = select(Job.run_at).where(Job.kind == UPKEEP_JOB, Job.state == "waiting")
            return list(session.scalars(query))

    for _ in range(2):
        with any_database.unit_of_work() as session:
            plan_upkeep(session, EIGHT, at("2026-05-07 10:24"))
    assert planned() == [at("2026-05-07 10:24")]
    with any_database.unit_of_work() as session:
        session.scalars(select(Job)).one().state = "running"
    run_upkeep(any_database, lambda: at("2026-05-07 10:24"), EIGHT, None)
    assert planned() == [at("2026-05-07 11:00")]
    # One that was given up is planned anew.
    with any_database.unit_of_work() as session:
        for job in session.scalars(select(Job)):
            job.state = "failed"
        plan_upkeep(session, EIGHT, at("2026-05-07 12:10"))
    assert planned() == [at("2026-05-07 12:10")]


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-05-07 07:10", "2026-05-07 07:45"),
        ("2026-05-07 07:45", "2026-05-07 08:00"),
        ("2026-05-07 23:59", "2026-05-08 00:00"),
    ],
)
def test_the_next_round_is_the_next_hour_or_the_hour_of_reminders(now: str, expected: str) -> None:
    assert next_round(at(now), time(7, 45)) == at(expected)


def test_stuck_files_and_failed_jobs_are_told_until_they_move(
    any_database: Database, unit: Unit
) -> None:
    with any_database.unit_of_work() as session:
        for name, minutes in (("旧文件.docx", 31), ("新文件.docx", 29)):
            session.add(
                StoredFile(
                    sha256="0" * 64,
                    size_bytes=1,
                    name=name,
                    unit_id=unit.id,
                    uploaded_at=NOW - timedelta(minutes=minutes),
                    read_state=ReadState.PENDING.value,
                )
            )
        job = Job(kind="judge_set", run_at=NOW, state="failed", attempts=5)
        session.add(job)
    for _ in range(2):
        run_upkeep(any_database, lambda: NOW, time(23, 0), None)
    assert open_notices(any_database) == [
        ("文件收到半小时还没有读完：旧文件.docx", "editor"),
        (f"后台任务没有完成，试了 5 次：检索评测（任务 {job.id}）", "admin"),
    ]
    with any_database.unit_of_work() as session:
        session.get_one(Job, job.id).state = "done"
        for stored in session.scalars(select(StoredFile)):
            stored.read_state = ReadState.READ.value
    run_upkeep(any_database, lambda: NOW, time(23, 0), None)
    assert open_notices(any_database) == []


def test_a_batch_that_is_not_read_is_told_of_once_and_what_needs_nobody_never(
    any_database: Database, unit: Unit
) -> None:
    pending = {
        "sha256": "0" * 64,
        "size_bytes": 1,
        "unit_id": unit.id,
        "uploaded_at": NOW - timedelta(minutes=31),
        "read_state": ReadState.PENDING.value,
    }
    with any_database.unit_of_work() as session:
        session.add(StoredFile(name="不再处理.docx", dismissed_at=NOW, **pending))
        for state in ("open", "stopped", "closed"):
            batch = Batch(
                unit_id=unit.id, created_at=NOW, key=state, name=f"三月 {state}", state=state
            )
            session.add(batch)
            session.flush()
            for name in ("甲.docx", "乙.docx"):
                stored = StoredFile(name=name, **pending)
                session.add(stored)
                session.flush()
                session.add(
                    BatchEntry(batch_id=batch.id, unit_id=unit.id, file_id=stored.id, path=name)
                )
    for _ in range(2):
        run_upkeep(any_database, lambda: NOW, time(23, 0), None)
    told = [("批次收到半小时还没有读完：三月 open", "editor")]
    assert open_notices(any_database) == told
    with any_database.unit_of_work() as session:
        session.execute(update(BatchEntry).values(outcome="new"))
    run_upkeep(any_database, lambda: NOW, time(23, 0), None)
    assert open_notices(any_database) == []


def confirm(database: Database, item_id: int, unit: Unit, day: date | None, rev: int = 0) -> None:
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, item_id)
        checking.confirm(
            session,
            item,
            next_review_on=day,
            seen_rev=rev or item.rev,
            actor=clerk_of(unit),
            now=NOW,
        )


def test_a_check_keeps_its_due_day_and_sets_the_next(any_database: Database, unit: Unit) -> None:
    item_id = entry(any_database, unit, review_on=date(2026, 5, 1))
    confirm(any_database, item_id, unit, date(2026, 11, 7))
    with any_database.reading() as session:
        item = session.get_one(KnowledgeItem, item_id)
        assert (item.checked_on, item.versions[0].review_on) == (TODAY, date(2026, 11, 7))
        check = session.scalars(select(EntryCheck)).one()
        assert (check.outcome, check.due_on) == ("holds", date(2026, 5, 1))
        assert check.next_review_on == date(2026, 11, 7)
        event = session.scalars(select(ItemEvent).order_by(ItemEvent.id.desc())).first()
        assert event is not None
        assert (event.kind, event.comment) == ("checked", "仍有效，下次核验 2026-11-07")


@pytest.mark.parametrize("day", [None, TODAY, date(2026, 5, 1), date(2032, 1, 1)])
def test_the_next_review_day_must_be_chosen_and_ahead(
    any_database: Database, unit: Unit, day: date | None
) -> None:
    item_id = entry(any_database, unit, review_on=TODAY)
    with pytest.raises(InvalidInput) as refused:
        confirm(any_database, item_id, unit, day)
    assert list(refused.value.fields) == ["next_review_on"]


def test_a_check_of_what_changed_of_another_unit_or_out_of_force_is_refused(
    any_database: Database, unit: Unit, other_unit: Unit
) -> None:
    item_id = entry(any_database, unit, review_on=TODAY)
    ended = entry(any_database, unit, valid_until=date(2026, 5, 6))
    next_year = date(2027, 5, 7)
    with pytest.raises(StaleVersion):
        confirm(any_database, item_id, unit, next_year, rev=99)
    with pytest.raises(PermissionDenied):
        confirm(any_database, item_id, other_unit, next_year)
    with pytest.raises(IllegalTransition, match="已过有效期"):
        confirm(any_database, ended, unit, next_year)
    waiting = draft(any_database, unit)
    with pytest.raises(IllegalTransition, match="不在发布中"):
        confirm(any_database, waiting.item_id, unit, next_year)


def test_an_end_that_is_accepted_asks_nobody_again_and_stays_to_be_looked_up(
    any_database: Database, unit: Unit
) -> None:
    item_id = entry(any_database, unit, valid_until=date(2026, 5, 6))
    remind(any_database, TODAY, NOW)
    with any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, item_id)
        checking.let_end(session, item, seen_rev=item.rev, actor=clerk_of(unit), now=NOW)
        assert item.state == "published"
    assert open_notices(any_database) == []
    assert remind_on(any_database, TODAY) == []
    with any_database.reading() as session:
        assert due(session, None, TODAY).total == 0


def test_an_extension_changes_the_last_day_alone(any_database: Database, unit: Unit) -> None:
    item_id = entry(any_database, unit, valid_until=date(2026, 5, 20), review_on=date(2026, 5, 1))

    def extend(day: date | None) -> KnowledgeVersion:
        with any_database.unit_of_work() as session:
            item = session.get_one(KnowledgeItem, item_id)
            return checking.extend(
                session,
                item,
                valid_until=day,
                seen_rev=item.rev,
                actor=clerk_of(unit),
                now=NOW,
            )

    for wrong in (None, TODAY, date(2026, 5, 20)):
        with pytest.raises(InvalidInput):
            extend(wrong)
    new = extend(date(2027, 5, 20))
    with any_database.reading() as session:
        old = session.get_one(KnowledgeItem, item_id).current_version
        assert old is not None
        found = held(session, new)
        assert (found.state, found.valid_until) == ("draft", date(2027, 5, 20))
        assert (found.body, found.facts, found.title) == (old.body, old.facts, old.title)
        assert found.review_on is None  # its day is past: the reviewer sets a new one
    with pytest.raises(IllegalTransition):
        extend(date(2028, 5, 20))


def test_the_queue_puts_the_most_urgent_first_and_pages(any_database: Database, unit: Unit) -> None:
    entry(any_database, unit, "丙", valid_until=date(2026, 6, 6))
    entry(any_database, unit, "丁", valid_until=date(2026, 6, 7))
    entry(any_database, unit, "甲", review_on=date(2026, 4, 30), valid_until=date(2026, 5, 20))
    entry(any_database, unit, "乙", valid_until=date(2026, 5, 7))
    with any_database.reading() as session:
        page = due(session, {unit.id}, TODAY)
        rows = [(row.version.title, row.days_left, row.is_review) for row in page.rows]
        assert rows == [("甲", -7, True), ("乙", 0, False), ("丙", 30, False)]
        second = due(session, None, TODAY, page=2, size=2)
        assert ([row.version.title for row in second.rows], second.pages) == (["丙"], 2)
        last_first = due(session, None, TODAY, is_descending=True)
        assert [row.version.title for row in last_first.rows] == ["丙", "乙", "甲"]
        assert due(session, set(), TODAY).total == 0
        states = {name: due(session, None, TODAY, state=name).total for name in ("overdue", "soon")}
        assert states == {"overdue": 1, "soon": 3}
