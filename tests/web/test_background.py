"""Jobs of the whole program: what is done for people who may have been disabled meanwhile."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from sqlalchemy import select

from kb.actor import Actor
from kb.migrations.run import upgrade
from kb.models import Job, KnowledgeVersion, StoredFile, Unit, User
from kb.services.failed_jobs import JOB_NAMES
from kb.services.intake import READ_JOB, plan_reading, read_stored
from kb.services.jobs import run_due_jobs
from kb.services.reading import read_document
from kb.services.stored_files import receive
from kb.services.wishes import Wishes
from kb.terms import Role
from webapp.compose import build, handlers
from webapp.settings import Settings

NOW = datetime(2026, 5, 7, 2, 24, tzinfo=UTC)
TEXT = "澜川市教育局关于校车时刻的通知\n\n一、早班车七点发车。\n"


def test_every_background_job_has_a_name_for_people(tmp_path: Path) -> None:
    settings = Settings.from_env({"KB_DATA": str(tmp_path / "var")})
    program = build(settings, clock=lambda: NOW)
    kinds = handlers(program).keys()
    program.close()
    assert len(kinds) > 10
    assert kinds <= JOB_NAMES.keys()


def test_a_file_of_a_disabled_person_is_not_read_but_may_be_read_by_a_colleague(
    tmp_path: Path,
) -> None:
    settings = Settings.from_env({"KB_DATA": str(tmp_path / "var")})
    program = build(settings, clock=lambda: NOW)
    database = program.database
    upgrade(database.engine)
    with database.unit_of_work() as session:
        unit = Unit(name="澜川市教育局")
        session.add(unit)
        session.flush()
        user = User(
            username="jb",
            name="林溪",
            unit_id=unit.id,
            roles=[Role.UNIT_CLERK.value],
            password_hash="none",
            created_at=NOW,
            is_active=False,
        )
        session.add(user)
        session.flush()
        roles, scope = frozenset({Role.UNIT_CLERK}), frozenset({unit.id})
        gone = Actor(user.id, user.name, unit.id, roles, scope)
        kept = program.files.keep(BytesIO(TEXT.encode()))
        stored = receive(session, kept, "校车.txt", unit.id, gone, NOW)
        session.flush()
        file_id, wishes = stored.id, Wishes(unit.id)
        plan_reading(session, file_id, wishes, gone, NOW)
    run_due_jobs(database, handlers(program), "test", lambda: NOW, at_most=5)
    with database.reading() as session:
        stored = session.get_one(StoredFile, file_id)
        assert (stored.read_state, stored.problem_code) == ("failed", "sender_gone")
        assert "推送人林溪的账号已停用，没有读取；原件已保存" in stored.problem
        [job] = session.scalars(select(Job).where(Job.kind == READ_JOB))
        assert job.state == "done"
    colleague = Actor(0, "同事", unit.id, roles, scope)
    pushed = read_stored(
        database,
        program.files,
        read_document,
        file_id,
        wishes=wishes,
        actor=colleague,
        clock=lambda: NOW,
    )
    with database.reading() as session:
        title = session.get_one(KnowledgeVersion, pushed.version_id).title
    assert title == "澜川市教育局关于校车时刻的通知"
    program.close()
