"""提醒: the bell counts what is new to this person; the page keeps it until it is settled."""

from kb.db import Database
from kb.models import Batch, BatchEntry, Unit
from kb.services.notices import notify, resolve
from kb.terms import Role
from tests.web.conftest import ManualClock
from tests.web.unit_portal.conftest import Enter, Portal


def tell(database: Database, clock: ManualClock, key: str, title: str, **whom: object) -> None:
    with database.unit_of_work() as session:
        notify(
            session,
            kind="review_due",
            title=title,
            path="/units/due",
            now=clock(),
            key=key,
            **whom,
        )


def test_nobody_has_reminders_at_first(clerk: Portal):
    page = clerk.get("/reminders").text
    assert "没有要处理的提醒" in page
    assert 'aria-label="提醒"' in page
    assert "还没有处理过的提醒" in clerk.get("/reminders?done=1").text


def test_the_bell_counts_and_the_page_keeps_what_is_open(
    clerk: Portal, reviewer: Portal, database: Database, clock: ManualClock, unit: Unit
):
    tell(database, clock, "a", "7 天内要复核：《甲》", unit_id=unit.id)
    tell(database, clock, "b", "7 天内要复核：《乙》", unit_id=unit.id)
    assert 'aria-label="提醒，2 条新的"' in clerk.get("/units").text
    answer = clerk.post("/reminders/1/go")
    assert (answer.status_code, answer.location) == (302, "/units/due")
    assert 'aria-label="提醒，1 条新的"' in clerk.get("/units").text
    assert clerk.post("/reminders/seen").location == "/reminders"
    page = clerk.get("/reminders").text
    assert 'aria-label="提醒"' in page
    assert "《甲》" in page
    assert "《乙》" in page
    assert 'aria-label="提醒，2 条新的"' in reviewer.get("/units").text
    with database.unit_of_work() as session:
        resolve(session, "a")
    assert "《甲》" not in clerk.get("/reminders").text
    assert "《甲》" in clerk.get("/reminders?done=1").text


def test_a_reminder_of_others_is_not_there(
    clerk: Portal, editor: Portal, database: Database, clock: ManualClock, other_unit: Unit
):
    tell(database, clock, "a", "别的单位的", unit_id=other_unit.id)
    assert "别的单位的" not in clerk.get("/reminders").text
    assert clerk.post("/reminders/1/go").status_code == 404
    assert editor.post("/reminders/1/go").status_code == 404


def test_every_logged_in_person_has_the_page(enter: Enter):
    for role in (Role.AGENT, Role.SUPERVISOR, Role.ADMIN, Role.DISPATCHER):
        assert enter(role).get("/reminders").status_code == 200


def test_what_waits_in_batches_is_counted_for_those_who_decide(
    clerk: Portal, editor: Portal, enter: Enter, database: Database, clock: ManualClock, unit: Unit
):
    assert "批量推送里还有" not in clerk.get("/reminders").text
    with database.unit_of_work() as session:
        batch = Batch(unit_id=unit.id, key="k", name="三月", state="open", created_at=clock())
        session.add(batch)
        session.flush()
        for number in range(2):
            session.add(
                BatchEntry(
                    batch_id=batch.id,
                    unit_id=unit.id,
                    path=f"{number}.txt",
                    outcome="new",
                    title="停水通知",
                )
            )
    for person in (clerk, editor):
        page = person.get("/reminders").text
        assert "批量推送里还有 2 条待核对" in page and 'href="/units/batches"' in page
        assert "批量推送里还有" not in person.get("/reminders?done=1").text
    assert "批量推送里还有" not in enter(Role.AGENT).get("/reminders").text
