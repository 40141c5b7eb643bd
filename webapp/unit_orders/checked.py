"""答复检查 on the page: the findings, and whether a reply was seen with them."""

import hashlib
from dataclasses import dataclass

from kb.errors import SearchUnavailable
from kb.models import WorkOrder
from kb.presenters.reply_findings import FindingsPage
from webapp.reply_checks import findings_in

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
    seal = hashlib.sha256(text.encode()).hexdigest()[:20]
    try:
        return Checked(seal, findings_in(order, text))
    except SearchUnavailable:
        return Checked(seal, problem=_NOT_DONE)
