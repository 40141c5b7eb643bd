"""答复检查 for a page of any room: what is found in a reply to an order."""

from dataclasses import replace

from indexer.errors import IndexerError
from kb.errors import SearchUnavailable
from kb.models import WorkOrder
from kb.presenters.reply_findings import FindingsPage, findings_page
from kb.replies.finding import Finding
from kb.services import reply_checking
from kb.services.contact_details import shown_text
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor


def findings_in(order: WorkOrder, text: str) -> FindingsPage:
    """Check a reply for whoever looks.

    :raises SearchUnavailable: entries cannot be looked up now, so nothing was checked.
    """
    return findings_page(text, found_in(order, text))


def found_in(order: WorkOrder, text: str) -> list[Finding]:
    """The findings alone, the most serious first; what they quote is masked as the order's words
    are for whoever looks.

    :raises SearchUnavailable: as :func:`findings_in`.
    """
    known = services()
    if known.search is None:
        raise SearchUnavailable("检索暂时不可用，没有做答复检查")
    try:
        found = reply_checking.check(
            db(), known.search.indexes, order, text, actor=current_actor(), now=known.clock()
        )
    except IndexerError as error:
        raise SearchUnavailable("检索暂时不可用，没有做答复检查") from error
    return [_shown(finding, order) for finding in found]


def _shown(finding: Finding, order: WorkOrder) -> Finding:
    def said(text: str) -> str:
        return shown_text(text, order.request, current_actor())

    return replace(
        finding,
        sentence=said(finding.sentence),
        quote=said(finding.quote),
        suggestion=said(finding.suggestion),
        against=said(finding.against),
    )
