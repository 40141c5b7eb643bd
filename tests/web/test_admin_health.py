"""管理: the health page says what is wrong, and its buttons do what they say, once."""

import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from kb.heartbeats import Heartbeats
from kb.housekeeper import Housekeeper
from kb.models import AuditRecord, Job, MailMessage, WorkerBeat
from kb.sender import Outside, Sender
from kb.services.housekeeping import BACKUP, note
from kb.terms import Role
from tests.web.conftest import Database, Login, ManualClock, csrf_token


def _post(browser, remedy: str, **form: str):  # type: ignore[no-untyped-def]
    token = csrf_token(browser, "/admin/health")
    return browser.post(f"/admin/health/{remedy}", data={"csrf_token": token, **form})


def test_what_is_wrong_is_said_with_its_moment(
    login_as: Login, database: Database, clock: ManualClock
) -> None:
    browser = login_as(Role.ADMIN)
    with database.unit_of_work() as session:
        session.add(Job(kind="read_file", state="failed", run_at=clock(), finished_at=clock()))
        session.add(WorkerBeat(name="indexer", holder="test", seen_at=clock()))
        note(session, BACKUP, is_well=True, sentence="/b.tar.gz，2.0 MB", now=clock())
    page = browser.get("/admin/health").text
    assert "1 个试了几次仍没有完成" in page and "运行中，0 条等待写入索引" in page
    assert "没有设置发信服务器" in page and "/b.tar.gz，2.0 MB" in page
    clock.forward(minutes=2)
    assert "没有运行，0 条等待写入索引" in browser.get("/admin/health").text


def test_a_chore_is_planned_once_and_recorded(login_as: Login, database: Database) -> None:
    browser = login_as(Role.ADMIN)
    assert _post(browser, BACKUP).location == "/admin/health"
    _post(browser, BACKUP)
    assert "已经在做，没有重复安排" in browser.get("/admin/health").text
    with database.reading() as session:
        assert len(session.scalars(select(Job).where(Job.kind == BACKUP)).all()) == 1
        done = select(AuditRecord).where(AuditRecord.action == "health.make_backup")
        assert len(session.scalars(done).all()) == 1
    assert _post(browser, "format_disk").status_code == 404
    assert _post(login_as(Role.EDITOR), BACKUP).status_code == 403


def test_failed_jobs_are_all_tried_again_and_a_trial_mail_is_queued(
    login_as: Login, database: Database, clock: ManualClock
) -> None:
    browser = login_as(Role.ADMIN)
    with database.unit_of_work() as session:
        for kind in ("read_file", "upkeep"):
            session.add(Job(kind=kind, state="failed", run_at=clock(), attempts=5))
    _post(browser, "retry_jobs")
    assert _post(browser, "trial_mail", address="").status_code == 422
    assert _post(browser, "trial_mail", address="wang@example.gov.cn").status_code == 302
    with database.reading() as session:
        jobs = session.scalars(select(Job)).all()
        assert {(job.state, job.attempts) for job in jobs} == {("waiting", 0)}
        mail = session.scalars(select(MailMessage)).one()
        assert (mail.address, mail.state) == ("wang@example.gov.cn", "waiting")


@pytest.mark.parametrize(
    ("program", "state", "error"),
    [("pass", "done", ""), ("import sys; sys.exit('磁盘已满')", "failed", "磁盘已满")],
)
def test_the_housekeeper_does_a_chore_in_a_process_and_keeps_why_it_failed(
    any_database: Database, clock: ManualClock, tmp_path: Path, program: str, state: str, error: str
) -> None:
    with any_database.unit_of_work() as session:
        session.add(Job(kind=BACKUP, run_at=clock()))
        session.add(Job(kind="read_file", run_at=clock()))
    keeper = Housekeeper(
        any_database, lambda kind: (sys.executable, "-c", program), clock, tmp_path / "lock"
    )
    assert (keeper.turn(), keeper.turn()) == (True, False)
    with any_database.reading() as session:
        job = session.scalars(select(Job).where(Job.kind == BACKUP)).one()
        assert (job.state, job.error) == (state, error)


def test_threads_show_life_only_after_a_turn_that_ended(
    any_database: Database, clock: ManualClock
) -> None:
    ways = Outside(post=lambda *_: 200, signing_key="k" * 32)  # type: ignore[arg-type, misc]
    alive, dead = Sender(any_database, ways, clock), Sender(any_database, ways, clock)
    dead.name = "reading"
    alive.show_life()
    Heartbeats(any_database, clock, [alive, dead]).turn()
    with any_database.reading() as session:
        names = set(session.scalars(select(WorkerBeat.name)))
    assert names == {"thread:sender", "thread:heartbeats"}
