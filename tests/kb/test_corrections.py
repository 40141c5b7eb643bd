"""纠错: reported to the owning unit with a due time, in sight until it is settled."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.calendar import seed_calendar
from kb.clock import SHANGHAI
from kb.db import Database
from kb.errors import (
    Duplicate,
    IllegalTransition,
    InvalidInput,
    NotFound,
    PermissionDenied,
    StaleVersion,
)
from kb.models import (
    AuditRecord,
    CalendarYear,
    Correction,
    KnowledgeItem,
    KnowledgeVersion,
    Notice,
    Unit,
    User,
)
from kb.services import correcting, corrections, drafting
from kb.services.corrections import open_for
from kb.services.entries import create_version, save_draft
from kb.services.notices import mark_seen
from kb.services.publishing import content_of, publish, submit
from kb.services.reporting import Report, report
from kb.terms import (
    Audience,
    CorrectionKind,
    CorrectionState,
    ItemState,
    Role,
    VersionState,
)
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_entries import clerk_of, content, draft, other_unit

__all__ = ["other_unit"]
CLAUSE = 0


@pytest.fixture
def entry(any_database: Database, unit: Unit) -> KnowledgeVersion:
    """A published entry, and the calendar by which its unit must answer."""
    with any_database.unit_of_work() as session:
        seed_calendar(session)
    version = draft(
        any_database, unit, body="一、学费每学期 800 元。\n\n二、咨询电话 0731-5550123。"
    )
    with any_database.unit_of_work() as session:
        return publish(
            session, session.get_one(KnowledgeVersion, version.id), actor=EDITOR, now=NOW
        )


@pytest.fixture
def agent(any_database: Database) -> Actor:
    return person(any_database, "agent1", "周坐席", Role.AGENT)


def person(database: Database, username: str, name: str, role: Role) -> Actor:
    with database.unit_of_work() as session:
        user = User(username=username, name=name, roles=[role], password_hash="-", created_at=NOW)
        session.add(user)
    return Actor(user.id, name, None, frozenset({role}))


def wrong_fee(entry: KnowledgeVersion, **changes: object) -> Report:
    given = {"kind": CorrectionKind.WRONG, "said": "今年起是 600 元", "quote": "800 元"}
    return Report(entry.item_id, entry.number, CLAUSE, **(given | changes))  # type: ignore[arg-type]


def reported(database: Database, entry: KnowledgeVersion, agent: Actor) -> int:
    with database.unit_of_work() as session:
        return report(session, wrong_fee(entry), actor=agent, now=NOW).id


def test_a_report_names_clause_words_and_a_due_time_by_the_working_calendar(
    any_database: Database, entry: KnowledgeVersion, agent: Actor
) -> None:
    number = reported(any_database, entry, agent)
    with any_database.reading() as session:
        found = session.get_one(Correction, number)
        assert (found.quote, found.state) == ("800 元", "open")
        # Reported on Thursday 2026-05-07 at 10:24; the next workday is Friday.
        assert found.due_at == datetime(2026, 5, 8, 10, 24, tzinfo=SHANGHAI)
        assert found.unit_id == entry.item.unit_id
        acts = session.scalars(select(AuditRecord.action).order_by(AuditRecord.id))
        assert list(acts)[-1] == "correction.report"


def test_a_report_before_a_weekend_is_due_on_the_workday_after_it(
    any_database: Database, entry: KnowledgeVersion, agent: Actor
) -> None:
    friday = datetime(2026, 5, 15, 16, 0, tzinfo=SHANGHAI)
    with any_database.unit_of_work() as session:
        found = report(session, wrong_fee(entry), actor=agent, now=friday)
        assert found.due_at == datetime(2026, 5, 18, 16, 0, tzinfo=SHANGHAI)


def test_a_year_without_a_calendar_costs_no_report(
    any_database: Database, entry: KnowledgeVersion, agent: Actor
) -> None:
    with any_database.unit_of_work() as session:
        session.execute(delete(CalendarYear).where(CalendarYear.year == 2027))
        session.get_one(Unit, entry.item.unit_id).correction_limit = "2 工作日"
        # Of Thursday 2026-12-31 the second workday lies in a year that nobody has entered.
        last = datetime(2026, 12, 31, 16, 0, tzinfo=SHANGHAI)
        found = report(session, wrong_fee(entry), actor=agent, now=last)
        assert found.due_at == datetime(2027, 1, 2, 16, 0, tzinfo=SHANGHAI)
        assert found.due_note == "2027 年的放假安排还没有录入，按 2 自然日计"


def test_what_quotes_an_internal_version_is_not_shown_to_every_reader(
    any_database: Database, unit: Unit, other_unit: Unit, agent: Actor
) -> None:
    with any_database.unit_of_work() as session:
        seed_calendar(session)
    inner = draft(any_database, unit, audience=Audience.INTERNAL)
    with any_database.unit_of_work() as session:
        first = session.get_one(KnowledgeVersion, inner.id)
        publish(session, first, actor=EDITOR, now=NOW)
        report(session, wrong_fee(first), actor=agent, now=NOW)
        second = create_version(session, first.item, content=content(), actor=EDITOR, now=NOW)
        publish(session, second, actor=EDITOR, now=NOW)
    with any_database.reading() as session:
        item = session.get_one(KnowledgeItem, inner.item_id)
        seen = [
            len(corrections.open_of(session, item, actor))
            for actor in (clerk_of(other_unit), clerk_of(unit), agent)
        ]
        assert seen == [0, 1, 1]


def test_the_unit_s_own_limit_counts(
    any_database: Database, entry: KnowledgeVersion, agent: Actor
) -> None:
    with any_database.unit_of_work() as session:
        session.get_one(Unit, entry.item.unit_id).correction_limit = "4 小时"
        found = report(session, wrong_fee(entry), actor=agent, now=NOW)
        assert found.due_at == datetime(2026, 5, 7, 14, 24, tzinfo=SHANGHAI)


def test_words_that_the_clause_does_not_hold_are_not_put_in_its_mouth(
    any_database: Database, entry: KnowledgeVersion, agent: Actor
) -> None:
    with any_database.unit_of_work() as session:
        found = report(session, wrong_fee(entry, quote="学费全免"), actor=agent, now=NOW)
        assert found.quote.startswith("一、学费每学期 800 元")


def test_other_needs_a_word_about_what_is_wrong(
    any_database: Database, entry: KnowledgeVersion, agent: Actor
) -> None:
    with any_database.unit_of_work() as session:
        with pytest.raises(InvalidInput, match="哪里不对"):
            given = wrong_fee(entry, kind=CorrectionKind.OTHER, said=" ")
            report(session, given, actor=agent, now=NOW)
        with pytest.raises(InvalidInput, match="现有 501 字"):
            report(session, wrong_fee(entry, said="长" * 501), actor=agent, now=NOW)


def test_the_same_passage_is_reported_once_by_one_person_and_again_by_another(
    any_database: Database, entry: KnowledgeVersion, agent: Actor
) -> None:
    first = reported(any_database, entry, agent)
    colleague = person(any_database, "agent2", "吴坐席", Role.AGENT)
    with any_database.unit_of_work() as session:
        with pytest.raises(Duplicate) as refused:
            report(session, wrong_fee(entry), actor=agent, now=NOW)
        assert refused.value.context["existing_id"] == first
        report(session, wrong_fee(entry), actor=colleague, now=NOW)
    with any_database.reading() as session:
        names = [row.reporter.name for row in open_for(session, [entry.item_id])[entry.item_id]]
        assert names == ["周坐席", "吴坐席"]


def test_an_entry_a_person_may_not_see_cannot_be_reported(
    any_database: Database, entry: KnowledgeVersion, other_unit: Unit
) -> None:
    with any_database.unit_of_work() as session:
        session.get_one(KnowledgeVersion, entry.id).audience = Audience.INTERNAL.value
    with any_database.unit_of_work() as session, pytest.raises(NotFound):
        report(session, wrong_fee(entry), actor=clerk_of(other_unit), now=NOW)


def test_a_version_that_was_never_published_cannot_be_reported(
    any_database: Database, entry: KnowledgeVersion, agent: Actor
) -> None:
    with any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, entry.item_id)
        drafting.begin_version(session, item, actor=EDITOR, now=NOW)
    with any_database.unit_of_work() as session, pytest.raises(NotFound):
        given = Report(entry.item_id, 2, CLAUSE, CorrectionKind.WRONG)
        report(session, given, actor=agent, now=NOW)


def test_an_earlier_internal_version_cannot_be_reported_by_another_unit(
    any_database: Database, entry: KnowledgeVersion, other_unit: Unit, agent: Actor
) -> None:
    with any_database.unit_of_work() as session:
        session.get_one(KnowledgeVersion, entry.id).audience = Audience.INTERNAL.value
        item = session.get_one(KnowledgeItem, entry.item_id)
        second = drafting.begin_version(session, item, actor=EDITOR, now=NOW)
        second.audience = Audience.PUBLIC.value
        publish(session, second, actor=EDITOR, now=NOW)
    with any_database.unit_of_work() as session:
        with pytest.raises(NotFound):
            report(session, wrong_fee(entry), actor=clerk_of(other_unit), now=NOW)
        assert report(session, wrong_fee(entry), actor=agent, now=NOW).version_id == entry.id


def test_a_version_that_is_planned_to_be_published_mends_nothing(
    any_database: Database, entry: KnowledgeVersion, agent: Actor
) -> None:
    number = reported(any_database, entry, agent)
    with any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, entry.item_id)
        planned = drafting.begin_version(session, item, actor=EDITOR, now=NOW)
        planned.state = VersionState.SCHEDULED.value
    refused = pytest.raises(IllegalTransition, match="等待定时发布")
    with any_database.unit_of_work() as session, refused:
        found = corrections.get_correction(session, number, EDITOR)
        correcting.accept(session, found, actor=EDITOR, now=NOW)
    with any_database.reading() as session:
        assert corrections.get_correction(session, number, EDITOR).state == "open"


def test_accepting_opens_the_next_version_and_publishing_it_settles(
    any_database: Database, entry: KnowledgeVersion, agent: Actor, unit: Unit
) -> None:
    number = reported(any_database, entry, agent)
    clerk = clerk_of(unit)
    with any_database.unit_of_work() as session:
        found = corrections.get_correction(session, number, clerk)
        version = correcting.accept(session, found, actor=clerk, now=NOW)
        assert (version.number, version.state, found.state) == (2, "draft", "accepted")
        assert entry.item_id in open_for(session, [entry.item_id])
        mend(session, version)
        publish(session, version, actor=EDITOR, now=NOW)
        session.flush()
        assert (found.state, found.answer) == ("settled", "已在第 2 版改正")
        assert found.settled_by_version_id == version.id
        assert open_for(session, [entry.item_id]) == {}


def mend(session: Session, version: KnowledgeVersion) -> None:
    right = replace(content_of(version), body=version.body.replace("800 元", "600 元"))
    save_draft(session, version, content=right, seen_rev=version.rev, actor=EDITOR, now=NOW)


def test_what_still_says_the_reported_clause_settles_nothing(
    any_database: Database, entry: KnowledgeVersion, agent: Actor, unit: Unit
) -> None:
    number = reported(any_database, entry, agent)
    clerk = clerk_of(unit)
    with any_database.unit_of_work() as session:
        found = session.get_one(Correction, number)
        version = correcting.accept(session, found, actor=clerk, now=NOW)
        other = replace(content_of(version), body=version.body.replace("5550123", "5550124"))
        save_draft(session, version, content=other, seen_rev=version.rev, actor=clerk, now=NOW)
        assert corrections.unmended(session, version) == [found]
        publish(session, version, actor=EDITOR, now=NOW)
        assert (found.state, found.fix_version_id) == ("open", None)
        told = select(Notice.title).where(
            Notice.path == f"/units/corrections/{number}", Notice.is_resolved.is_(False)
        )
        (title,) = session.scalars(told)
        assert title.startswith("纠错没有办结：")
        assert title.endswith("第 2 版发布了，报的那一处没有改")
        again = correcting.accept(session, found, actor=clerk, now=NOW)
        mend(session, again)
        assert corrections.unmended(session, again) == []
        publish(session, again, actor=EDITOR, now=NOW)
        session.flush()
        assert list(session.scalars(told)) == []


def test_a_version_under_review_is_returned_before_it_can_mend(
    any_database: Database, entry: KnowledgeVersion, agent: Actor, unit: Unit
) -> None:
    number = reported(any_database, entry, agent)
    with any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, entry.item_id)
        begun = drafting.begin_version(session, item, actor=clerk_of(unit), now=NOW)
        submit(session, begun, actor=clerk_of(unit), now=NOW)
        found = session.get_one(Correction, number)
        with pytest.raises(IllegalTransition, match="第 2 版正在“待单位审核”，改不了"):
            correcting.accept(session, found, actor=EDITOR, now=NOW)
        assert found.state == "open"


def test_accepting_a_second_one_joins_the_version_that_is_on_its_way(
    any_database: Database, entry: KnowledgeVersion, agent: Actor, unit: Unit
) -> None:
    colleague = person(any_database, "agent2", "吴坐席", Role.AGENT)
    with any_database.unit_of_work() as session:
        first = report(session, wrong_fee(entry), actor=agent, now=NOW)
        second = report(session, wrong_fee(entry), actor=colleague, now=NOW)
        one = correcting.accept(session, first, actor=clerk_of(unit), now=NOW)
        assert correcting.accept(session, second, actor=clerk_of(unit), now=NOW).id == one.id


def test_dropping_the_mending_draft_lets_the_correction_wait_again(
    any_database: Database, entry: KnowledgeVersion, agent: Actor, unit: Unit
) -> None:
    number = reported(any_database, entry, agent)
    with any_database.unit_of_work() as session:
        found = session.get_one(Correction, number)
        version = correcting.accept(session, found, actor=clerk_of(unit), now=NOW)
        drafting.discard(session, version, actor=clerk_of(unit), now=NOW)
        session.flush()
        assert (found.state, found.fix_version_id) == ("open", None)


@pytest.mark.parametrize("sees_each", [True, False])
def test_the_reporter_is_told_of_every_turn_also_when_one_comes_again(
    any_database: Database, entry: KnowledgeVersion, agent: Actor, unit: Unit, sees_each: bool
) -> None:
    number = reported(any_database, entry, agent)
    clerk = clerk_of(unit)
    told = select(Notice).where(Notice.user_id == agent.user_id, Notice.is_resolved.is_(False))
    heard = []
    for minute, accepts in enumerate((True, False, True)):
        now = NOW + timedelta(minutes=minute)
        with any_database.unit_of_work() as session:
            found = session.get_one(Correction, number)
            if accepts:
                correcting.accept(session, found, actor=clerk, now=now)
            else:
                version = session.get_one(KnowledgeVersion, found.fix_version_id)
                drafting.discard(session, version, actor=clerk, now=now)
            session.flush()
            answer = session.scalars(told).one()  # never two that contradict each other
            heard.append(answer.title.partition("：")[0])
            if sees_each:
                mark_seen(session, [answer.id], agent.user_id, now)
    assert heard == ["您报的纠错正在改", "您报的纠错要重新处理", "您报的纠错正在改"]


def test_refusing_needs_a_reason_and_tells_it(
    any_database: Database, entry: KnowledgeVersion, agent: Actor, unit: Unit
) -> None:
    number = reported(any_database, entry, agent)
    with any_database.unit_of_work() as session:
        found = session.get_one(Correction, number)
        with pytest.raises(InvalidInput, match="理由"):
            correcting.reject(session, found, actor=clerk_of(unit), now=NOW, reason=" ")
        correcting.reject(session, found, actor=clerk_of(unit), now=NOW, reason="800 元是对的")
    with any_database.reading() as session:
        told = corrections.get_correction(session, number, agent)
        assert (told.state, told.answer) == (CorrectionState.REJECTED, "800 元是对的")
        assert open_for(session, [entry.item_id]) == {}


def test_a_refused_one_cannot_be_accepted_again(
    any_database: Database, entry: KnowledgeVersion, agent: Actor, unit: Unit
) -> None:
    number = reported(any_database, entry, agent)
    with any_database.unit_of_work() as session:
        found = session.get_one(Correction, number)
        correcting.reject(session, found, actor=clerk_of(unit), now=NOW, reason="不用改")
        with pytest.raises(IllegalTransition, match="已驳回"):
            correcting.accept(session, found, actor=clerk_of(unit), now=NOW)


def test_only_a_newer_published_version_can_have_mended_it_already(
    any_database: Database, entry: KnowledgeVersion, agent: Actor, unit: Unit
) -> None:
    number = reported(any_database, entry, agent)
    with any_database.unit_of_work() as session:
        found = session.get_one(Correction, number)
        with pytest.raises(IllegalTransition, match="现行版本"):
            correcting.settle_by_current(session, found, actor=clerk_of(unit), now=NOW)
        item = session.get_one(KnowledgeItem, entry.item_id)
        newer = drafting.begin_version(session, item, actor=EDITOR, now=NOW)
        publish(session, newer, actor=EDITOR, now=NOW)
    with any_database.unit_of_work() as session:
        found = session.get_one(Correction, number)
        correcting.settle_by_current(session, found, actor=clerk_of(unit), now=NOW)
        assert (found.state, found.answer) == ("settled", "第 2 版已改好")


def test_withdrawing_the_entry_settles_it_and_is_the_reviewer_s_to_do(
    any_database: Database, entry: KnowledgeVersion, agent: Actor, unit: Unit
) -> None:
    number = reported(any_database, entry, agent)
    with any_database.unit_of_work() as session:
        found = session.get_one(Correction, number)
        act = {"session": session, "correction": found, "now": NOW, "reason": "整件作废"}
        with pytest.raises(PermissionDenied):
            correcting.withdraw_entry(actor=clerk_of(unit), **act)  # type: ignore[arg-type]
        reviewer = clerk_of(unit, Role.UNIT_REVIEWER)
        correcting.withdraw_entry(actor=reviewer, **act)  # type: ignore[arg-type]
        assert found.item.state == ItemState.WITHDRAWN
        assert (found.state, found.answer) == ("settled", "条目已下架：整件作废")


def test_another_unit_neither_sees_nor_handles_it(
    any_database: Database, entry: KnowledgeVersion, agent: Actor, other_unit: Unit
) -> None:
    number = reported(any_database, entry, agent)
    stranger = clerk_of(other_unit)
    with any_database.unit_of_work() as session:
        with pytest.raises(NotFound):
            corrections.get_correction(session, number, stranger)
        with pytest.raises(PermissionDenied):
            found = session.get_one(Correction, number)
            correcting.accept(session, found, actor=stranger, now=NOW)


def test_two_who_handle_the_same_one_do_not_overwrite_each_other(
    any_database: Database, entry: KnowledgeVersion, agent: Actor, unit: Unit
) -> None:
    number = reported(any_database, entry, agent)
    with any_database.unit_of_work() as session:
        found = session.get_one(Correction, number)
        seen = found.rev
        correcting.reject(session, found, actor=clerk_of(unit), now=NOW, reason="不用改")
    with any_database.unit_of_work() as session, pytest.raises(StaleVersion):
        correcting.require_seen(session.get_one(Correction, number), seen)


def test_the_reporter_has_one_answer_at_a_time_and_the_first_words_stay(
    any_database: Database, entry: KnowledgeVersion, agent: Actor
) -> None:
    number = reported(any_database, entry, agent)
    with any_database.unit_of_work() as session:
        found = session.get_one(Correction, number)
        version = correcting.accept(session, found, actor=EDITOR, now=NOW, answer="正在核对")
        mend(session, version)
        publish(session, version, actor=EDITOR, now=NOW)
    with any_database.unit_of_work() as session:
        assert session.get_one(Correction, number).answer == "正在核对；已在第 2 版改正"
        told = select(Notice).where(Notice.user_id == agent.user_id, Notice.is_resolved.is_(False))
        answer = session.scalars(told).one()
        assert answer.title.startswith("您报的纠错已改正")
        mark_seen(session, [answer.id], agent.user_id, NOW)
        assert session.scalars(told).all() == []
