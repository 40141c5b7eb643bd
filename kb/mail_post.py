"""One mail to the mail server; what it answers becomes a sentence for the administrator."""

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

TIMEOUT_SECONDS = 15.0


@dataclass(frozen=True)
class SmtpServer:
    """Where mails are handed in; ``sender`` is an address or ``名称 <address>``."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    starttls: bool = True


class MailRefused(Exception):
    """Raised when the server did not take a mail; ``is_final`` when asking again is no use."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.is_final = reason, is_final


Send = Callable[[EmailMessage], None]


def compose(
    sender: str, address: str, subject: str, body: str, *, now: datetime, name: str
) -> EmailMessage:
    """A plain-text mail in UTF-8.

    :param name: makes the Message-ID, the same for every try, so that a repeat is known as one.
    """
    message = EmailMessage()
    message["Subject"] = subject
    message["From"] = sender
    message["To"] = address
    message["Date"] = format_datetime(now)
    domain = parseaddr(sender)[1].rpartition("@")[2] or "yingda.invalid"
    message["Message-ID"] = f"<{name}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, cte="base64")
    return message


def smtp_send(server: SmtpServer, timeout: float = TIMEOUT_SECONDS) -> Send:
    """A function that hands one mail to the server.

    It raises :class:`MailRefused` with a sentence for the administrator.
    """

    def send(message: EmailMessage) -> None:
        try:
            _hand_in(smtplib.SMTP(server.host, server.port, timeout=timeout), server, message)
        except smtplib.SMTPRecipientsRefused as refused:
            code, said = next(iter(refused.recipients.values()))
            raise MailRefused(
                _said("收件地址被拒绝", code, said), is_final=code >= 500
            ) from refused
        except smtplib.SMTPAuthenticationError as refused:
            # A password that is put right later must still find the mail waiting.
            raise MailRefused(
                _said("用户名或口令被拒绝", refused.smtp_code, refused.smtp_error)
            ) from refused
        except smtplib.SMTPResponseException as refused:
            raise MailRefused(
                _said("邮件服务器拒绝", refused.smtp_code, refused.smtp_error)
            ) from refused
        except smtplib.SMTPNotSupportedError as refused:
            raise MailRefused(f"邮件服务器不支持所要求的方式：{refused}") from refused
        except smtplib.SMTPException as refused:
            raise MailRefused(f"与邮件服务器的通信中断：{refused}") from refused
        except OSError as away:
            raise MailRefused(f"连接不上邮件服务器：{away}") from away

    return send


def _hand_in(smtp: smtplib.SMTP, server: SmtpServer, message: EmailMessage) -> None:
    try:
        if server.starttls:
            smtp.starttls(context=ssl.create_default_context())
        if server.user:
            smtp.login(server.user, server.password)
        smtp.send_message(message)
    finally:
        # A mail that was taken is taken, however the good-bye goes.
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()


def _said(what: str, code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{what}（{code} {text[:200]}）"
