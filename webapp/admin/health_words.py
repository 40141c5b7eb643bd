"""What the health page says of a part of the installation."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kb.queries.health import Unwritable

GOOD, WARN, BAD, OFF = "good", "warn", "bad", "draft"
RETRY_JOBS, TRIAL_MAIL, MAILS_AGAIN = "retry_jobs", "trial_mail", "mails_again"

SILENCE = timedelta(minutes=1)  # the worker and its threads show life every few seconds
LONG = timedelta(minutes=15)


@dataclass(frozen=True)
class Remedy:
    """A button: what it is called, and what is asked before it is done."""

    name: str
    label: str
    confirm: str


@dataclass(frozen=True)
class Part:
    """One part of the installation.

    :ivar since: since when it is so; ``None`` where that is not known.
    :ivar meaning: what follows for people, and what to do.
    """

    name: str
    state: str
    sentence: str
    since: datetime | None
    meaning: str
    remedies: tuple[Remedy, ...] = ()
    link: tuple[str, str] | None = None
    entries: tuple[Unwritable, ...] = ()
