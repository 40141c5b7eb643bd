"""拆分 looked at before it is done: which questions go, which stay, how often each was asked."""

from collections.abc import Sequence

from flask import make_response, render_template
from werkzeug.wrappers import Response

from kb.errors import InvalidInput
from kb.queries.gaps import ask_counts, get_gap, shown_text
from kb.services.gap_regrouping import parting
from webapp.database import db
from webapp.gaps.forms import rev
from webapp.gaps.page import gap_page
from webapp.identity import current_actor


def previewed(gap_id: int, chosen: Sequence[int]) -> Response:
    """The page that says what would happen; what cannot be split brings the gap back."""
    actor = current_actor()
    found = get_gap(db(), gap_id, actor)
    try:
        plan = parting(found, chosen, seen_rev=rev(), actor=actor)
    except InvalidInput as refused:
        return make_response(gap_page(found, refused.fields, "split"), 422)
    page = render_template(
        "gaps/split.html",
        found=found,
        plan=plan,
        counts=ask_counts(db(), found),
        text_of=lambda question: shown_text(question, actor),
    )
    return make_response(page)
