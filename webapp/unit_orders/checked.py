"""答复检查 on the page: the findings, and whether a reply was seen with them."""

import hashlib
from dataclasses import dataclass

from indexer.errors import IndexerError
from kb.errors import SearchUnavailable
from kb.models import WorkOrder
from kb.presenters.reply_findings import FindingsPage, findings_page
from kb.services import reply_checking
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor

_NOT_DONE = "检索暂时不可用，这次没有做答复检查；可以先提交，由审核人把关。"


@dataclass(frozen=True)
class Checked:
    """A checked reply: ``page`` is None when it could not be checked, ``problem`` says why.

    ``seal`` goes into the form: a reply with the same seal was seen with these findings.
    """

    seal: str
    page: FindingsPage | None = None
    problem: str = ""

    @property
    def serious(self) -> int:
        """How many findings should be mended."""
        return self.page.serious if self.page is not None else 0


def checked(order: WorkOrder, text: str) -> Checked:
    """Check a reply to an order."""
    known, seal = services(), hashlib.sha256(text.encode()).hexdigest()[:20]
    if known.search is None:
        return Checked(seal, problem=_NOT_DONE)
    try:
        found = reply_checking.check(
            db(), known.search.indexes, order, text, actor=current_actor(), now=known.clock()
        )
    except (IndexerError, SearchUnavailable):
        return Checked(seal, problem=_NOT_DONE)
    return Checked(seal, findings_page(text, found))
