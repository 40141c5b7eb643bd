"""导入任务: uploaded record files are checked in the background, confirmed, and loaded whole.

Nothing of a set is stored as records before all of it is; a set is known by its content, so that
the same one is not loaded twice, whatever its files are called.
"""

import io
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.clock import Clock, minute_text
from kb.db import Database
from kb.errors import IllegalTransition, InvalidInput, NotFound
from kb.models import RecordImport, RecordSetRow
from kb.profile import Profile
from kb.records.columns import FILES
from kb.records.correction import correction_workbook
from kb.records.digest import digest_of
from kb.records.faults import MOST_KEPT, FaultList, RecordFaults
from kb.records.layout import NotRecords, Table, lay_out
from kb.records.reading import RecordSet, read_records
from kb.services.audit import record
from kb.services.files import FileStore, KeptFile
from kb.services.jobs import add_job
from kb.services.record_loading import Loaded, check_set, load_records
from kb.services.record_pages import Progress
from kb.terms import RecordSetState, Role

CHECK_RECORDS, LOAD_RECORDS = "check_records", "load_records"
MAX_FILES, MAX_NAME = 12, 120
_EMPTY = "表里只有列名，没有一条记录，没有可导入的；请填好再上传"
_LISTED = 5000  # faults that the workbook to correct holds


def open_set(
    session: Session, kept: Sequence[tuple[str, KeptFile]], *, actor: Actor, clock: Clock
) -> RecordSetRow:
    """Note uploaded files and plan their check.

    :raises PermissionDenied: not an administrator.
    :raises InvalidInput: no file, or too many.
    """
    actor.require(Role.ADMIN)
    if not kept or len(kept) > MAX_FILES:
        sentence = f"请选择 1 至 {MAX_FILES} 个记录文件"
        raise InvalidInput(sentence, {"files": sentence})
    row = RecordSetRow(
        created_at=clock(),
        by_id=actor.user_id or None,
        files=[
            {"name": name[-MAX_NAME:], "sha256": file.sha256, "size": file.size_bytes}
            for name, file in kept
        ],
    )
    session.add(row)
    session.flush()
    _plan(session, row, CHECK_RECORDS, clock)
    return row


def _plan(session: Session, row: RecordSetRow, kind: str, clock: Clock) -> None:
    job = add_job(session, kind, {"set_id": row.id}, clock())
    session.flush()
    row.job_id = job.id


def get_set(session: Session, set_id: int, actor: Actor) -> RecordSetRow:
    """A set, for an administrator.

    :raises NotFound: there is none, or not for this person.
    """
    row = session.get(RecordSetRow, set_id)
    if row is None or not actor.has(Role.ADMIN):
        raise NotFound("没有这次导入", set_id=set_id)
    return row


def confirm(session: Session, row: RecordSetRow, *, actor: Actor, clock: Clock) -> None:
    """Plan the loading of a set that was found right.

    :raises IllegalTransition: it is not waiting for that.
    """
    actor.require(Role.ADMIN)
    session.refresh(row, with_for_update=True)
    if row.state != RecordSetState.READY:
        raise IllegalTransition(f"这次导入现在是“{RecordSetState(row.state).label}”，不能确认导入")
    row.state = RecordSetState.LOADING.value
    _plan(session, row, LOAD_RECORDS, clock)
    record(
        session,
        actor_id=actor.user_id or None,
        action="records.confirm",
        object_type="record_set",
        object_id=row.id,
        detail=dict(row.counts),
        now=clock(),
    )


def drop(session: Session, row: RecordSetRow, *, actor: Actor) -> None:
    """放弃 a set that is not loaded; its row stays in the list.

    :raises IllegalTransition: it is being loaded, or is loaded.
    """
    actor.require(Role.ADMIN)
    session.refresh(row, with_for_update=True)
    if row.state in (RecordSetState.LOADING, RecordSetState.LOADED):
        raise IllegalTransition(f"这次导入现在是“{RecordSetState(row.state).label}”，不能放弃")
    row.state = RecordSetState.DROPPED.value


def again(session: Session, row: RecordSetRow, *, actor: Actor, clock: Clock) -> None:
    """Plan the work anew that was given up after several tries.

    :raises IllegalTransition: it was not given up.
    """
    actor.require(Role.ADMIN)
    session.refresh(row, with_for_update=True)
    kinds = {RecordSetState.CHECKING: CHECK_RECORDS, RecordSetState.LOADING: LOAD_RECORDS}
    kind = kinds.get(RecordSetState(row.state))
    if kind is None or row.job is None or row.job.state != "failed":
        raise IllegalTransition("这次导入没有停下，不用重试")
    _plan(session, row, kind, clock)


def check(
    database: Database, files: FileStore, set_id: int, profile: Profile, clock: Clock
) -> None:
    """Read and check a set; what was found is kept with it. Reads first, one short write."""
    with database.reading() as session:
        row = session.get_one(RecordSetRow, set_id)
        if row.state != RecordSetState.CHECKING:
            return
        uploads = _uploads(row, files)
    with tempfile.TemporaryDirectory(prefix="records-") as name:
        found = _look(database, uploads, Path(name), profile, files)
    with database.unit_of_work() as session:
        row = session.get_one(RecordSetRow, set_id, with_for_update=True)
        if row.state == RecordSetState.CHECKING:
            for field, value in found.items():
                setattr(row, field, value)


def _uploads(row: RecordSetRow, files: FileStore) -> list[tuple[str, Path]]:
    return [(file["name"], files.path(file["sha256"])) for file in row.files]


def _look(
    database: Database,
    uploads: Sequence[tuple[str, Path]],
    folder: Path,
    profile: Profile,
    files: FileStore,
) -> dict[str, object]:
    """The columns of a set as the check leaves them."""
    try:
        tables = lay_out(uploads, folder)
    except NotRecords as error:
        return {"state": RecordSetState.REFUSED.value, "message": error.message[:500]}
    faults = FaultList(_LISTED)
    records = read_records(folder, faults)
    digest = digest_of(folder)
    found: dict[str, object] = {"digest": digest, "tables": [_as_json(one) for one in tables]}
    with database.reading() as session:
        before = _before(session, digest)
        if before is not None:
            said = f"同样的记录已在 {minute_text(before.loaded_at)} 导入过，没有重复导入"
            return found | {
                "state": RecordSetState.SAME.value,
                "message": said,
                "import_id": before.id,
            }
        try:
            check_set(session, records, faults)
        except RecordFaults as refused:
            return found | _refused(refused, folder, files)
    if not any(records.rows_of(name) for name in FILES):
        return found | {"state": RecordSetState.REFUSED.value, "message": _EMPTY}
    return found | _ready(records, profile)


def _as_json(table: Table) -> dict[str, str]:
    return asdict(table)


def _before(session: Session, digest: str) -> RecordImport | None:
    query = select(RecordImport).where(RecordImport.digest == digest)
    return session.scalars(query).one_or_none()


def _refused(refused: RecordFaults, folder: Path, files: FileStore) -> dict[str, object]:
    book = files.keep(io.BytesIO(correction_workbook(folder, refused.faults)))
    return {
        "state": RecordSetState.REFUSED.value,
        "message": f"有 {refused.count} 处不对，整组没有导入",
        "fault_count": refused.count,
        "faults": [asdict(fault) for fault in refused.faults[:MOST_KEPT]],
        "correction": book.sha256,
    }


def _ready(records: RecordSet, profile: Profile) -> dict[str, object]:
    loaded = Loaded.expected(records)
    return {
        "state": RecordSetState.READY.value,
        "counts": loaded.counts,
        "notes": [*loaded.notes, *unknown_to(profile, records)],
        "message": "",
    }


def unknown_to(profile: Profile, records: RecordSet) -> list[str]:
    """What the city's lists do not have: taken over as it stands, but worth a look."""
    known = {
        "channel": ("渠道", set(profile.channels)),
        "line": ("专线", {"", *profile.lines}),
        "purpose": ("诉求目的", {one.name for one in profile.purposes}),
        "district": ("区域", {"", *profile.all_regions}),
        "category1": ("一级类别", {"", *(path.split("/")[0] for path in profile.categories)}),
    }
    notes = []
    for column, (label, names) in known.items():
        counts: dict[str, int] = {}
        for row in records.requests:
            if len(names - {""}) and row[column] not in names:
                counts[row[column]] = counts.get(row[column], 0) + 1
        for name, count in sorted(counts.items(), key=lambda pair: -pair[1])[:5]:
            notes.append(f"{count} 件诉求的{label}“{name}”不在本市的{label}里，照原样导入")
    return notes


def load(
    database: Database,
    files: FileStore,
    set_id: int,
    *,
    phone_key: bytes,
    clock: Clock,
    progress: Progress,
) -> None:
    """Load a confirmed set in one transaction, or refuse it whole; checks it once more before."""
    with database.reading() as session:
        row = session.get_one(RecordSetRow, set_id)
        if row.state != RecordSetState.LOADING:
            return
        uploads = _uploads(row, files)
    with tempfile.TemporaryDirectory(prefix="records-") as name:
        folder = Path(name)
        lay_out(uploads, folder)
        faults = FaultList(_LISTED)
        records = read_records(folder, faults)
        try:
            with database.unit_of_work() as session:
                row = session.get_one(RecordSetRow, set_id, with_for_update=True)
                if row.state == RecordSetState.LOADING:
                    _load(session, row, records, faults, phone_key, clock, progress)
        except RecordFaults as refused:
            # Somebody else's numbers came in between the check and now.
            found = _refused(refused, folder, files)
            with database.unit_of_work() as session:
                row = session.get_one(RecordSetRow, set_id, with_for_update=True)
                for field, value in found.items():
                    setattr(row, field, value)


def _load(
    session: Session,
    row: RecordSetRow,
    records: RecordSet,
    faults: FaultList,
    phone_key: bytes,
    clock: Clock,
    progress: Progress,
) -> None:
    before = _before(session, row.digest)
    if before is not None:
        row.state, row.import_id = RecordSetState.SAME.value, before.id
        row.message = f"同样的记录已在 {minute_text(before.loaded_at)} 导入过，没有重复导入"
        return
    check_set(session, records, faults)
    loaded = load_records(
        session,
        records,
        digest=row.digest,
        name="、".join(file["name"] for file in row.files)[:200],
        phone_key=phone_key,
        actor_id=row.by_id,
        now=clock(),
        progress=progress,
    )
    made = _before(session, row.digest)
    row.state, row.import_id = RecordSetState.LOADED.value, made.id if made else None
    row.counts, row.notes = loaded.counts, [*row.notes, *loaded.notes]
    row.notes = list(dict.fromkeys(row.notes))
