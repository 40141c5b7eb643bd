"""Reading what the forms of a gap send, and answering them."""

import unicodedata
from collections.abc import Callable

from flask import flash, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from kb.errors import CalendarUnknown, InvalidInput
from kb.models import Gap
from kb.queries.gaps import get_gap
from webapp.database import commit, db
from webapp.gaps.page import gap_page
from webapp.identity import current_actor


def handle(gap_id: int, act: Callable[[Gap], str], where: str) -> Response:
    """Do what a form asks; what cannot be done brings the page back with what was typed.

    :param act: does it and returns the sentence that says so.
    :param where: the form's name, for the sentences beside its fields.
    """
    found = get_gap(db(), gap_id, current_actor())
    try:
        sentence = act(found)
    except (InvalidInput, CalendarUnknown) as refused:
        db().rollback()
        problems = getattr(refused, "fields", {}) or {"comment": refused.message}
        again = get_gap(db(), gap_id, current_actor())
        status = 409 if isinstance(refused, CalendarUnknown) else 422
        return make_response(gap_page(again, problems, where), status)
    commit()
    flash(sentence, "good")
    return redirect(url_for("gaps.gap", gap_id=gap_id))


def number(text: str) -> int:
    """A whole number from a form or address; 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def rev() -> int:
    """The revision of the gap that the person's page was made from."""
    return number(request.form.get("rev", ""))


def comment() -> str:
    """The words of the form, without control characters."""
    text = request.form.get("comment", "").replace("\r\n", "\n")
    return "".join(c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cs"))
