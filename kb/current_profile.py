"""The city profile that holds now: the newest version in the database, else the file's.

Every process keeps one :class:`Profiles` and asks the database at most once a second whether
there is a newer version, so that web, worker and commands follow an edit by themselves.
"""

import logging
import math
import time
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kb.db import Database
from kb.models import ProfileVersion
from kb.profile import Profile, profile_from

log = logging.getLogger(__name__)
FRESH_SECONDS = 1.0


class Profiles:
    """The profile as of now; may be asked by several threads."""

    def __init__(
        self, database: Database, start: Mapping[str, Any], *, fresh_seconds: float = FRESH_SECONDS
    ) -> None:
        """Prepare; the database is first asked when the profile is.

        :param start: what the program was started with, under the names of a profile's TOML.
        :raises InvalidInput: ``start`` is no profile.
        """
        self.start = dict(start)
        self._database: Database | None = database
        self._fresh_seconds = fresh_seconds
        self._number, self._profile = 0, profile_from(self.start)
        self._asked_at: float | None = None

    @classmethod
    def fixed(cls, profile: Profile, database: Database) -> "Profiles":
        """One that always says the same, for whoever made a profile without a file."""
        made = cls(database, {})
        made._profile, made._database = profile, None
        return made

    def current(self) -> Profile:
        """The profile last read; asks the database only if that was never done."""
        if self._asked_at is None:
            self.newest()
        return self._profile

    def newest(self) -> Profile:
        """The profile that holds; the one last read while the database is away.

        Not while a session is open: on SQLite a commit would wait for that session, and the
        question asked here for the commit.
        """
        clicks = time.monotonic()
        if self._asked_at is None or clicks - self._asked_at >= self._fresh_seconds:
            self._asked_at = clicks
            self._follow()
        return self._profile

    def refresh(self) -> None:
        """Ask the database at the next question: a version was just saved here."""
        self._asked_at = -math.inf

    def _follow(self) -> None:
        if self._database is None:
            return
        try:
            with self._database.reading() as session:
                number = newest_number(session)
                if number == self._number:
                    return
                data = session.get_one(ProfileVersion, number).data if number else self.start
        except OperationalError as error:
            log.warning("database away, the profile last read holds", exc_info=error)
            return
        self._number, self._profile = number, profile_from(data)


def newest_number(session: Session) -> int:
    """The number of the newest version; 0 while nobody has edited the profile."""
    return session.scalar(select(func.max(ProfileVersion.number))) or 0
