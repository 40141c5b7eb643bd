"""GET /batches/{id} and what is made of a batch; tables and archives pushed as one file."""

from typing import Any, cast

from flask import Response, request
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.models import Batch
from kb.queries import batches as queries
from kb.services.batch_access import get_batch
from kb.services.batch_reading import BatchReader
from kb.services.batch_settling import order as order_entries
from kb.services.batch_settling import plan_settling, settle_for
from kb.services.files import FileStore
from kb.services.reading import read_document
from kb.terms import BatchState, EntryOrder, EntryOutcome
from webapp.api_v1 import repeats
from webapp.api_v1.batch_schemas import BatchOrderSchema, BatchQuerySchema, BatchSchema
from webapp.api_v1.document_schemas import MAX_ID
from webapp.api_v1.parsing import parser
from webapp.api_v1.room import Blueprint, ErrorSchema, scoped
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor

bp = Blueprint("api_batches", __name__, description="批量推送")

# A table within these is answered at once; what is larger goes on in the background.
READ_SECONDS, SETTLE_SECONDS = 15.0, 15.0


@bp.route("/batches/<int:batch_id>", methods=["GET"])
@bp.doc(summary="看一批推送到了哪一步")
@bp.response(200, BatchSchema)
@bp.arguments(BatchQuerySchema, location="query", as_kwargs=True)
@scoped("documents")
def show(batch_id: int, page: int) -> dict[str, Any]:
    """每个文件或每一行会成为什么、成了什么，每页 50 条。"""
    actor = current_actor()
    batch = get_batch(db(), min(batch_id, MAX_ID), actor)
    return batch_json(db(), batch, actor, page)


@bp.route("/batches/<int:batch_id>/orders", methods=["POST"])
@bp.doc(
    summary="把一批里明确的条目生成草稿、送审或发布",
    requestBody={
        "required": True,
        "content": {"application/json": {"schema": BatchOrderSchema}},
    },
    parameters=[repeats.KEY_PARAMETER],
)
@bp.alt_response(422, schema=ErrorSchema, description="没有可以处理的条目")
@bp.response(202, BatchSchema, description="已排队，稍后再看")
@scoped("documents")
def order(batch_id: int) -> Response:
    """内容相近的不会处理，要先在网页上选择作为新版本、新条目还是不收录。"""
    how = EntryOrder(parser.parse(BatchOrderSchema(), request, location="json")["how"])

    def work() -> repeats.Answer:
        actor, now = current_actor(), services().clock()
        batch = get_batch(db(), min(batch_id, MAX_ID), actor)
        order_entries(db(), batch, how, actor, now)
        plan_settling(db(), batch, actor, now)
        return batch_json(db(), batch, actor), 202

    return repeats.answer_in_session(work)


def read_rows(batch_id: int, actor: Actor) -> bool:
    """Read what a batch holds, for some seconds; tells whether all is read."""
    known = services()
    files = cast(FileStore, known.files)
    regions = known.profile.regions
    reader = BatchReader(known.database, files, read_document, actor, known.clock, regions)
    return reader.read_for(batch_id, READ_SECONDS) is None


def settle_table(batch_id: int, actor: Actor, *, publish: bool) -> bool:
    """Read the rows of a table and draft or publish what is clear; tells whether all is done."""
    known = services()
    if not read_rows(batch_id, actor):
        return False
    how = EntryOrder.PUBLISH if publish else EntryOrder.DRAFT
    with known.database.unit_of_work() as session:
        batch = session.get_one(Batch, batch_id)
        if queries.tally(session, batch_id, actor).ready:
            order_entries(session, batch, how, actor, known.clock())
            plan_settling(session, batch, actor, known.clock())
    return not settle_for(known.database, batch_id, actor, known.clock, SETTLE_SECONDS)


def batch_json(session: Session, batch: Batch, actor: Actor, page: int = 1) -> dict[str, Any]:
    """The values of ``BatchSchema``."""
    counts = queries.tally(session, batch.id, actor)
    found = queries.entries_page(session, batch.id, "all", page, actor)
    ids = [entry.matched_version_id for entry in found.entries]
    versions = queries.versions_by_id(
        session, [*ids, *(entry.version_id for entry in found.entries)]
    )

    def item_of(version_id: int | None) -> int | None:
        return versions[version_id].item_id if version_id else None

    entries = [
        {
            "path": entry.path,
            "sheet": entry.sheet,
            "row": entry.row,
            "title": entry.title,
            "outcome": entry.outcome,
            "outcome_label": EntryOutcome(entry.outcome).label,
            "reason": entry.reason,
            "code": entry.code,
            "notices": entry.notices,
            "matched_item_id": item_of(entry.matched_version_id),
            "item_id": item_of(entry.version_id),
            "version_id": entry.version_id,
            "file_id": entry.file_id,
        }
        for entry in found.entries
    ]
    is_busy = counts.waiting or counts.ordered
    state = "reading" if is_busy else "ready"
    if batch.state in (BatchState.CLOSED, BatchState.STOPPED):
        state = batch.state
    names = ("total", "waiting", "new", "new_version", "near_duplicate", "duplicate")
    return {
        "batch_id": batch.id,
        "name": batch.name,
        "unit_id": batch.unit_id,
        "state": state,
        "counts": {
            name: getattr(counts, name) for name in (*names, "needs_ocr", "failed", "settled")
        },
        "page": found.page,
        "pages": found.pages,
        "entries": entries,
    }
