"""Files of bulletins given to people; every one stands in the audit log."""

from werkzeug.wrappers import Response

from kb.bulletins.issuing.wording import words_of
from kb.bulletins.periods import Period
from kb.bulletins.rendering import pdf_file
from kb.bulletins.rendering.forms import TYPES
from kb.models import BulletinRow
from kb.services.audit import record
from webapp.context import services
from webapp.database import commit, db
from webapp.identity import current_actor
from webapp.sheets import attachment


def edition_forms() -> tuple[str, ...]:
    """The files of an issued edition that this machine can give, PDF only where it can be made."""
    return (*TYPES, *(("pdf",) if pdf_file.is_offered() else ()))


def handed_out(data: bytes, form: str, row: BulletinRow, what: str) -> Response:
    """The file; who took it is recorded and committed.

    :param what: ``draft`` or ``edition-1``, as the log tells it.
    """
    actor = current_actor()
    detail = {"form": form, "what": what}
    now = services().clock()
    record(db(), actor.user_id or None, "bulletin.download", "bulletin", row.id, detail, now)
    name = _name(row, what)
    commit()
    return attachment(data, pdf_file.TYPE if form == "pdf" else TYPES[form], f"{name}.{form}")


def _name(row: BulletinRow, what: str) -> str:
    """What people find it by among their files: title, period, which edition."""
    title = row.header["title"].replace("/", "-")
    period = words_of(Period(row.first, row.last)).long
    edition = what.removeprefix("edition-")
    return f"{title}（{period}）{f'第{edition}版' if edition != what else '草稿'}"
