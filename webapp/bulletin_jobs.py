"""What is done in the background for bulletins: counting, issuing, freezing of assessments."""

from collections.abc import Mapping
from typing import Any

from kb.clock import Clock
from kb.current_profile import Profiles
from kb.db import Database
from kb.services import assessment_freeze_job as freezing
from kb.services import bulletin_count_job as counting
from kb.services import bulletin_issue_job as issuing
from kb.services.bulletin_queue import COUNT_JOB, FREEZE_JOB, ISSUE_JOB
from kb.services.jobs import Handler


def handlers(database: Database, profiles: Profiles, clock: Clock) -> dict[str, Handler]:
    """The handlers by job kind."""

    def issue_bulletin(payload: Mapping[str, Any]) -> None:
        issuing.run(database, payload, profiles.newest(), clock)

    def count_bulletin(payload: Mapping[str, Any]) -> None:
        counting.run(database, payload, profiles.newest(), clock)

    def freeze_assessment(payload: Mapping[str, Any]) -> None:
        freezing.run(database, payload, profiles.newest(), clock)

    return {
        ISSUE_JOB: issue_bulletin,
        COUNT_JOB: count_bulletin,
        FREEZE_JOB: freeze_assessment,
    }
