"""What the worker does for bulletins that somebody has asked to issue."""

from collections.abc import Mapping
from typing import Any

from kb.clock import Clock
from kb.current_profile import Profiles
from kb.db import Database
from kb.services.bulletin_issue_job import ISSUE_JOB, run
from kb.services.jobs import Handler


def handlers(database: Database, profiles: Profiles, clock: Clock) -> dict[str, Handler]:
    """The handlers by job kind."""

    def issue_bulletin(payload: Mapping[str, Any]) -> None:
        run(database, payload, profiles.newest(), clock)

    return {ISSUE_JOB: issue_bulletin}
