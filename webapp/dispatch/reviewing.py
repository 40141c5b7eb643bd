"""中心审核: what the reply check finds in a reply that waits for the centre."""

from dataclasses import replace

from kb.errors import SearchUnavailable
from kb.presenters.reply_findings import FindingsPage
from webapp.order_parts import OrderView
from webapp.reply_checks import findings_in


def findings_of(view: OrderView) -> tuple[FindingsPage | None, str]:
    """The findings of the last reply, and a sentence where it could not be checked.

    The reply is checked as it was written and shown masked: each piece for itself, so that the
    marks stay where they belong.
    """
    if "resolved" not in view.commands or not view.state.reply:
        return None, ""
    try:
        page = findings_in(view.order, view.state.reply)
    except SearchUnavailable:
        return None, _NOT_DONE
    pieces = tuple(replace(piece, text=view.said(piece.text)) for piece in page.pieces)
    return replace(page, pieces=pieces), ""


_NOT_DONE = "检索暂时不可用，这份答复没有自动检查，请逐项人工核对。"
