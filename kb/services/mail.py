"""提醒邮件: one digest per person and day, kept as rows until the mail server has taken it."""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from kb.clock import local_day
from kb.db import Database
from kb.errors import IllegalTransition, InvalidInput, NotFound
from kb.mail_address import check_address
from kb.mail_post import MailRefused
from kb.masking import mask_text
from kb.models import MailMessage, Notice, NoticeReader, User
from kb.queries.notices import meant_for
from kb.services.accounts import actor_of
from kb.services.notices import notify
from kb.terms import Role

SHOWN = 30
# A server away for a working day loses nothing; after that a person must look.
BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 60, 180, 360, 720))
LEASE = timedelta(minutes=3)
MAIL_FAILED = "mail_failed"
# What the key of a mail begins with that quiet hours do not hold back.
URGENT, TRIAL = "urgent:", "test:"


HasDue = Callable[[Session, datetime], bool]


def gather_digests(database: Database, public_url: str, today: date, now: datetime) -> None:
    """Write down today's mail for everyone with new open notices; a repeat changes nothing."""
    with database.reading() as session:
        query = select(User.id).where(
            User.is_active.is_(True), User.wants_mail.is_(True), User.email != ""
        )
        people = list(session.scalars(query.order_by(User.id)))
    for user_id in people:
        with database.unit_of_work() as session:
            _digest(session, session.get_one(User, user_id), public_url, today, now)


def _digest(session: Session, user: User, public_url: str, today: date, now: datetime) -> None:
    done = select(MailMessage.id).where(MailMessage.user_id == user.id, MailMessage.day == today)
    if session.scalar(done) is not None:
        return
    reader = and_(NoticeReader.notice_id == Notice.id, NoticeReader.user_id == user.id)
    mine = and_(Notice.is_resolved.is_(False), meant_for(actor_of(session, user)))
    fresh = session.scalars(
        select(Notice)
        .outerjoin(NoticeReader, reader)
        .where(mine, NoticeReader.mail_id.is_(None))
        .order_by(Notice.created_at, Notice.id)
    ).all()
    if not fresh:
        return
    open_count = session.scalar(select(func.count()).select_from(Notice).where(mine)) or 0
    mail = MailMessage(
        user_id=user.id,
        day=today,
        address=user.email,
        subject=f"应答知识库：{len(fresh)} 条新提醒（{today}）",
        body=_body(fresh, open_count, public_url, today),
        created_at=now,
        next_try_at=now,
        state="waiting",
    )
    session.add(mail)
    session.flush()
    known = {
        row.notice_id: row
        for row in session.scalars(
            select(NoticeReader).where(
                NoticeReader.user_id == user.id,
                NoticeReader.notice_id.in_([notice.id for notice in fresh]),
            )
        )
    }
    for notice in fresh:
        row = known.get(notice.id)
        if row is None:
            row = NoticeReader(notice_id=notice.id, user_id=user.id)
            session.add(row)
        row.mail_id = mail.id


def _body(fresh: Sequence[Notice], open_count: int, public_url: str, today: date) -> str:
    lines = [f"{today}，您有 {len(fresh)} 条新提醒，未处理的共 {open_count} 条。", ""]
    for number, notice in enumerate(fresh[:SHOWN], 1):
        # A title may quote what somebody typed: whatever looks personal stays out of the mail.
        lines += [f"{number}. {mask_text(notice.title)}", f"   {public_url}{notice.path}", ""]
    if len(fresh) > SHOWN:
        lines += [f"另有 {len(fresh) - SHOWN} 条，请登录查看。", ""]
    lines += [
        f"全部提醒：{public_url}/reminders",
        "处理完成的提醒会自动消失。不想收邮件，请登录后在“我的账号”关闭。",
        "这是系统自动发出的邮件，请不要回复。",
    ]
    return "\n".join(lines) + "\n"


def write_mail(
    session: Session,
    *,
    key: str,
    recipient: str,
    address: str,
    subject: str,
    lines: Sequence[str],
    now: datetime,
) -> None:
    """A mail of its own, beside the digests; a key that was used before changes nothing.

    :param lines: the body; what looks personal is masked.
    """
    if session.scalar(select(MailMessage.id).where(MailMessage.key == key)) is not None:
        return
    ending = "这是系统自动发出的邮件，请不要回复。"
    session.add(
        MailMessage(
            key=key,
            recipient=recipient[:40],
            day=local_day(now),
            address=address,
            subject=subject[:300],
            body="\n".join([*(mask_text(line) for line in lines), "", ending]) + "\n",
            created_at=now,
            next_try_at=now,
            state="waiting",
        )
    )


def write_trial(session: Session, address: str, public_url: str, now: datetime) -> None:
    """试发: a mail to see whether the mail server takes one; it goes the way of all others.

    :raises InvalidInput: that is no mail address, or there is none.
    """
    if not check_address(address):
        raise InvalidInput("请写明试发到哪个邮箱", {"address": "请写明试发到哪个邮箱"})
    write_mail(
        session,
        key=f"{TRIAL}{secrets.token_hex(8)}",
        recipient="试发",
        address=check_address(address),
        subject="应答知识库：试发邮件",
        lines=["这是应答知识库的试发邮件，收到即表示发信设置可用。", public_url],
        now=now,
    )


def send_all_again(session: Session, now: datetime) -> int:
    """重发 every mail that was given up; returns how many there were."""
    failed = select(MailMessage.id).where(MailMessage.state == "failed").order_by(MailMessage.id)
    ids = session.scalars(failed).all()
    for mail_id in ids:
        send_again(session, mail_id, now)
    return len(ids)


def has_due(session: Session, now: datetime, *, is_quiet: bool = False) -> bool:
    """Tell whether a mail waits to be sent now; in quiet hours all but urgent ones wait on."""
    query = select(MailMessage.id).where(*_due(now, is_quiet))
    return session.scalar(query.limit(1)) is not None


def _due(now: datetime, is_quiet: bool) -> list[ColumnElement[bool]]:
    due = [MailMessage.state == "waiting", MailMessage.next_try_at <= now]
    if is_quiet:
        due.append(never_held())
    return due


def never_held() -> ColumnElement[bool]:
    """The mails that quiet hours do not hold back."""
    return or_(*(MailMessage.key.startswith(start) for start in (URGENT, TRIAL)))


def take_mail(session: Session, now: datetime, *, is_quiet: bool = False) -> MailMessage | None:
    """Lease the next mail that is due; if the sender dies, it is due again a little later."""
    query = (
        select(MailMessage)
        .where(*_due(now, is_quiet))
        .order_by(MailMessage.next_try_at, MailMessage.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    mail = session.scalars(query).first()
    if mail is not None:
        mail.attempts += 1
        mail.next_try_at = now + LEASE
    return mail


def note_sent(session: Session, mail_id: int, now: datetime) -> None:
    """The server took it."""
    mail = session.get_one(MailMessage, mail_id)
    mail.state, mail.sent_at, mail.error = "sent", now, ""


def note_refused(session: Session, mail_id: int, refused: MailRefused, now: datetime) -> None:
    """Try again later, each time waiting longer; given up, administrators are told."""
    mail = session.get_one(MailMessage, mail_id)
    mail.error = refused.reason[:500]
    if refused.is_final or mail.attempts > len(BACK_OFF):
        mail.state = "failed"
        notify(
            session,
            kind=MAIL_FAILED,
            title=f"{mail.day} 的提醒邮件没有发出：{refused.reason[:120]}",
            path="/admin/mails",
            now=now,
            role=Role.ADMIN,
            key=f"{MAIL_FAILED}:{mail.id}",
        )
    else:
        mail.next_try_at = now + BACK_OFF[mail.attempts - 1]


def send_again(session: Session, mail_id: int, now: datetime) -> MailMessage:
    """重发 a mail that was given up, to the person's present address.

    :raises NotFound: no such mail.
    :raises IllegalTransition: it was sent, or still waits.
    """
    mail = session.get(MailMessage, mail_id, with_for_update=True)
    if mail is None:
        raise NotFound("没有这封邮件", mail_id=mail_id)
    if mail.state != "failed":
        raise IllegalTransition("只有没有发出的邮件可以重发")
    mail.state, mail.attempts, mail.next_try_at = "waiting", 0, now
    if mail.user is not None:
        mail.address = mail.user.email or mail.address
    return mail
