"""The one place where the parts are put together, from settings to a ready program."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from docs_import.ocr.recogniser import Recogniser
from kb.actor import Actor
from kb.background import OwnThread
from kb.clock import Clock, utc_now
from kb.current_profile import Profiles
from kb.db import Database
from kb.heartbeats import Heartbeats
from kb.housekeeper import Housekeeper, commands
from kb.job_threads import BULLETINS, READING, JobThread
from kb.mail_post import SmtpServer, smtp_send
from kb.models import StoredFile
from kb.outbox.indexes import Indexes
from kb.outbox.whoosh_factory import WhooshFactory
from kb.profile import Profile, load_data
from kb.sender import Outside, Sender
from kb.services import conflicts
from kb.services.bulletin_round import BULLETIN_JOB, plan_bulletins, run_bulletin_round
from kb.services.category_models import LEARN_JOB, learn, plan_learning
from kb.services.conflict_jobs import CHECK_JOB
from kb.services.conflict_shelf import Shelf
from kb.services.files import FileStore
from kb.services.gap_jobs import ROUND_JOB, TRY_JOB, plan_round
from kb.services.gap_round import run_round, run_try
from kb.services.idempotency import forget_old
from kb.services.intake import READ_JOB, read_stored
from kb.services.jobs import Handler
from kb.services.judging_runs import RUN_JOB, execute_run
from kb.services.matter_finder import MatterFinder
from kb.services.matter_rounds import plan_rounds
from kb.services.order_round import ORDER_ROUND_JOB, plan_order_round, run_order_round
from kb.services.orders.clearing import clear_unused
from kb.services.reading import read_document
from kb.services.scan_reading import ScanReader
from kb.services.scanning import Clamd, scan_waiting
from kb.services.scheduling import PUBLISH_JOB, publish_planned
from kb.services.search import SearchService
from kb.services.stored_files import SCAN_JOB, note_state
from kb.services.turning_days import BEGIN_JOB, END_JOB, begin_version, end_entry
from kb.services.upkeep import UPKEEP_JOB, plan_upkeep, run_upkeep
from kb.services.wishes import wishes_of
from kb.services.working_for import SenderGone, actor_again
from kb.terms import ReadState, Role
from kb.webhook_post import http_post
from kb.worker import Worker
from webapp import batch_jobs, bulletin_jobs, create_app, record_jobs
from webapp.settings import Settings

# The command line is for whoever administers the machine; the audit shows acts without a person.
SYSTEM = Actor(0, "命令行", None, frozenset({Role.ADMIN, Role.EDITOR}))


@dataclass(frozen=True)
class Program:
    """Everything a command or the web needs, made once per process."""

    settings: Settings
    database: Database
    indexes: Indexes
    files: FileStore
    search: SearchService
    profiles: Profiles
    clock: Clock = utc_now

    @property
    def profile(self) -> Profile:
        """The city profile that holds now."""
        return self.profiles.newest()

    def app(self) -> Flask:
        """The web application over these parts."""
        return create_app(
            self.settings,
            self.database,
            self.search,
            self.clock,
            files=self.files,
            profiles=self.profiles,
        )

    def worker(self) -> Worker:
        """The background worker over these parts."""
        return Worker(self.database, self.indexes, self.clock, handlers(self), plan=planner(self))

    def file_reading(self) -> JobThread:
        """What reads originals and batches on this machine, beside the worker."""
        return self._job_thread("reading", READING)

    def _job_thread(self, name: str, kinds: Collection[str]) -> JobThread:
        folder = self.settings.data_folder
        return JobThread(name, kinds, self.database, handlers(self), self.clock, folder)

    def sender(self) -> Sender:
        """What takes mails and events to the outside, beside the worker."""
        return Sender(
            self.database,
            outside(self.settings),
            self.clock,
            lambda now: self.profile.reminders.is_quiet_now(now),
        )

    def slow_parts(self) -> list[OwnThread]:
        """What takes long a piece and is not waited for at the end: hot matters, bulletins, chores
        of the health page, and scans where this machine recognises them. The next process begins
        the piece again."""
        folder = self.settings.data_folder
        run, lock = commands(folder, self.clock), folder / "housekeeping.lock"
        parts: list[OwnThread] = [
            MatterFinder(self.database, folder / "matters.lock"),
            self._job_thread("bulletins", BULLETINS),
            Housekeeper(self.database, run, self.clock, lock),
        ]
        if self.settings.recognises:
            lock = folder / "ocr.lock"
            parts.append(
                ScanReader(
                    self.database,
                    self.files,
                    Recogniser,
                    self.clock,
                    lock,
                    lambda: self.profile.scans.pages_a_day,
                )
            )
        return parts

    def heartbeats(self, parts: Sequence[OwnThread]) -> Heartbeats:
        """What writes down that these threads are alive."""
        return Heartbeats(self.database, self.clock, parts)

    def close(self) -> None:
        """Give connections and files back."""
        self.indexes.close()
        self.database.close()


def build(settings: Settings, clock: Clock = utc_now) -> Program:
    """Put the program together.

    :raises SettingsInvalid, InvalidInput: a setting or the city profile cannot be used.
    """
    if settings.search_engine != "whoosh":
        logging.getLogger(__name__).warning("only the embedded engine is built in; using whoosh")
    database = Database(settings.database_url)
    indexes = Indexes(settings.data_folder / "indexes", WhooshFactory())
    files = FileStore(
        settings.data_folder / "originals",
        settings.max_upload_bytes,
        is_scanned=bool(settings.clamd),
    )
    start = load_data(Path(settings.profile)) if settings.profile else {}
    profiles = Profiles(database, start)
    search = SearchService(indexes, database)
    return Program(settings, database, indexes, files, search, profiles, clock)


def handlers(program: Program) -> dict[str, Handler]:
    """What the worker does for each kind of job."""

    def read_file(payload: Mapping[str, Any]) -> None:
        file_id = payload["file_id"]
        with program.database.unit_of_work() as session:
            stored = session.get_one(StoredFile, file_id)
            if stored.read_state != ReadState.PENDING:
                return  # read by the process that took it in, well or badly
            try:
                actor = _person(session, payload)
            except SenderGone as error:
                why = f"{error.message}，没有读取；原件已保存，可以点“重新读取”接手"
                note_state(session, file_id, ReadState.FAILED, error.code, why)
                return
        read_stored(
            program.database,
            program.files,
            read_document,
            file_id,
            wishes=wishes_of(payload),
            actor=actor,
            clock=program.clock,
        )

    def judge_set(payload: Mapping[str, Any]) -> None:
        execute_run(program.database, program.indexes, payload["run_id"], clock=program.clock)

    shelf = Shelf()

    def check_conflicts(payload: Mapping[str, Any]) -> None:
        version_id, now = payload["version_id"], program.clock()
        conflicts.check(program.database, program.indexes, version_id, now, shelf)

    def gap_round(_payload: Mapping[str, Any]) -> None:
        run_round(program.database, program.search, program.clock)

    def try_gaps(payload: Mapping[str, Any]) -> None:
        run_try(program.database, program.search, payload, program.clock())

    def upkeep(_payload: Mapping[str, Any]) -> None:
        settings, profile = program.settings, program.profile
        run_upkeep(
            program.database,
            program.clock,
            profile.upkeep.remind_at,
            settings.public_url if settings.smtp_host else None,
            profile.reminders,
        )
        clear_unused(program.database, program.files, program.clock())
        forget_old(program.database, program.clock())

    def order_round(_payload: Mapping[str, Any]) -> None:
        settings = program.settings
        public_url = settings.public_url if settings.smtp_host else None
        run_order_round(program.database, program.clock, program.profile, public_url)

    def draft_bulletins(_payload: Mapping[str, Any]) -> None:
        run_bulletin_round(program.database, program.clock, program.profile)

    def scan_files(_payload: Mapping[str, Any]) -> None:
        if program.settings.clamd:
            scanner = Clamd(program.settings.clamd)
            scan_waiting(program.database, program.files, scanner, program.clock)

    def publish_at_last(payload: Mapping[str, Any]) -> None:
        publish_planned(program.database, payload["planned_id"], program.clock())

    def version_begins(payload: Mapping[str, Any]) -> None:
        begin_version(program.database, payload["version_id"], program.clock())

    def entry_ends(payload: Mapping[str, Any]) -> None:
        last_day = date.fromisoformat(payload["last_day"])
        end_entry(program.database, payload["item_id"], last_day, program.clock())

    def learn_categories(_payload: Mapping[str, Any]) -> None:
        learn(program.database, program.profile, program.clock)

    return {
        LEARN_JOB: learn_categories,
        READ_JOB: read_file,
        RUN_JOB: judge_set,
        CHECK_JOB: check_conflicts,
        UPKEEP_JOB: upkeep,
        ORDER_ROUND_JOB: order_round,
        BULLETIN_JOB: draft_bulletins,
        PUBLISH_JOB: publish_at_last,
        BEGIN_JOB: version_begins,
        END_JOB: entry_ends,
        SCAN_JOB: scan_files,
        ROUND_JOB: gap_round,
        TRY_JOB: try_gaps,
        **batch_jobs.handlers(
            program.database,
            program.files,
            program.clock,
            _person,
            lambda: program.profile.regions,
        ),
        **bulletin_jobs.handlers(program.database, program.profiles, program.clock),
        **record_jobs.handlers(
            program.database, program.files, program.settings, program.profiles, program.clock
        ),
    }


def _person(session: Session, payload: Mapping[str, Any]) -> Actor:
    """Who a job is done for, with the roles they have now; 0 is the command line.

    :raises SenderGone: their account or token is disabled.
    """
    return actor_again(session, payload) if payload["user_id"] else SYSTEM


def planner(program: Program) -> Callable[[Session, datetime], None]:
    """What the worker plans when it starts and now and then: rounds that plan their successors."""

    def plan(session: Session, now: datetime) -> None:
        profile = program.profiles.current()
        plan_upkeep(session, profile.upkeep.remind_at, now)
        plan_order_round(session, now)
        plan_bulletins(session, profile, now)
        plan_round(session, now)
        plan_learning(session, profile, now)
        plan_rounds(session, now)

    return plan


def outside(settings: Settings) -> Outside:
    """The ways out that these settings open."""
    server = smtp_server(settings)
    return Outside(
        post=http_post(settings.webhook_hosts),
        signing_key=settings.secret_key,
        send=smtp_send(server) if server is not None else None,
        sender=settings.smtp_from,
    )


def smtp_server(settings: Settings) -> SmtpServer | None:
    """The configured mail server; ``None`` when mail is off."""
    if not settings.smtp_host:
        return None
    return SmtpServer(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_from,
        settings.smtp_user,
        settings.smtp_password,
        settings.smtp_starttls,
    )
