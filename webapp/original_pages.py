"""The pages of originals, for every room that links to them or shows them."""

from collections.abc import Sequence

from flask import url_for
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import IllegalTransition, NotFound
from kb.models import KnowledgeVersion
from kb.services.originals import get_original, get_whole, text_read
from kb.services.page_images import PageImages
from webapp.context import services


def page_images() -> PageImages:
    """The drawn pages in the data folder."""
    return PageImages(services().settings.data_folder / "page_images", services().files)


def has_page_images(session: Session, version: KnowledgeVersion, actor: Actor | None) -> bool:
    """Tell whether the person may look at the pages of the original of a version."""
    if version.file_id is None or services().files is None:
        return False
    try:
        return page_images().shows(get_whole(session, version.file_id, actor).sha256)
    except (NotFound, IllegalTransition):  # not theirs, not scanned yet, or lost on disk
        return False


def has_text(session: Session, version: KnowledgeVersion, actor: Actor | None) -> bool:
    """Tell whether the person may read what was read in the original of a version."""
    if version.file_id is None or version.row is not None:
        return False
    try:
        stored = get_original(session, version.file_id, actor)
    except (NotFound, IllegalTransition):  # not theirs, or not scanned yet
        return False
    return bool(text_read(session, stored, actor).strip())


def has_clauses(version: KnowledgeVersion) -> bool:
    """Tell whether clauses of a version stand somewhere in its original; a row of a table is one
    line among the entries of others."""
    return version.file_id is not None and version.row is None


def clause_address(version: KnowledgeVersion, ordinal: int, words: Sequence[str] = ()) -> str:
    """The original of a version opened where a clause stands, with the clause and words marked.

    :param version: of which :func:`has_clauses` is true.
    """
    return url_for(
        "originals.page",
        file_id=version.file_id,
        version=version.id,
        passage=ordinal,
        mark=" ".join(words)[:100] or None,
        _anchor="mark",
    )
