"""附件 of an order for the centre: taken home whole, as it came."""

from flask import send_file
from werkzeug.wrappers import Response

from kb.errors import IllegalTransition
from kb.services import work_orders
from kb.terms import ScanState
from webapp.context import services
from webapp.database import db
from webapp.dispatch.blueprint import bp
from webapp.identity import current_actor


@bp.get("/orders/<number>/files/<int:file_id>")
def file(number: str, file_id: int) -> Response:
    """The file as a download, whatever its kind: nothing sent in runs in our pages.

    :raises NotFound: not on this order, or not for this person.
    :raises IllegalTransition: it has not been found clean yet.
    """
    known = services()
    by = work_orders.By(current_actor(), known.clock(), known.profile)
    row = work_orders.get_file(work_orders.get_order(db(), number, by.actor), by, file_id)
    if row.scan_state != ScanState.CLEAN.value:
        raise IllegalTransition("这个附件还没有通过病毒检查，暂时不能下载", file_id=file_id)
    return send_file(
        known.files.path(row.sha256),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=row.name,
        etag=False,
        conditional=False,
    )
