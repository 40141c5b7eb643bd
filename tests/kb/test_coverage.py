"""知识更新及时率 and 覆盖情况, worked by hand."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from kb.bulletins.periods import Period
from kb.clock import day_start
from kb.db import Database
from kb.models import KnowledgeItem, KnowledgeVersion, StoredFile, Unit
from kb.queries.coverage import coverage, entries_behind
from kb.queries.timeliness import Duty, History, duties, handled_in
from kb.services import checking
from kb.services.publishing import publish
from kb.services.withdrawing import restore, withdraw
from kb.terms import KnowledgeKind
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_entries import clerk_of, draft, other_unit
from tests.kb.test_publishing import held

__all__ = ["other_unit"]
JAN, MAY = date(2026, 1, 5), Period(date(2026, 5, 1), date(2026, 5, 31))
DUE = date(2026, 5, 20)


def found(**history: object) -> list[tuple[str, date, date | None]]:
    given = History(**({"published_on": JAN} | history))
    return [(duty.kind, duty.due_on, duty.handled_on) for duty in duties(given)]


@pytest.mark.parametrize(
    ("handled", "expected"),
    [
        ((), [("expiry", DUE, None)]),
        ((DUE,), [("expiry", DUE, DUE)]),
        ((date(2026, 6, 1),), [("expiry", DUE, date(2026, 6, 1))]),
        # From 30 days ahead it was due; before that nobody was asked.
        ((date(2026, 4, 20),), [("expiry", DUE, date(2026, 4, 20))]),
        ((date(2026, 4, 19),), []),
        # The first act counts.
        ((date(2026, 6, 1), date(2026, 5, 2)), [("expiry", DUE, date(2026, 5, 2))]),
    ],
)
def test_an_end_is_handled_by_the_first_act_after_its_reminder(
    handled: tuple[date, ...], expected: list[tuple[str, date, date | None]]
) -> None:
    assert found(last_day=DUE, ended_on=handled) == expected
    assert found(last_day=DUE, accepted_on=handled) == expected


def test_what_was_published_late_was_due_from_then_or_not_at_all() -> None:
    late = date(2026, 5, 15)
    assert found(published_on=late, last_day=DUE, ended_on=(late,)) == [("expiry", DUE, late)]
    assert found(published_on=date(2026, 5, 21), last_day=DUE) == []


def test_each_review_day_is_settled_by_its_own_check() -> None:
    first, second, third = date(2026, 3, 1), date(2026, 6, 1), date(2026, 9, 1)
    checked_late, checked_early = date(2026, 3, 4), date(2026, 4, 1)
    reviews = ((first, checked_late), (second, checked_early), (third, None))
    # The second was checked before its reminder (2 May): it was never due.
    assert found(reviews=reviews) == [("review", first, checked_late), ("review", third, None)]


def test_a_check_settles_no_end_and_an_end_settles_the_review() -> None:
    assert found(last_day=DUE, reviews=((DUE, date(2026, 5, 10)),)) == [
        ("expiry", DUE, None),
        ("review", DUE, date(2026, 5, 10)),
    ]
    # Nobody reviews what has run out before the review day.
    assert found(last_day=DUE, reviews=((date(2026, 5, 21), None),)) == [("expiry", DUE, None)]
    gone = date(2026, 5, 12)
    assert found(reviews=((DUE, None),), ended_on=(gone,)) == [("review", DUE, gone)]


def test_timely_is_up_to_and_on_the_day() -> None:
    assert Duty("review", DUE, DUE).is_timely
    assert not Duty("review", DUE, DUE + timedelta(days=1)).is_timely
    assert not Duty("review", DUE, None).is_timely


def at_day(day: date):
    return day_start(day) + timedelta(hours=10)


def entry(database: Database, unit: Unit, title: str, **fields: object) -> int:
    """Published in January."""
    version = draft(database, unit, title=title, **fields)
    with database.unit_of_work() as session:
        publish(session, held(session, version), actor=EDITOR, now=at_day(JAN))
    return version.item_id


def test_a_month_worked_by_hand(any_database: Database, unit: Unit, other_unit: Unit) -> None:
    """Due in May by the 24th: six. Handled in time: 续期, 核验, 下架 = three. 3 / 6 = 50 %."""
    day = date(2026, 5, 10)
    checked = entry(any_database, unit, "按时核验", review_on=day)
    late = entry(any_database, unit, "晚两天核验", review_on=day)
    renewed = entry(any_database, unit, "按时续期", valid_until=day)
    entry(any_database, unit, "没有人管", valid_until=day)
    gone = entry(any_database, unit, "按时下架", valid_until=day)
    restored = entry(any_database, unit, "下架又上架", valid_until=day)
    entry(any_database, unit, "停水通知", kind=KnowledgeKind.NOTICE, valid_until=day)
    entry(any_database, unit, "今天才到期", valid_until=date(2026, 5, 25))
    entry(any_database, unit, "六月到期", valid_until=date(2026, 6, 10))
    entry(any_database, other_unit, "别的单位的", valid_until=day)
    with any_database.unit_of_work() as session:
        for item_id, on in ((checked, 9), (late, 12)):
            item = session.get_one(KnowledgeItem, item_id)
            checking.confirm(
                session,
                item,
                next_review_on=date(2027, 5, 10),
                seen_rev=item.rev,
                actor=clerk_of(unit),
                now=at_day(date(2026, 5, on)),
            )
        for item_id in (gone, restored):
            item = session.get_one(KnowledgeItem, item_id)
            now = at_day(date(2026, 5, 8))
            withdraw(session, item, actor=EDITOR, now=now, reason="内容有误")
    with any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, restored)
        restore(session, item, actor=EDITOR, now=at_day(date(2026, 5, 9)))
        item = session.get_one(KnowledgeItem, renewed)
        version = checking.extend(
            session,
            item,
            valid_until=date(2027, 5, 10),
            seen_rev=item.rev,
            actor=clerk_of(unit),
            now=at_day(day),
        )
        publish(session, version, actor=EDITOR, now=at_day(day))
    today = date(2026, 5, 25)
    with any_database.reading() as session:
        rows = handled_in(session, MAY, today, {unit.id})
        titles = {
            session.get_one(KnowledgeVersion, row.version_id).title: row.duty.handled_on
            for row in rows
        }
        assert titles == {
            "按时核验": date(2026, 5, 9),
            "晚两天核验": date(2026, 5, 12),
            "按时续期": day,
            "没有人管": None,
            "按时下架": date(2026, 5, 8),
            "下架又上架": None,
        }
        assert handled_in(session, Period(today, today), today) == []
        table = {row.unit.id: row for row in coverage(session, None, MAY, today, 30)}
        assert (table[unit.id].timely, table[unit.id].duties) == (3, 6)
        assert table[unit.id].rate == Decimal("50.00")
        assert (table[other_unit.id].timely, table[other_unit.id].duties) == (0, 1)
        late_rows, count = entries_behind(session, unit.id, "late", MAY, today)
        assert {row.version.title for row in late_rows} == {"晚两天核验", "没有人管", "下架又上架"}
        assert count == 3


def test_the_other_columns_are_of_today_and_open_their_entries(
    any_database: Database, unit: Unit, other_unit: Unit
) -> None:
    today = date(2026, 5, 7)
    entry(any_database, unit, "现行的")
    entry(any_database, unit, "超期的", review_on=date(2026, 5, 6))
    entry(any_database, unit, "到期的", valid_until=date(2026, 5, 6))
    draft(any_database, unit, title="草稿")
    with any_database.reading() as session:
        row = coverage(session, {unit.id}, MAY, today, 30)[0]
        assert (row.in_force, row.waiting, row.overdue, row.expired) == (2, 1, 1, 1)
        assert (row.last_push, row.silent_days, row.is_silent) == (today, 0, False)
        for figure, titles in {
            "in_force": {"现行的", "超期的"},
            "waiting": {"草稿"},
            "overdue": {"超期的"},
            "expired": {"到期的"},
        }.items():
            behind, total = entries_behind(session, unit.id, figure, MAY, today)
            assert ({one.version.title for one in behind}, total) == (titles, len(titles))
        never = coverage(session, {other_unit.id}, MAY, today, 30)[0]
        assert (never.last_push, never.silent_days, never.is_silent) == (None, None, True)
        later = coverage(session, {unit.id}, MAY, date(2026, 6, 6), 30)[0]
        assert (later.silent_days, later.is_silent) == (30, True)
    with any_database.unit_of_work() as session:
        session.add(
            StoredFile(
                sha256="0" * 64,
                size_bytes=1,
                name="新文件.docx",
                unit_id=other_unit.id,
                uploaded_at=NOW,
            )
        )
    with any_database.reading() as session:
        pushed = coverage(session, {other_unit.id}, MAY, today, 30)[0]
        assert (pushed.last_push, pushed.is_silent) == (today, False)
