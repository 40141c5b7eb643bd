"""免打扰: what is not urgent waits for the end of the quiet hours, and is said then."""

from collections.abc import Iterator
from datetime import datetime, time

import pytest
from sqlalchemy import select

from kb.db import Database
from kb.models import MailMessage, Setting, Unit, WebhookDelivery, WebhookSubscription
from kb.profile_escalation import Reminders
from kb.services import duty
from kb.services.mail import URGENT, gather_digests, write_mail, write_trial
from kb.services.upkeep import run_upkeep
from kb.terms import Role, Urgency
from tests.kb.hotline import at
from tests.kb.mail_server import Inbox, mail_server
from tests.kb.test_mail import SITE, TODAY, person, sender_to
from tests.kb.test_notices import tell
from tests.kb.test_order_round import Story
from tests.web.conftest import ManualClock

NIGHT = Reminders(quiet_from=time(22), quiet_to=time(8))
EIGHT = time(8)


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with mail_server() as inbox:
        yield inbox


def is_quiet(now: datetime) -> bool:
    return NIGHT.is_quiet_now(now)


def heard(database: Database) -> list[str]:
    with database.reading() as session:
        return [row.event for row in session.scalars(select(WebhookDelivery))]


def name_leader(database: Database, story: Story) -> None:
    with database.unit_of_work() as session:
        story.city.session = session
        duty.add_leader(
            session,
            story.unit_id,
            level=1,
            name="领导1",
            post="",
            email="l1@lanchuan.example",
            actor=story.city.actor(Role.ADMIN),
            now=at("2026-05-07 12:00"),
        )


@pytest.mark.parametrize("urgency", [Urgency.NORMAL, Urgency.URGENT])
def test_reminders_webhooks_and_mails_of_a_night_wait_unless_the_order_is_urgent(
    any_database: Database, urgency: Urgency
) -> None:
    with any_database.unit_of_work() as session:
        session.add(
            WebhookSubscription(
                name="平台",
                url="https://hook.lanchuan.example/x",
                events=["order.due_soon", "order.overdue"],
                salt="s",
                created_at=at("2026-05-01 09:00"),
            )
        )
    story = Story(any_database, urgency)
    name_leader(any_database, story)
    is_urgent = urgency == Urgency.URGENT
    # Long overdue, and first looked at in the middle of a night.
    assert bool(story.round("2026-06-02 23:30")) is is_urgent
    assert bool(story.pressed()) is is_urgent
    assert bool(story.mails()) is is_urgent
    assert bool(heard(any_database)) is is_urgent
    # Said in the morning, and once.
    for _ in range(2):
        assert story.round("2026-06-03 08:00")
    assert story.pressed() and story.mails()
    assert set(heard(any_database)) == {"order.overdue"}
    assert len(story.mails()) == len(set(story.mails())) == 2  # acknowledging, resolving
    # A mail that meets a closed mail server is held or not by its key alone.
    with any_database.reading() as session:
        for key in session.scalars(select(MailMessage.key)):
            assert key is not None and key.startswith(URGENT) is is_urgent


def test_a_mail_that_waits_for_its_server_is_not_sent_at_night(
    any_database: Database, unit: Unit, inbox: Inbox
) -> None:
    clock = ManualClock()
    clock.now = at("2026-05-07 21:58")
    person(any_database, unit, Role.UNIT_CLERK, "jingban@tingzhou.example")
    tell(any_database, "a", "7 天内到期：《入园指南》", unit_id=unit.id)
    gather_digests(any_database, SITE, TODAY, clock())
    with any_database.unit_of_work() as session:
        write_trial(session, "shifa@tingzhou.example", SITE, clock())
        write_mail(
            session,
            key=f"{URGENT}clock:1",
            recipient="领导1",
            address="l1@lanchuan.example",
            subject="工单超期",
            lines=["请督促"],
            now=clock(),
        )
    sender = sender_to(any_database, inbox.port, clock)
    sender.is_quiet = is_quiet
    for moment in ("2026-06-02 23:40", "2026-06-03 07:59"):
        clock.now = at(moment)
        while sender.turn():
            pass
        # What is urgent, and what somebody tries by hand.
        assert sorted(inbox.recipients) == ["l1@lanchuan.example", "shifa@tingzhou.example"]
    clock.now = at("2026-06-03 08:00")
    while sender.turn():
        pass
    assert "jingban@tingzhou.example" in inbox.recipients


def test_a_daily_mail_that_was_missed_is_not_caught_up_in_the_night(
    any_database: Database, unit: Unit
) -> None:
    person(any_database, unit, Role.UNIT_CLERK, "jingban@tingzhou.example")
    tell(any_database, "a", "7 天内到期：《入园指南》", unit_id=unit.id)
    with any_database.unit_of_work() as session:
        session.add(Setting(name="upkeep_day", value="2026-05-05"))

    def run(when: str) -> int:
        run_upkeep(any_database, lambda: at(when), EIGHT, SITE, NIGHT)
        with any_database.reading() as session:
            return len(session.scalars(select(MailMessage)).all())

    assert run("2026-05-07 02:43") == 0
    assert run("2026-05-07 07:59") == 0
    assert run("2026-05-07 08:00") == 1


@pytest.mark.parametrize(
    ("reminders", "words"),
    [
        (NIGHT, "22:00 至次日 08:00"),
        (Reminders(quiet_from=time(0), quiet_to=time(6, 30)), "00:00 至 06:30"),
        (Reminders(quiet_from=time(0), quiet_to=time(0)), ""),
    ],
)
def test_pages_say_when_it_is_quiet(reminders: Reminders, words: str) -> None:
    assert reminders.quiet_words == words
