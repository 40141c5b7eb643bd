"""One whole application for the module: a small city with its people, an index and a worker."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from kb.calendar import seed_calendar
from kb.current_profile import Profiles
from kb.db import Base
from kb.models import Unit, User, WebhookSubscription
from kb.outbox.drain import drain_all
from kb.outbox.rebuild import ensure_built
from kb.profile import profile_from
from kb.services.api_tokens import SCOPES, create_token
from kb.services.entries import Content, create_entry
from kb.services.jobs import run_due_jobs
from kb.services.mail import gather_digests
from kb.services.publishing import publish
from kb.services.webhooks import EVENTS
from kb.terms import KnowledgeKind, Role
from tests.web.api_v1.city import EDITOR, ApiClient
from tests.web.conftest import ManualClock, log_in, make_user
from webapp.compose import Program, build, handlers, planner
from webapp.settings import Settings

NOW = datetime(2026, 5, 7, 2, 24, tzinfo=UTC)
CATEGORY = "城市管理/设施"
PROFILE = profile_from(
    {
        "name": "澜川市",
        "code": "LC",
        "channels": ["电话", "网站"],
        "lines": ["综合"],
        "purposes": ["咨询", "求助", "投诉"],
        "regions": ["汀南区"],
        "categories": [{"name": "城市管理", "children": ["设施"]}],
    }
)
HANDLER, STRANGER = "市城市管理局", "市教育局"


class Heard(logging.Handler):
    """Every line that the log would hold, with the stack of an error."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


@dataclass
class Town:
    """The application; ``unit_ids`` by name, ``entry`` answers what many ask."""

    program: Program
    app: Flask
    clock: ManualClock
    log: Heard
    unit_ids: dict[str, int] = field(default_factory=dict)
    entry: int = 0
    _tokens: dict[tuple[Role, str], ApiClient] = field(default_factory=dict)
    _browsers: dict[tuple[Role, str], FlaskClient] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.program.settings.data_folder

    def browser(self, role: Role, unit: str = "") -> FlaskClient:
        """The one browser of a person of this role."""
        if (role, unit) not in self._browsers:
            self._browsers[role, unit] = log_in(self.app.test_client(), self._name(role, unit))
        return self._browsers[role, unit]

    def api(self, role: Role, unit: str = "") -> ApiClient:
        """The API with the token of the same person."""
        if (role, unit) not in self._tokens:
            with self.program.database.unit_of_work() as session:
                user = session.query(User).filter_by(username=self._name(role, unit)).one()
                _, secret = create_token(
                    session,
                    name="测试",
                    user_id=user.id,
                    unit_id=None,
                    scopes=tuple(SCOPES),
                    actor_id=user.id,
                    now=self.clock(),
                )
            self._tokens[role, unit] = ApiClient(self.app.test_client(), secret)
        return self._tokens[role, unit]

    def _name(self, role: Role, unit: str) -> str:
        return f"{role.value}-{self.unit_ids.get(unit, 0)}".replace("_", "")

    def people(self) -> None:
        """Units, and a person of every role with a mail address."""
        database = self.program.database
        with database.unit_of_work() as session:
            seed_calendar(session)
            for name in (HANDLER, STRANGER):
                unit = Unit(name=name)
                session.add(unit)
                session.flush()
                self.unit_ids[name] = unit.id
            session.add(
                WebhookSubscription(
                    name="市政务平台",
                    url="https://hook.lanchuan.example/kb",
                    events=list(EVENTS),
                    salt="0" * 32,
                    created_at=NOW,
                    with_internal=True,
                )
            )
        for role in Role:
            of_unit = role in (Role.UNIT_CLERK, Role.UNIT_REVIEWER)
            for unit in (HANDLER, STRANGER) if of_unit else ("",):
                name, unit_id = self._name(role, unit), self.unit_ids.get(unit)
                user = make_user(
                    self.program.database, self.clock, role, unit_id=unit_id, name=name
                )
                with database.unit_of_work() as session:
                    session.get_one(User, user.id).email = f"{name}@lanchuan.example"

    def publish(self, title: str, body: str) -> int:
        """A public entry of the handling unit, in the index."""
        with self.program.database.unit_of_work() as session:
            unit = session.get_one(Unit, self.unit_ids[HANDLER])
            content = Content(KnowledgeKind.QA, title, body, category=CATEGORY)
            version = create_entry(session, unit=unit, content=content, actor=EDITOR, now=NOW)
            publish(session, version, actor=EDITOR, now=NOW)
            item_id = version.item_id
        self.index()
        return item_id

    def index(self) -> None:
        drain_all(self.program.database, self.program.indexes)

    def work(self) -> None:
        """What the background process does until nothing is due: rounds, jobs, the index."""
        todo = handlers(self.program)
        with self.program.database.unit_of_work() as session:
            planner(self.program)(session, self.clock())
        for _ in range(5):
            run_due_jobs(self.program.database, todo, "test", self.clock, at_most=50)
            self.index()

    def forward(self, hours: int) -> None:
        """Let time go by; everybody has to log in again."""
        self.clock.forward(hours=hours)
        self._browsers.clear()

    def write_mails(self) -> None:
        """The daily mails about what waits."""
        gather_digests(
            self.program.database, "https://kb.lanchuan.example", self.clock().date(), self.clock()
        )


@contextmanager
def open_town(folder: Path) -> Iterator[Town]:
    """A town in a folder, closed at the end."""
    settings = Settings.from_env(
        {
            "KB_DATA": str(folder),
            "KB_RATE_LIMITS": "off",
            "KB_PUBLIC_URL": "https://kb.lanchuan.example",
            "KB_SMTP_HOST": "mail.lanchuan.example",
            "KB_SMTP_FROM": "kb@lanchuan.example",
            "KB_WEBHOOK_HOSTS": "hook.lanchuan.example",
        }
    )
    clock, log = ManualClock(), Heard()
    root, level = logging.getLogger(), logging.getLogger().level
    logging.getLogger("sqlalchemy").setLevel(logging.WARNING)
    root.addHandler(log)
    root.setLevel(logging.DEBUG)
    program = build(settings, clock)
    program = replace(program, profiles=Profiles.fixed(PROFILE, program.database))
    try:
        Base.metadata.create_all(program.database.engine)
        ensure_built(program.database, program.indexes, clock)
        app = program.app()
        app.testing = True
        app.config["PROPAGATE_EXCEPTIONS"] = False
        town = Town(program, app, clock, log)
        town.people()
        town.entry = town.publish("楼道灯不亮怎么报修", "楼道灯不亮可以拨打热线报修，两天内修好。")
        yield town
    finally:
        program.close()
        root.removeHandler(log)
        root.setLevel(level)
