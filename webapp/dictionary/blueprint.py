"""The room's blueprint, how its addresses are read, and how changes become a draft."""

from collections.abc import Sequence

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.dictionary import Change
from kb.errors import NotFound
from kb.models import DictionaryDraft
from kb.services import dictionary
from kb.services.dictionary_preview import preview
from kb.terms import WordKind
from webapp.context import services
from webapp.database import commit, db, unit_of_work
from webapp.identity import current_actor

bp = Blueprint("dictionary", __name__, url_prefix="/admin/dictionary")


def asked_kind() -> WordKind:
    """The kind an address or form names; synonyms unless it names one.

    :raises NotFound: it names none that exists.
    """
    raw = request.values.get("kind", "") or WordKind.SYNONYM.value
    try:
        return WordKind(raw)
    except ValueError:
        raise NotFound("没有这一类词，请从词典页重新进入") from None


def number(name: str, at_least: int = 1) -> int | None:
    """A whole number of the address or form; None when it is missing or none."""
    raw = request.values.get(name, "")
    is_number = raw.isascii() and raw.isdigit() and len(raw) < 10
    return int(raw) if is_number and int(raw) >= at_least else None


def draft_to_add_to() -> DictionaryDraft | None:
    """The open draft that the form's changes join, if it names one of this person's."""
    draft_id = number("draft")
    if draft_id is None:
        return None
    draft = dictionary.get_draft(db(), draft_id)
    return draft if draft.created_by == current_actor().user_id else None


def keep_and_look(changes: Sequence[Change]) -> Response:
    """Keep changes as a draft, try them, and lead to the preview.

    :raises ChangesRefused: nothing was kept.
    """
    known = services()
    words = known.search.indexes.dictionary.current(db())
    draft = dictionary.open_draft(
        db(),
        changes,
        words.segmenter,
        actor=current_actor(),
        now=known.clock(),
        into=draft_to_add_to(),
    )
    commit()
    return look_at(draft)


def look_at(draft: DictionaryDraft) -> Response:
    """Try a kept draft and lead to its preview.

    What can take seconds only reads; the write lock is given up for that long.
    """
    known = services()
    base_version, draft_id = draft.base_version, draft.id
    changes = dictionary.changes_of(draft)
    db().rollback()
    seen = preview(known.database, known.search.indexes, changes, local_day(known.clock()))
    with unit_of_work() as session:
        dictionary.store_preview(session, draft_id, base_version, changes, seen)
    return redirect(url_for("dictionary.draft", draft_id=draft_id))
