"""The working calendar edited: notices as they are worded, previews, history, undoing."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.calendar import Limit, deadline, load_calendar
from kb.db import Database
from kb.errors import IllegalTransition, InvalidInput, NotFound, StaleVersion
from kb.models import CalendarChange, Notice
from kb.services import calendar_editing as editing
from kb.services.holiday_notice import read_notice
from kb.services.upkeep import run_upkeep
from tests.kb.hotline import Hotline, at

# As the notice for 2026 (国办发明电〔2025〕7号) words it.
NOTICE_2026 = """一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
"""
# An invented arrangement; the real one is not known yet.
NOTICE_2027 = """元旦：1月1日（周五）至3日（周日）放假，共3天。
春节：2月5日（周五）至11日（周四）放假调休，共7天。1月31日（周日）、2月14日（周日）上班。"""
NOW = at("2026-11-26 10:00")


def test_the_notice_of_2026_gives_the_calendar_that_the_program_brings(session: Session) -> None:
    shipped = load_calendar(session)
    read = read_notice(NOTICE_2026, 2026)
    year = {day: works for day, (works, _) in shipped.exceptions.items() if day.year == 2026}
    assert {day: works for day, (works, _) in read.items()} == year
    assert read[date(2026, 5, 9)] == (True, "劳动节调休上班")
    assert read[date(2026, 2, 15)] == (False, "春节放假")


def test_single_days_and_months_crossed_are_read() -> None:
    read = read_notice(
        "元旦：1月1日（周三）放假1天，不调休。\n"
        "春节：1月28日（农历除夕、周二）至2月4日（农历正月初七、周二）放假调休，共8天。"
        "1月26日（周日）、2月8日（周六）上班。",
        2025,
    )
    assert [day for day, (works, _) in read.items() if not works] == [
        date(2025, 1, 1),
        *(date(2025, 1, day) for day in range(28, 32)),
        *(date(2025, 2, day) for day in range(1, 5)),
    ]
    assert read[date(2025, 2, 8)][0]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "没有读到放假的日子"),
        ("放假通知", "看不懂这一行：“放假通知”"),
        ("元旦：放假", "“元旦”这一行没有写日期"),
        ("元旦：1月1日（周四）放假", "2027-01-01 是周五，通知里写的是周四；请核对年份和日期"),
        ("元旦：1月1日至3日放假，共4天", "写的是 4 天，2027-01-01 至 2027-01-03 却是 3 天"),
        ("元旦：1月1日放假。1月4日上班", "“元旦”的 2027-01-04 是周一，本来就上班"),
        ("元旦：1月1日放假。\n春节：1月1日放假", "2027-01-01 写了两次"),
        ("元旦：2月30日放假", "里的日期不存在"),
        ("国庆：1月1日至10月7日放假", "太长了"),
        ("字" * 5001, "最多 5000 字"),
    ],
)
def test_a_notice_that_cannot_be_right_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_notice(text, 2027)
    assert sentence in caught.value.message


def make(session: Session, plan: editing.Plan) -> CalendarChange:
    token = editing.preview(session, plan).token
    return editing.apply(session, plan, token=token, actor_id=None, now=NOW)


def test_a_new_year_lets_limits_run_into_it(session: Session) -> None:
    plan = editing.plan_year(session, 2027, NOTICE_2027, "云政办发〔2026〕9号")
    seen = editing.preview(session, plan)
    assert (seen.new_years, len(seen.changes), seen.orders.total) == ((2027,), 12, 0)
    make(session, plan)
    due = deadline(load_calendar(session), at("2026-12-31 10:00"), Limit.parse("1 工作日")).due_at
    assert due == at("2027-01-04 10:00")


def test_entering_a_year_anew_drops_what_the_notice_no_longer_names(session: Session) -> None:
    without = NOTICE_2026.replace("5月9日（周六）上班。", "")
    plan = editing.plan_year(session, 2026, without, "更正通知")
    seen = editing.preview(session, plan)
    assert [one.day for one in seen.changes if one.after is None] == [date(2026, 5, 9)]
    make(session, plan)
    assert not load_calendar(session).is_workday(date(2026, 5, 9))


def test_one_day_is_changed_and_taken_back(session: Session) -> None:
    day = date(2026, 12, 7)
    change = make(session, editing.plan_day(session, day, is_workday=False, note="暴雪停工"))
    assert load_calendar(session).note(day) == "暴雪停工"
    make(session, editing.plan_undo(session, change.id))
    assert load_calendar(session).is_workday(day)
    with pytest.raises(IllegalTransition, match="同样的日子又改过了"):
        editing.plan_undo(session, change.id)
    with pytest.raises(NotFound):
        editing.plan_undo(session, 10**6)


def test_a_change_needs_the_preview_of_this_very_calendar(session: Session) -> None:
    plan = editing.plan_day(session, date(2026, 12, 7), is_workday=False, note="暴雪停工")
    token = editing.preview(session, plan).token
    make(session, editing.plan_day(session, date(2026, 12, 8), is_workday=False, note="暴雪停工"))
    for wrong in (token, "", "0" * 32):
        with pytest.raises(StaleVersion, match="请重新预览"):
            editing.apply(session, plan, token=wrong, actor_id=None, now=NOW)
    same = editing.plan_day(session, date(2026, 12, 9), is_workday=True, note="")
    with pytest.raises(IllegalTransition, match="没有什么要改"):
        make(session, same)


@pytest.mark.parametrize(
    ("day", "note", "sentence"),
    [
        (date(2027, 1, 4), "停工", "2027 年还没有录入"),
        (date(2026, 12, 7), " ", "请写明为什么"),
        (date(2026, 12, 7), "字" * 61, "最多 60 字"),
    ],
)
def test_a_day_needs_its_year_and_a_reason(
    session: Session, day: date, note: str, sentence: str
) -> None:
    with pytest.raises(InvalidInput, match=sentence):
        editing.plan_day(session, day, is_workday=False, note=note)


def test_open_orders_across_the_days_are_named_and_keep_their_promise(
    session: Session, city: Hotline
) -> None:
    order = city.order(city.request(at("2026-12-01 09:00")), at("2026-12-01 09:00"))
    city.dispatched(order, city.unit("澜川水务集团"), at("2026-12-01 10:00"))
    due = order.due_at
    plan = editing.plan_day(session, date(2026, 12, 2), is_workday=False, note="暴雪停工")
    assert editing.preview(session, plan).orders.numbers == (order.number,)
    make(session, plan)
    assert order.due_at == due == at("2026-12-02 10:00")
    later = editing.plan_day(session, date(2026, 12, 3), is_workday=False, note="暴雪停工")
    assert editing.preview(session, later).orders.total == 0


def test_a_year_that_open_orders_are_due_in_is_not_taken_away(
    session: Session, city: Hotline
) -> None:
    change = make(session, editing.plan_year(session, 2027, NOTICE_2027, "云政办发〔2026〕9号"))
    order = city.order(city.request(at("2026-12-31 09:00")), at("2026-12-31 09:00"))
    city.dispatched(order, city.unit("澜川水务集团"), at("2026-12-31 10:00"))
    assert order.due_at == at("2027-01-04 10:00")
    with pytest.raises(IllegalTransition, match="有 1 张未办结工单的时限在 2027 年"):
        make(session, editing.plan_undo(session, change.id))


def missing(database: Database) -> list[tuple[str, bool]]:
    with database.reading() as session:
        query = select(Notice).where(Notice.kind == editing.MISSING_YEAR)
        return [(row.title, row.is_resolved) for row in session.scalars(query)]


def test_from_november_on_administrators_are_asked_for_the_next_year(
    any_database: Database,
) -> None:
    remind_at = at("2026-01-01 08:00").time()
    run_upkeep(any_database, lambda: at("2026-10-31 23:30"), remind_at, None)
    assert missing(any_database) == []
    run_upkeep(any_database, lambda: at("2026-11-01 00:30"), remind_at, None)
    run_upkeep(any_database, lambda: at("2026-11-02 00:30"), remind_at, None)
    title = "2027 年的放假安排还没有录入，请按国务院的通知录入"
    assert missing(any_database) == [(title, False)]
    with any_database.unit_of_work() as session:
        make(session, editing.plan_year(session, 2027, NOTICE_2027, "云政办发〔2026〕9号"))
    assert missing(any_database) == [(title, True)]
