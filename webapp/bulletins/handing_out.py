"""Files of bulletins given to people; every one stands in the audit log."""

from werkzeug.wrappers import Response

from kb.bulletins.rendering import pdf_file
from kb.bulletins.rendering.forms import TYPES
from kb.models import BulletinRow
from kb.services.audit import record
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.sheets import attachment


def handed_out(data: bytes, form: str, row: BulletinRow, what: str) -> Response:
    """The file; who took it is recorded and committed.

    :param what: ``draft`` or ``edition-1``.
    """
    actor = current_actor()
    detail = {"form": form, "what": what}
    now = services().clock()
    record(db(), actor.user_id or None, "bulletin.download", "bulletin", row.id, detail, now)
    name = f"bulletin-{row.kind}-{row.first}-{row.last}-{what}.{form}"
    commit()
    return attachment(data, pdf_file.TYPE if form == "pdf" else TYPES[form], name)
