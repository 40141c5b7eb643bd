"""管理: subscriptions with their deliveries, mails, and a person's own mail address."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from kb.db import Database
from kb.models import Job, MailMessage, User, WebhookDelivery, WebhookSubscription
from kb.services.webhook_sending import secret_of
from kb.terms import Role
from tests.kb.mail_server import mail_server
from tests.web.conftest import ManualClock
from tests.web.unit_portal.conftest import Enter, Portal
from webapp.cli import kb
from webapp.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings.from_env({"KB_DATA": str(tmp_path / "var"), "KB_RATE_LIMITS": "off"})
    return replace(made, webhook_hosts=("hook.lanchuan.example",))


@pytest.fixture
def admin(enter: Enter) -> Portal:
    return enter(Role.ADMIN)


FORM = {
    "name": "市政务平台",
    "url": "https://hook.lanchuan.example/kb",
    "events": ["entry.published", "entry.expired"],
    "unit_id": "",
}


def test_a_subscription_shows_its_secret_once(
    admin: Portal, database: Database, settings: Settings
):
    page = admin.post("/admin/webhooks", **FORM).text
    once = re.search('class="once">(.+?)<', page).group(1)
    with database.reading() as session:
        row = session.get_one(WebhookSubscription, 1)
    assert once == secret_of(settings.secret_key, row.salt)
    assert (row.events, row.with_internal) == (["entry.expired", "entry.published"], False)
    assert once not in admin.get("/admin/webhooks").text
    assert once not in admin.get("/admin/webhooks/1").text


def test_wrong_fields_come_back_with_what_was_typed(admin: Portal):
    answer = admin.post("/admin/webhooks", **(FORM | {"url": "http://10.0.0.8/x", "events": []}))
    assert answer.status_code == 422
    assert "主机 10.0.0.8 不在允许推送的名单里" in answer.text
    assert "至少选一种事件" in answer.text
    assert 'value="http://10.0.0.8/x"' in answer.text


def test_an_address_that_can_never_be_reached_is_refused(enter: Enter, app: Flask):
    services = app.extensions["yingda"]
    settings = replace(services.settings, webhook_hosts=("localhost",))
    app.extensions["yingda"] = replace(services, settings=settings)
    admin = enter(Role.ADMIN)
    answer = admin.post("/admin/webhooks", **(FORM | {"url": "http://localhost:9/x"}))
    assert answer.status_code == 422
    assert "指向内部地址" in answer.text
    assert "也列入 KB_WEBHOOK_HOSTS" in answer.text


def test_without_hosts_the_page_says_what_is_needed_and_takes_nothing(
    enter: Enter, app: Flask, admin: Portal, database: Database
):
    admin.post("/admin/webhooks", **FORM)
    services = app.extensions["yingda"]
    settings = replace(services.settings, webhook_hosts=())
    app.extensions["yingda"] = replace(services, settings=settings)
    page = admin.get("/admin/webhooks").text
    assert 'name="url"' not in page
    assert "KB_WEBHOOK_HOSTS=hook.example.gov.cn,10.0.0.8" in page
    # The subscription from before is told to reach nobody.
    assert "送不到：主机 hook.lanchuan.example 不在允许推送的名单里" in page
    refused = admin.post("/admin/webhooks", **FORM)
    assert (refused.status_code, "没有建立订阅" in refused.text) == (422, True)
    with database.reading() as session:
        assert len(session.scalars(select(WebhookSubscription)).all()) == 1


def test_deliveries_are_listed_and_sent_again(
    admin: Portal, database: Database, clock: ManualClock
):
    admin.post("/admin/webhooks", **FORM)
    with database.unit_of_work() as session:
        for number, state in enumerate(("failed", "sent", "waiting")):
            session.add(
                WebhookDelivery(
                    subscription_id=1,
                    event_id=f"event-{number}",
                    event="entry.published",
                    payload={"entry": {"title": f"条目{number}"}},
                    state=state,
                    attempts=8,
                    error="接收方回答 503" if state == "failed" else "",
                    created_at=clock(),
                    next_try_at=clock(),
                )
            )
    page = admin.get("/admin/webhooks/1?state=failed").text
    assert "条目0" in page
    assert "条目1" not in page
    assert "接收方回答 503" in page
    assert admin.post("/admin/webhook-deliveries/1/again").location == "/admin/webhooks/1"
    assert admin.post("/admin/webhook-deliveries/3/again").status_code == 409
    with database.reading() as session:
        row = session.get_one(WebhookDelivery, 1)
        assert (row.state, row.attempts, row.event_id) == ("waiting", 0, "event-0")
    assert admin.post("/admin/webhooks/1/end").status_code == 302
    assert admin.post("/admin/webhook-deliveries/2/again").status_code == 409
    assert "已停用" in admin.get("/admin/webhooks").text


def test_only_administrators_see_subscriptions_and_mails(editor: Portal):
    for path in ("/admin/webhooks", "/admin/webhooks/1", "/admin/mails"):
        assert editor.get(path).status_code == 403


def test_mails_that_failed_are_seen_and_sent_again(
    admin: Portal, database: Database, clock: ManualClock
):
    assert "没有设置发信服务器" in admin.get("/admin/mails").text
    with database.unit_of_work() as session:
        session.add(
            MailMessage(
                user_id=1,
                day=date(2026, 5, 7),
                address="guanli@lanchuan.example",
                subject="应答知识库：1 条新提醒（2026-05-07）",
                body="不给管理员看的邮件内容",
                state="failed",
                attempts=7,
                created_at=clock(),
                next_try_at=clock(),
                error="连接不上邮件服务器",
            )
        )
    page = admin.get("/admin/mails?state=failed").text
    assert "连接不上邮件服务器" in page
    assert "不给管理员看" not in page
    assert admin.post("/admin/mails/1/again").status_code == 302
    assert admin.post("/admin/mails/1/again").status_code == 409
    with database.reading() as session:
        assert session.get_one(MailMessage, 1).state == "waiting"


def test_a_job_that_failed_is_tried_again_or_dropped(
    admin: Portal, editor: Portal, database: Database, clock: ManualClock
):
    failed = {"run_at": clock(), "state": "failed", "attempts": 5, "finished_at": clock()}
    with database.unit_of_work() as session:
        jobs = [
            Job(kind=kind, error="MemoryError: <b>", **failed) for kind in ("judge_set", "upkeep")
        ]
        session.add_all(jobs)
    again, dropped = (job.id for job in jobs)
    page = admin.get("/admin/jobs").text
    assert "检索评测" in page
    told = page.index("内存不够")
    assert told < page.index("技术细节") < page.index("MemoryError: &lt;b&gt;")
    assert editor.get("/admin/jobs").status_code == 403
    assert admin.post(f"/admin/jobs/{again}/again").status_code == 302
    assert admin.post(f"/admin/jobs/{dropped}/drop").status_code == 302
    assert admin.post(f"/admin/jobs/{dropped}/again").status_code == 404
    assert "没有失败的后台任务" in admin.get("/admin/jobs").text
    with database.reading() as session:
        rows = session.execute(select(Job.state, Job.attempts).order_by(Job.id)).all()
    assert [tuple(row) for row in rows] == [("waiting", 0), ("dropped", 5)]


def test_a_person_sets_their_own_address(clerk: Portal, database: Database):
    assert "提醒邮件" in clerk.get("/account").text
    assert clerk.post("/account/mail", email="a@b").status_code == 422
    answer = clerk.post("/account/mail", email=" jingban@lanchuan.example ", wants_mail="1")
    assert answer.status_code == 302
    assert clerk.post("/account/mail", email="jingban@lanchuan.example").status_code == 302
    with database.reading() as session:
        user = session.scalars(select(User).where(User.username == "person1")).one()
        assert (user.email, user.wants_mail) == ("jingban@lanchuan.example", False)


def test_mail_test_hands_a_mail_to_the_configured_server(tmp_path: Path):
    run = CliRunner().invoke
    base = {"KB_DATA": str(tmp_path), "KB_SMTP_HOST": ""}
    refused = run(kb, ["mail-test", "a@b.example"], env=base)
    assert refused.exit_code == 1
    assert "没有设置发信服务器" in refused.output
    with mail_server() as inbox:
        env = base | {
            "KB_SMTP_HOST": "127.0.0.1",
            "KB_SMTP_PORT": str(inbox.port),
            "KB_SMTP_STARTTLS": "0",
            "KB_SMTP_FROM": "应答 <kb@lanchuan.example>",
            "KB_PUBLIC_URL": "https://kb.lanchuan.example/",
        }
        done = run(kb, ["mail-test", "jingban@lanchuan.example"], env=env)
        assert done.exit_code == 0, done.output
        assert inbox.mails[0]["Subject"] == "应答知识库：试发邮件"
        assert "https://kb.lanchuan.example\n" in inbox.mails[0].get_content().replace("\r", "")
        inbox.unknown.add("meiyou@lanchuan.example")
        refused = run(kb, ["mail-test", "meiyou@lanchuan.example"], env=env)
        assert refused.exit_code == 1
        assert "收件地址被拒绝（550" in refused.output
