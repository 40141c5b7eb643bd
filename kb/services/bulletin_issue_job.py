"""印发 as background work: verifying, packing and printing take longer than a page should wait.

What can be refused at once is (:func:`ask`); what the verification refuses stands in the history
of the bulletin, where :func:`refused` reads it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from kb.bulletins.faults import FiguresRefused
from kb.clock import Clock
from kb.db import Database
from kb.errors import KbError
from kb.models import BulletinRow
from kb.profile import Profile
from kb.services import bulletin_issuing as issuing
from kb.services.bulletin_queue import ISSUE_JOB, require_idle
from kb.services.bulletins import OPEN, By, get, note
from kb.services.jobs import add_job
from kb.services.working_for import SenderGone, actor_again, payload_of_actor

REFUSED = "refused"
_NAMED = 20
_CHANGED = "印发时这一期被人改过，没有印发；请核对、审核后再印发"


def ask(
    session: Session,
    row: BulletinRow,
    by: By,
    *,
    number: str,
    issued_on: date,
    typed_is_meant: bool,
) -> None:
    """Have a reviewed bulletin issued in the background.

    :raises KbError: as :func:`kb.services.bulletin_issuing.require_issuable`, or it is being
        issued already.
    """
    issuing.require_issuable(session, row, by, number, typed_is_meant=typed_is_meant)
    require_idle(session, row)
    assert by.actor is not None  # noqa: S101 - nobody issues on schedule
    payload = {
        "bulletin_id": row.id,
        "seen": by.seen,
        "number": number,
        "issued_on": issued_on.isoformat(),
        "typed_is_meant": typed_is_meant,
        **payload_of_actor(by.actor),
    }
    add_job(session, ISSUE_JOB, payload, by.now).subject_id = row.id


def refused(row: BulletinRow) -> list[str]:
    """Why it was not issued when that was tried last, sentence by sentence; empty when nothing
    was done or tried since."""
    last = row.steps[-1] if row.steps else None
    return last.note.splitlines() if last is not None and last.act == REFUSED else []


def run(database: Database, payload: Mapping[str, Any], profile: Profile, clock: Clock) -> None:
    """Issue it, or write down why not; a repeat changes nothing."""
    bulletin_id, by = payload["bulletin_id"], By(None, clock(), profile, payload["seen"])
    try:
        with database.reading() as session:
            by = By(actor_again(session, payload), clock(), profile, payload["seen"])
            prepared = issuing.prepare(
                session,
                get(session, bulletin_id),
                by,
                number=payload["number"],
                issued_on=date.fromisoformat(payload["issued_on"]),
                typed_is_meant=payload["typed_is_meant"],
            )
        with database.unit_of_work() as session:
            issuing.keep(session, get(session, bulletin_id, lock=True), by, prepared)
    except SenderGone:
        _write(database, bulletin_id, by, "点印发的人的账号已停用，没有印发")
    except FiguresRefused as error:
        count = len(error.faults)
        lines = [f"有 {count} 处对不上，没有印发", *map(str, error.faults[:_NAMED])]
        _write(database, bulletin_id, by, "\n".join(lines))
    except KbError as error:
        _write(database, bulletin_id, by, error.message)


def _write(database: Database, bulletin_id: int, by: By, words: str) -> None:
    """Into the history why it was not issued; of one that is issued by now there is nothing to
    say: the job had done it before."""
    with database.unit_of_work() as session:
        row = get(session, bulletin_id, lock=True)
        if row.state_term in OPEN:
            said = words if row.rev == by.seen else _CHANGED
            note(session, row, REFUSED, by, said)
