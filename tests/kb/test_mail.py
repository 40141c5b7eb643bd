"""提醒邮件 through a real SMTP server: what is in them, to whom, and what happens when it fails."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from kb.db import Database
from kb.errors import IllegalTransition, InvalidInput
from kb.mail_address import check_address
from kb.mail_post import MailRefused, SmtpServer, compose, smtp_send
from kb.models import MailMessage, Notice, Unit, User
from kb.sender import Outside, Sender
from kb.services.mail import BACK_OFF, gather_digests, send_again, take_mail
from kb.services.notices import resolve
from kb.terms import Role
from kb.webhook_post import http_post
from tests.kb.conftest import NOW
from tests.kb.mail_server import Inbox, mail_server
from tests.kb.test_notices import add_user, tell
from tests.web.conftest import ManualClock

TODAY = date(2026, 5, 7)
SITE = "https://kb.tingzhou.example"
FROM = "应答知识库 <kb@tingzhou.example>"


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with mail_server() as inbox:
        yield inbox


def person(
    database: Database, unit: Unit | None, role: Role, email: str, *, wants: bool = True
) -> User:
    actor = add_user(database, unit, role)
    with database.unit_of_work() as session:
        user = session.get_one(User, actor.user_id)
        user.email, user.wants_mail = email, wants
    return user


def sender_to(database: Database, port: int, clock: ManualClock) -> Sender:
    server = SmtpServer("127.0.0.1", port, FROM, starttls=False)
    outside = Outside(http_post(()), "k" * 32, smtp_send(server), FROM)
    return Sender(database, outside, clock)


def mails(database: Database) -> list[MailMessage]:
    with database.reading() as session:
        return list(session.scalars(select(MailMessage).order_by(MailMessage.id)))


def test_each_person_gets_one_mail_a_day_with_what_is_theirs(
    any_database: Database, unit: Unit, inbox: Inbox
) -> None:
    person(any_database, unit, Role.UNIT_CLERK, "jingban@tingzhou.example")
    person(any_database, None, Role.EDITOR, "guanli@tingzhou.example")
    person(any_database, unit, Role.UNIT_CLERK, "buyao@tingzhou.example", wants=False)
    person(any_database, unit, Role.UNIT_REVIEWER, "")
    tell(any_database, "a", "7 天内到期：《入园指南》，有效期到 2026-05-14", unit_id=unit.id)
    tell(any_database, "b", "30 天内要复核：《收费标准》，应于 2026-06-01 核验", unit_id=unit.id)
    for _ in range(2):
        gather_digests(any_database, SITE, TODAY, NOW)
    sender = sender_to(any_database, inbox.port, ManualClock())
    while sender.turn():
        pass
    assert inbox.recipients == ["jingban@tingzhou.example"]
    mail = inbox.mails[0]
    assert mail["Subject"] == "应答知识库：2 条新提醒（2026-05-07）"
    assert mail["From"] == FROM
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().replace("\r\n", "\n") == (
        "2026-05-07，您有 2 条新提醒，未处理的共 2 条。\n\n"
        "1. 7 天内到期：《入园指南》，有效期到 2026-05-14\n"
        "   https://kb.tingzhou.example/units\n\n"
        "2. 30 天内要复核：《收费标准》，应于 2026-06-01 核验\n"
        "   https://kb.tingzhou.example/units\n\n"
        "全部提醒：https://kb.tingzhou.example/reminders\n"
        "处理完成的提醒会自动消失。不想收邮件，请登录后在“我的账号”关闭。\n"
        "这是系统自动发出的邮件，请不要回复。\n"
    )
    assert [(row.state, row.attempts, row.sent_at) for row in mails(any_database)] == [
        ("sent", 1, NOW)
    ]


def test_the_next_day_says_only_what_is_new_and_still_open(
    any_database: Database, unit: Unit
) -> None:
    person(any_database, unit, Role.UNIT_CLERK, "jingban@tingzhou.example")
    tell(any_database, "a", "甲", unit_id=unit.id)
    gather_digests(any_database, SITE, TODAY, NOW)
    tell(any_database, "b", "乙", unit_id=unit.id)
    tell(any_database, "c", "丙", unit_id=unit.id)
    gather_digests(any_database, SITE, TODAY, NOW)
    assert len(mails(any_database)) == 1
    with any_database.unit_of_work() as session:
        resolve(session, "c")
    tomorrow = TODAY + timedelta(days=1)
    gather_digests(any_database, SITE, tomorrow, NOW + timedelta(days=1))
    second = mails(any_database)[1]
    assert second.subject == "应答知识库：1 条新提醒（2026-05-08）"
    assert "1. 乙" in second.body
    assert "未处理的共 2 条" in second.body
    assert "丙" not in second.body
    gather_digests(any_database, SITE, TODAY + timedelta(days=2), NOW + timedelta(days=2))
    assert len(mails(any_database)) == 2


def test_what_looks_personal_stays_out_of_the_mail(any_database: Database, unit: Unit) -> None:
    person(any_database, unit, Role.UNIT_CLERK, "jingban@tingzhou.example")
    tell(any_database, "a", "《13800138000 的来信》超期未核验", unit_id=unit.id)
    gather_digests(any_database, SITE, TODAY, NOW)
    assert "13800138000" not in mails(any_database)[0].body


def test_a_server_that_is_away_is_tried_again_later(
    any_database: Database, unit: Unit, inbox: Inbox
) -> None:
    person(any_database, unit, Role.UNIT_CLERK, "jingban@tingzhou.example")
    tell(any_database, "a", unit_id=unit.id)
    gather_digests(any_database, SITE, TODAY, NOW)
    inbox.refusal = "451 4.3.0 try again later"
    clock = ManualClock()
    sender = sender_to(any_database, inbox.port, clock)
    sender.turn()
    row = mails(any_database)[0]
    assert (row.state, row.attempts) == ("waiting", 1)
    assert row.next_try_at == NOW + timedelta(minutes=5)
    assert row.error == "邮件服务器拒绝（451 4.3.0 try again later）"
    assert sender.turn() is False
    inbox.refusal = ""
    clock.forward(minutes=5)
    sender.turn()
    assert len(inbox.mails) == 1
    assert mails(any_database)[0].state == "sent"


def test_after_the_last_try_it_is_given_up_and_administrators_are_told(
    any_database: Database, unit: Unit, inbox: Inbox
) -> None:
    person(any_database, unit, Role.UNIT_CLERK, "jingban@tingzhou.example")
    tell(any_database, "a", unit_id=unit.id)
    gather_digests(any_database, SITE, TODAY, NOW)
    inbox.refusal = "451 busy"
    clock = ManualClock()
    sender = sender_to(any_database, inbox.port, clock)
    for _ in range(len(BACK_OFF) + 3):
        sender.turn()
        clock.forward(hours=13)
    row = mails(any_database)[0]
    assert (row.state, row.attempts) == ("failed", len(BACK_OFF) + 1)
    with any_database.reading() as session:
        found = session.scalars(select(Notice).where(Notice.kind == "mail_failed")).one()
        assert (found.role, found.path) == ("admin", "/admin/mails")
    inbox.refusal = ""
    with any_database.unit_of_work() as session:
        session.get_one(User, row.user_id).email = "xin@tingzhou.example"
        send_again(session, row.id, clock())
    sender.turn()
    assert inbox.recipients == ["xin@tingzhou.example"]
    with pytest.raises(IllegalTransition), any_database.unit_of_work() as session:
        send_again(session, row.id, clock())


def test_an_address_that_does_not_exist_is_given_up_at_once(
    any_database: Database, unit: Unit, inbox: Inbox
) -> None:
    person(any_database, unit, Role.UNIT_CLERK, "meiyou@tingzhou.example")
    inbox.unknown.add("meiyou@tingzhou.example")
    tell(any_database, "a", unit_id=unit.id)
    gather_digests(any_database, SITE, TODAY, NOW)
    sender_to(any_database, inbox.port, ManualClock()).turn()
    row = mails(any_database)[0]
    assert (row.state, row.attempts) == ("failed", 1)
    assert "收件地址被拒绝（550" in row.error


def test_a_sender_that_died_holds_nothing_back(
    any_database: Database, unit: Unit, inbox: Inbox
) -> None:
    person(any_database, unit, Role.UNIT_CLERK, "jingban@tingzhou.example")
    tell(any_database, "a", unit_id=unit.id)
    gather_digests(any_database, SITE, TODAY, NOW)
    with any_database.unit_of_work() as session:
        assert take_mail(session, NOW) is not None
        assert take_mail(session, NOW) is None
    clock = ManualClock()
    sender = sender_to(any_database, inbox.port, clock)
    assert sender.turn() is False
    clock.forward(minutes=3)
    sender.turn()
    assert len(inbox.mails) == 1


def test_a_log_in_is_made_when_a_user_is_set() -> None:
    with mail_server("kb", "Right-2026") as inbox:
        message = compose(FROM, "a@b.example", "试", "试发", now=NOW, name="test")
        right = SmtpServer("127.0.0.1", inbox.port, FROM, "kb", "Right-2026", starttls=False)
        smtp_send(right)(message)
        assert len(inbox.mails) == 1
        assert inbox.mails[0]["Message-ID"] == "<test@tingzhou.example>"
        wrong = SmtpServer("127.0.0.1", inbox.port, FROM, "kb", "Wrong-2026", starttls=False)
        with pytest.raises(MailRefused, match="用户名或口令被拒绝"):
            smtp_send(wrong)(message)


def test_what_cannot_be_encrypted_or_reached_is_told_in_a_sentence(inbox: Inbox) -> None:
    message = compose(FROM, "a@b.example", "试", "试发", now=NOW, name="test")
    with pytest.raises(MailRefused, match="不支持"):
        smtp_send(SmtpServer("127.0.0.1", inbox.port, FROM))(message)
    assert inbox.mails == []
    with pytest.raises(MailRefused, match="连接不上"):
        smtp_send(SmtpServer("127.0.0.1", 1, FROM, starttls=False))(message)


@pytest.mark.parametrize(
    "wrong", ["zhang", "zhang@", "a b@c.example", "a@b.example\nBcc: c@d.example", "a@b"]
)
def test_an_address_that_cannot_be_one_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidInput):
        check_address(wrong)


def test_an_address_is_trimmed_and_may_be_empty() -> None:
    assert check_address(" zhang@example.gov.cn ") == "zhang@example.gov.cn"
    assert check_address("  ") == ""
