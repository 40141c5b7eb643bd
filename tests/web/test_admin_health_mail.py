"""管理: a mail that only waits for the end of the quiet hours is no fault of the server."""

from datetime import datetime
from pathlib import Path

import pytest

from kb.models import MailMessage
from kb.services.mail import URGENT
from kb.terms import Role
from tests.kb.hotline import at
from tests.web.conftest import Database, Login, ManualClock, csrf_token
from webapp.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env(
        {
            "KB_DATA": str(tmp_path / "var"),
            "KB_SMTP_HOST": "mail.lanchuan.example",
            "KB_SMTP_FROM": "12345@lanchuan.example",
            "KB_PUBLIC_URL": "https://kb.lanchuan.example",
            "KB_RATE_LIMITS": "off",
        }
    )


def _waits(database: Database, key: str, since: datetime, state: str = "waiting") -> None:
    with database.unit_of_work() as session:
        session.add(
            MailMessage(
                key=key,
                day=since.date(),
                address="l1@lanchuan.example",
                subject="工单超期",
                body="请督促办理。",
                state=state,
                created_at=since,
                next_try_at=since,
            )
        )


@pytest.mark.parametrize(
    ("key", "now", "is_late"),
    [
        ("clock:1", "2026-05-07 21:50", True),  # before 22:00 nothing holds it
        ("clock:1", "2026-05-07 23:30", False),
        ("clock:1", "2026-05-08 08:10", False),  # just sent off
        ("clock:1", "2026-05-08 08:20", True),
        (f"{URGENT}clock:1", "2026-05-07 23:30", True),
    ],
)
def test_only_a_mail_that_nothing_holds_back_is_late(
    login_as: Login, database: Database, clock: ManualClock, key: str, now: str, is_late: bool
) -> None:
    _waits(database, key, at("2026-05-07 21:30"))
    clock.now = at(now)
    page = login_as(Role.ADMIN).get("/admin/health").text
    assert ("发信服务器可能没有响应" in page) is is_late
    is_held = not is_late and now.endswith("23:30")
    assert ("不紧急的邮件结束后再发" in page) is is_held


@pytest.mark.parametrize(("now", "waits"), [("23:30", True), ("12:00", False)])
def test_sending_again_at_night_says_that_it_waits(
    login_as: Login, database: Database, clock: ManualClock, now: str, waits: bool
) -> None:
    _waits(database, "clock:1", at("2026-05-07 10:00"), state="failed")
    clock.now = at(f"2026-05-07 {now}")
    browser = login_as(Role.ADMIN)
    token = csrf_token(browser, "/admin/health")
    for path in ("/admin/mails/1/again", "/admin/health/mails_again"):
        answer = browser.post(path, data={"csrf_token": token})
        assert answer.status_code == 302
        page = browser.get(answer.location).text
        assert "已排入重发" in page
        assert ("静默时段（22:00 至次日 08:00）" in page) is waits
