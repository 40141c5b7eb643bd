"""The round of the clocks on a clock of our own: what is said when, once, and to whom."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import time

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.calendar import Limit
from kb.clock import SHANGHAI
from kb.db import Database
from kb.errors import InvalidInput
from kb.models import (
    Job,
    MailMessage,
    Notice,
    Unit,
    WebhookDelivery,
    WebhookSubscription,
    WorkOrder,
    WorkOrderEvent,
)
from kb.profile import profile_from
from kb.profile_escalation import Reminders, read_reminders
from kb.services import duty, work_orders
from kb.services.order_clock_notices import DUE_SOON, OVERDUE, steps_reached
from kb.services.order_round import ORDER_ROUND_JOB, plan_order_round, run_order_round
from kb.services.orders.dispatching import open_order
from kb.services.orders.giving import SYSTEM
from kb.terms import Purpose, Role, Urgency
from tests.kb.hotline import PROFILE, Hotline, at

URL = "https://kb.lanchuan.example"


class Story:
    """One order at the water company, and the round at chosen moments."""

    def __init__(self, database: Database, urgency: Urgency = Urgency.NORMAL) -> None:
        self.database = database
        with database.unit_of_work() as session:
            self.city = Hotline(session)
            self.unit: Unit = self.city.unit("澜川水务集团")
            self.clerk = self.city.actor(Role.UNIT_CLERK, unit=self.unit)
            self.unit_id = self.unit.id
            sent = at("2026-05-07 10:24")  # Thursday
            order = open_order(
                session,
                self.city.request(sent, purpose=Purpose.COMPLAINT, category="公用事业/供水"),
                profile=PROFILE,
                actor=self.city.actor(Role.AGENT),
                now=sent,
                urgency=urgency,
            )
            self.city.dispatched(order, self.unit, sent)
            self.number = order.number

    def acknowledge(self, when: str) -> None:
        with self.database.unit_of_work() as session:
            self.city.session = session
            order = session.scalars(select(WorkOrder)).one()
            work_orders.acknowledge(session, order, self.city.by(self.clerk, at(when)))

    def round(self, when: str) -> list[tuple[str, str | None]]:
        """The open notices about clocks after the round: title and role."""
        run_order_round(self.database, lambda: at(when), PROFILE, URL)
        with self.database.reading() as session:
            query = select(Notice).where(
                Notice.kind.in_((DUE_SOON, OVERDUE)), Notice.is_resolved.is_(False)
            )
            return [(row.title, row.role) for row in session.scalars(query.order_by(Notice.id))]

    def pressed(self) -> list[str]:
        with self.database.reading() as session:
            query = select(WorkOrderEvent).where(WorkOrderEvent.kind == "reminded")
            return [event.data["text"] for event in session.scalars(query)]

    def mails(self) -> list[tuple[str, str]]:
        with self.database.reading() as session:
            query = select(MailMessage).order_by(MailMessage.id)
            return [(row.address, row.subject) for row in session.scalars(query)]


def test_a_unit_is_reminded_ahead_of_each_clock_once(any_database: Database) -> None:
    story = Story(any_database)
    # Acknowledging is due Friday 10:24; half of the limit is over on Thursday 22:24, in the quiet
    # hours, so it is said on Friday morning.
    assert story.round("2026-05-07 21:59") == []
    assert story.round("2026-05-08 07:58") == []
    soon = (f"签收即将到期：{story.number}，2026-05-08 10:24 到期", None)
    assert story.round("2026-05-08 08:00") == [soon]
    assert story.round("2026-05-08 09:00") == [soon]
    story.acknowledge("2026-05-08 09:30")
    # Resolving is due on Wednesday 05-13 10:24, and is spoken of a day ahead.
    assert story.round("2026-05-08 09:32") == []
    assert story.round("2026-05-12 10:22") == []
    assert story.round("2026-05-12 10:26") == [
        (f"办结即将到期：{story.number}，2026-05-13 10:24 到期", None)
    ]


@pytest.mark.parametrize(("has_reviewer", "told"), [(True, "unit_reviewer"), (False, None)])
def test_what_is_late_is_told_the_reviewer_or_where_there_is_none_the_unit(
    any_database: Database, has_reviewer: bool, told: str | None
) -> None:
    story = Story(any_database)
    if has_reviewer:
        with any_database.unit_of_work() as session:
            story.city.session = session
            unit = session.get_one(Unit, story.unit_id)
            story.city.actor(Role.UNIT_REVIEWER, unit=unit)
    over = f"签收超期：{story.number}，应于 2026-05-08 10:24"
    assert story.round("2026-05-08 10:26") == [(over, told)]


def test_each_is_led_to_the_page_of_their_own_room(any_database: Database) -> None:
    story = Story(any_database)
    story.round("2026-05-08 10:30")  # acknowledging ran out at 10:24: unit, then reviewer
    story.round("2026-05-11 10:30")  # a workday later: the supervisor
    with any_database.reading() as session:
        rows = session.scalars(select(Notice).where(Notice.kind == OVERDUE)).all()
        paths = {row.role: row.path for row in rows}
    unit, centre = f"/units/orders/{story.number}", f"/dispatch/orders/{story.number}"
    assert paths == {None: unit, Role.SUPERVISOR: centre}


def test_whoever_never_acknowledges_is_still_told_of_the_end(any_database: Database) -> None:
    story = Story(any_database)
    story.round("2026-05-08 10:26")
    story.round("2026-05-12 10:26")
    told = dict(story.round("2026-05-13 10:26"))
    # Both clocks ran out: acknowledging on Friday, resolving on Wednesday.
    assert f"签收超期：{story.number}，应于 2026-05-08 10:24" in told
    assert f"办结超期：{story.number}，应于 2026-05-13 10:24" in told
    story.round("2026-05-14 10:26")
    assert [words[:9] for words in story.pressed()] == ["系统催办：签收应于", "系统催办：办结应于"]


def test_an_overdue_order_climbs_the_ladder_to_named_leaders(any_database: Database) -> None:
    story = Story(any_database)
    story.acknowledge("2026-05-07 11:00")
    with any_database.unit_of_work() as session:
        admin = story.city.actor
        story.city.session = session
        for level in (1, 2):
            duty.add_leader(
                session,
                story.unit_id,
                level=level,
                name=f"领导{level}",
                post="",
                email=f"l{level}@lanchuan.example",
                actor=admin(Role.ADMIN),
                now=at("2026-05-07 12:00"),
            )
    over = f"办结超期：{story.number}，应于 2026-05-13 10:24"
    assert story.round("2026-05-13 10:26") == [(over, None)]
    assert story.pressed() == []
    # The day after, in the morning: 催办 by the system, an event of the order.
    story.round("2026-05-14 07:00")
    assert story.pressed() == []
    story.round("2026-05-14 08:00")
    story.round("2026-05-14 08:02")
    assert story.pressed() == ["系统催办：办结应于 2026-05-13 10:24，已超期，请抓紧办理"]
    assert story.round("2026-05-14 10:26")[1:] == [(over, "supervisor")]
    assert story.mails() == []
    told = (f"{over}，已报单位第 1 级领导", "supervisor")
    assert story.round("2026-05-15 10:26")[2:] == [told]
    subject = f"工单超期：{story.number} 办结应于 2026-05-13 10:24"
    assert story.mails() == [("l1@lanchuan.example", subject)]
    # Away for a week: what is due now is said at once, each thing once.
    story.round("2026-05-25 10:00")
    story.round("2026-05-25 10:02")
    assert story.mails() == [(f"l{level}@lanchuan.example", subject) for level in (1, 2)]
    assert len(story.pressed()) == 1


def test_a_late_call_back_is_said_once_to_the_callers_and_once_above_them(
    any_database: Database,
) -> None:
    """The leaders of the ladder are a unit's, and no unit is late."""
    story = Story(any_database)
    story.acknowledge("2026-05-07 11:00")
    with any_database.unit_of_work() as session:
        story.city.session = session
        order = session.scalars(select(WorkOrder)).one()
        by = story.city.by(story.clerk, at("2026-05-08 09:00"))
        work_orders.reply(session, order, by, text="已到场修好，电话告知来电人。")
        centre = story.city.by(story.city.actor(Role.DISPATCHER), at("2026-05-08 10:00"))
        work_orders.resolve(session, order, centre)
        due = order.call_back_due_at
    assert due is not None and due < at("2026-05-18 00:00")
    over = f"回访超期：{story.number}，应于 {due.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    assert story.round("2026-05-25 10:00") == [(over, "follow_up_agent"), (over, "supervisor")]
    assert story.round("2026-05-29 10:00") == [(over, "follow_up_agent"), (over, "supervisor")]


def test_what_waits_for_the_centre_is_the_centres_to_see_to(any_database: Database) -> None:
    story = Story(any_database)
    with any_database.unit_of_work() as session:
        story.city.session = session
        order = session.scalars(select(WorkOrder)).one()
        clerk = story.city.by(story.clerk, at("2026-05-12 09:00"))
        work_orders.acknowledge(session, order, clerk)
        work_orders.reply(session, order, clerk, text="已到场修好。")
        assert order.state == "centre_review"
        duty.add_leader(
            session,
            story.unit_id,
            level=1,
            name="周局长",
            post="",
            email="l1@lanchuan.example",
            actor=story.city.actor(Role.ADMIN),
            now=at("2026-05-12 09:00"),
        )
    soon = f"办结即将到期：{story.number}，2026-05-13 10:24 到期"
    assert story.round("2026-05-12 10:26") == [(soon, "dispatcher")]
    over = f"办结超期：{story.number}，应于 2026-05-13 10:24"
    told = [(over, "dispatcher"), (over, "supervisor"), (over, "supervisor")]
    for count, when in enumerate(("2026-05-13 10:26", "2026-05-14 10:26", "2026-05-15 10:26"), 1):
        assert story.round(when) == told[:count]
    with any_database.reading() as session:
        (order,) = session.scalars(select(WorkOrder)).all()
        assert steps_reached(session, [order], PROFILE)[order.id].to == "supervisor"
    # Sent back, it is the unit's again: what was said is not said once more, the next step is.
    with any_database.unit_of_work() as session:
        story.city.session = session
        order = session.scalars(select(WorkOrder)).one()
        centre = story.city.by(story.city.actor(Role.DISPATCHER), at("2026-05-15 10:30"))
        work_orders.send_back(session, order, centre, text="请补充照片")
    assert story.round("2026-05-15 10:32") == told
    assert (story.mails(), len(story.pressed())) == ([], 1)
    assert story.round("2026-05-18 10:26")[3:] == [(f"{over}，已报单位第 2 级领导", "supervisor")]


def test_a_round_that_has_nothing_to_say_writes_only_its_next(
    any_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story(any_database)
    story.acknowledge("2026-05-07 11:00")
    with any_database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder)).one()
        supervisor = story.city.by(SYSTEM, at("2026-05-08 10:00"))
        work_orders.supervise(session, order, supervisor, text="请说明")
        other = Hotline(session, story.city.numbers)
        resolved = other.order(other.request(at("2026-05-07 10:24")), at("2026-05-07 10:24"))
        other.dispatched(resolved, session.get_one(Unit, story.unit_id), at("2026-05-07 10:24"))
        work_orders.supervise(session, resolved, supervisor, text="请说明")
        other.resolved(resolved, session.get_one(Unit, story.unit_id), at("2026-05-08 11:00"))
    for when in ("2026-05-22 10:00", "2026-05-22 10:02"):
        story.round(when)
    assert len(story.pressed()) == 1  # not the one that is resolved, though its 督办单 is late
    written, original = [], any_database.unit_of_work

    def counted() -> AbstractContextManager[Session]:
        written.append(1)
        return original()

    monkeypatch.setattr(any_database, "unit_of_work", counted)
    story.round("2026-05-22 10:04")
    assert len(written) == 1


def test_what_was_promised_anew_is_not_about_to_run_out_at_once(any_database: Database) -> None:
    story = Story(any_database)
    story.acknowledge("2026-05-07 11:00")
    with any_database.unit_of_work() as session:
        story.city.session = session
        order = session.scalars(select(WorkOrder)).one()
        boss = story.city.by(story.city.actor(Role.SUPERVISOR), at("2026-05-11 10:00"))
        work_orders.supervise(session, order, boss, text="请说明", limit=Limit.parse("4 小时"))
    # A 督办单 to be answered by 14:00, a day ahead of which was before it was written.
    assert story.round("2026-05-11 10:02") == []
    assert story.round("2026-05-11 11:58") == []
    told = f"督办即将到期：{story.number}，2026-05-11 14:00 到期"
    assert story.round("2026-05-11 12:00") == [(told, None)]
    with any_database.unit_of_work() as session:
        story.city.session = session
        order = session.scalars(select(WorkOrder)).one()
        clerk = story.city.by(story.clerk, at("2026-05-11 13:00"))
        work_orders.answer_supervision(session, order, clerk, text="已说明")
        work_orders.reply(session, order, clerk, text="已到场修好。")
        centre = story.city.by(story.city.actor(Role.DISPATCHER), at("2026-05-11 15:00"))
        work_orders.resolve(session, order, centre)
        again = replace(centre, profile=profile_from({"limits": {"reopen": "8 小时"}}))
        work_orders.reopen(session, order, again, text="又漏了")
    # Reopened at 15:00 until 23:00: half of that is over at 19:00.
    assert story.round("2026-05-11 15:02") == []
    assert story.round("2026-05-11 18:58") == []
    told = f"办结即将到期：{story.number}，2026-05-11 23:00 到期"
    assert (told, None) in story.round("2026-05-11 19:00")


def test_urgent_orders_are_spoken_of_at_night_too(any_database: Database) -> None:
    story = Story(any_database, Urgency.URGENT)  # acknowledge within 30 minutes: 10:54
    assert story.round("2026-05-07 10:38") == []
    assert story.round("2026-05-07 10:40")[0][0].startswith("签收即将到期")
    # At night what was not said yet is said: the reminder gives way to the overdue notice.
    over = (f"签收超期：{story.number}，应于 2026-05-07 10:54", None)
    assert story.round("2026-05-07 23:30") == [over]
    assert story.pressed() == []  # 催办 waits for the day after, and for the morning


def test_a_settled_clock_takes_its_notices_back(any_database: Database) -> None:
    story = Story(any_database)
    assert len(story.round("2026-05-08 10:30")) == 1
    story.acknowledge("2026-05-08 10:40")
    assert story.round("2026-05-08 10:42") == []


def test_subscribers_hear_of_each_step_once_and_of_no_person(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        session.add(
            WebhookSubscription(
                name="平台",
                url="https://hook.lanchuan.example/x",
                events=["order.dispatched", "order.due_soon", "order.overdue", "order.resolved"],
                salt="s",
                created_at=at("2026-05-01 09:00"),
            )
        )
    story = Story(any_database)
    for when in ("2026-05-08 08:00", "2026-05-08 08:02", "2026-05-08 10:30", "2026-05-12 10:00"):
        story.round(when)
    with any_database.unit_of_work() as session:
        story.city.session = session
        order = session.scalars(select(WorkOrder)).one()
        story.city.resolved(order, story.unit, at("2026-05-12 11:00"))
    with any_database.reading() as session:
        rows = session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)).all()
        assert [row.event for row in rows] == [
            "order.dispatched",
            "order.due_soon",
            "order.overdue",
            "order.resolved",
        ]
        told = rows[2].payload["order"]
    assert (told["clock"], told["unit"]) == ("acknowledge", "澜川水务集团")
    assert told["clock_due_at"] == "2026-05-08T02:24:00+00:00"
    assert "title" not in told


def test_a_round_plans_the_next_in_two_minutes(any_database: Database) -> None:
    now = at("2026-05-07 10:00")
    with any_database.unit_of_work() as session:
        plan_order_round(session, now)
        plan_order_round(session, now)
    with any_database.reading() as session:
        assert [job.run_at for job in session.scalars(select(Job))] == [now]
    with any_database.unit_of_work() as session:
        session.scalars(select(Job)).one().state = "running"
    run_order_round(any_database, lambda: now, PROFILE, None)
    with any_database.reading() as session:
        waiting = session.scalars(select(Job).where(Job.state == "waiting")).one()
        assert (waiting.kind, waiting.run_at) == (ORDER_ROUND_JOB, at("2026-05-07 10:02"))


@pytest.mark.parametrize(
    ("quiet", "moment", "is_quiet"),
    [
        ((time(22), time(8)), time(21, 59), False),
        ((time(22), time(8)), time(22), True),
        ((time(22), time(8)), time(7, 59), True),
        ((time(22), time(8)), time(8), False),
        ((time(0), time(6)), time(5, 59), True),
        ((time(0), time(6)), time(23), False),
        ((time(0), time(0)), time(3), False),
    ],
)
def test_quiet_hours_may_run_over_midnight(
    quiet: tuple[time, time], moment: time, is_quiet: bool
) -> None:
    assert Reminders(quiet_from=quiet[0], quiet_to=quiet[1]).is_quiet(moment) is is_quiet


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"after": "1 小时"}, "reminders 里没有“after”这一项"),
        ({"before": "2 工作日"}, "用分钟、小时或自然日"),
        ({"quiet_from": "半夜"}, "reminders.quiet_from 应为时刻"),
        ({"ladder": [{"to": "mayor"}]}, "只能是 unit、reviewer、supervisor、leader:1"),
        ({"ladder": [{"to": "unit", "after": "快"}]}, "reminders.ladder.after：看不懂时限"),
    ],
)
def test_a_ladder_with_a_fault_is_refused(data: dict[str, object], sentence: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_reminders(data)
    assert sentence in caught.value.message
    with pytest.raises(InvalidInput):
        profile_from({"reminders": data})
