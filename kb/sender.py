"""The sender: takes mails and event deliveries from their rows to the outside.

It runs beside the worker as a thread of its own, because another house's slow server must not
keep a publication from the index. Every row is leased before it is sent, so several senders do
not send one thing twice; what a dead sender held is sent again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from kb.background import OwnThread
from kb.clock import Clock
from kb.db import Database
from kb.mail_post import MailRefused, Send, compose
from kb.services import mail, webhook_sending
from kb.webhook_post import DeliveryRefused, Post


def never(_at: datetime) -> bool:
    """No quiet hours."""
    return False


@dataclass(frozen=True)
class Outside:
    """The ways out: ``send`` is ``None`` when no mail server is configured."""

    post: Post
    signing_key: str
    send: Send | None = None
    sender: str = ""


class Sender(OwnThread):
    """Sends what is due until stopped."""

    def __init__(
        self,
        database: Database,
        outside: Outside,
        clock: Clock,
        is_quiet: Callable[[datetime], bool] = never,
    ) -> None:
        """
        :param is_quiet: whether mails that are not urgent wait at a moment.
        """
        super().__init__("sender")
        self.database, self.outside, self.clock = database, outside, clock
        self.is_quiet = is_quiet

    def turn(self) -> bool:
        """One delivery and one mail at most; tells whether there may be more."""
        has_delivered = self._deliver_one()
        return self._mail_one() or has_delivered

    def _deliver_one(self) -> bool:
        if not self._is_due(webhook_sending.has_due):
            return False
        with self.database.unit_of_work() as session:
            row = webhook_sending.take_delivery(session, self.clock())
        if row is None or row.state != "waiting":
            return row is not None
        try:
            status = webhook_sending.deliver(
                row, self.outside.post, self.outside.signing_key, self.clock()
            )
        except DeliveryRefused as refused:
            with self.database.unit_of_work() as session:
                webhook_sending.note_refused(session, row.id, refused, self.clock())
        else:
            with self.database.unit_of_work() as session:
                webhook_sending.note_delivered(session, row.id, status)
        return True

    def _mail_one(self) -> bool:
        if self.outside.send is None or not self._is_due(mail.has_due):
            return False
        is_quiet = self.is_quiet(self.clock())
        if is_quiet and not self._is_due(partial(mail.has_due, is_quiet=True)):
            return False
        with self.database.unit_of_work() as session:
            row = mail.take_mail(session, self.clock(), is_quiet=is_quiet)
        if row is None:
            return False
        message = compose(
            self.outside.sender,
            row.address,
            row.subject,
            row.body,
            now=self.clock(),
            name=f"digest-{row.id}-{row.day:%Y%m%d}",
        )
        try:
            self.outside.send(message)
        except MailRefused as refused:
            with self.database.unit_of_work() as session:
                mail.note_refused(session, row.id, refused, self.clock())
        else:
            with self.database.unit_of_work() as session:
                mail.note_sent(session, row.id, self.clock())
        return True

    def _is_due(self, ask: "mail.HasDue") -> bool:
        """Ask without the write lock first: mostly there is nothing."""
        with self.database.reading() as session:
            return ask(session, self.clock())
