"""One page of an original with its marks; the picture; the file as it came."""

from typing import Any

from flask import Response, current_app, make_response, render_template, request, send_file, url_for
from werkzeug.wrappers import Response as AnyResponse

from docs_import.errors import DocumentUnreadable
from docs_import.page_text import row_values
from kb.actor import Actor
from kb.errors import NotFound
from kb.models import KnowledgeVersion, PassageRow, StoredFile
from kb.queries.scans import scan_page_of
from kb.services.originals import get_original, get_whole, may_take, text_read, version_of
from kb.services.page_images import WIDTHS
from webapp.context import services
from webapp.database import db
from webapp.identity import current_actor
from webapp.original_pages import page_images
from webapp.originals.blueprint import bp, marked_words, number
from webapp.originals.marks import Marks, marks_of
from webapp.originals.reading import is_changed, reading_of_entry, reading_of_file
from webapp.permission_map import permissions
from webapp.rules import is_allowed
from webapp.scan_sheets import sheet_of, text_of

_WIDTH = 1400
_NO_SUCH_PAGE = "no_page"
# The room in which a person reads entries: the first that the permission map opens.
_READING_ROOMS = ("agent_desk.entry", "unit_portal.entry", "public_faq.entry")
_DRAFT_ROOM = "unit_portal.version"
# The page and its picture, for staff and for the public.
_ENDPOINTS = {
    False: ("originals.page", "originals.image"),
    True: ("originals.public_page", "originals.public_image"),
}


@bp.get("/<int:file_id>")
def page(file_id: int) -> AnyResponse:
    """``?page=`` of an original; ``?version=&passage=`` mark a clause, ``?mark=`` words."""
    return _page(file_id, current_actor())


@bp.get("/public/<int:file_id>")
def public_page(file_id: int) -> AnyResponse:
    """The same for everybody, where the entry is public.

    Only to be looked at: a file may hold more than its pages show, e.g. who changed what.
    """
    return _page(file_id, None)


def _page(file_id: int, actor: Actor | None) -> AnyResponse:
    stored = get_original(db(), file_id, actor)
    version = version_of(db(), stored, actor, number("version"))
    passage = _passage(version, number("passage"))
    if not may_take(db(), stored, actor) or not page_images().shows(stored.sha256):
        return make_response(_as_text(stored, version, passage, actor))
    wanted = number("page") or (passage.page if passage else None) or 1
    try:
        kept = page_images().page(stored.sha256, wanted, _WIDTH)
    except DocumentUnreadable as error:
        if error.code == _NO_SUCH_PAGE:
            raise NotFound(error.message, file_id=file_id, page=wanted) from error
        return make_response(_as_text(stored, version, passage, actor, error.message))
    scanned = scan_page_of(db(), stored, wanted)
    sheet = sheet_of(scanned) if scanned is not None else None
    text = text_of(scanned) if scanned is not None else kept.text
    size = (sheet.width, sheet.height) if sheet is not None else (kept.width, kept.height)
    marks = marks_of(text, size, _clause(passage, wanted), marked_words())
    read = text_read(db(), stored, actor) if passage is not None else ""
    here, picture = _ENDPOINTS[actor is None]
    names = ("version", "passage", "mark")
    kept_arguments: dict[str, Any] = {
        name: request.args[name] for name in names if request.args.get(name)
    }

    def address(at: int) -> str:
        return url_for(here, **kept_arguments, file_id=file_id, page=at)

    return make_response(
        render_template(
            "originals/page.html",
            file=stored,
            number=wanted,
            pages=kept.pages,
            width=size[0],
            height=size[1],
            sheet=sheet,
            image=lambda at: url_for(picture, file_id=file_id, number=at),
            marks=marks,
            differs=passage is not None and bool(read.strip()) and is_changed(read, passage),
            address=address,
            here=url_for(here, file_id=file_id),
            kept_arguments=kept_arguments,
            **_beside(stored, version, passage, actor),
        )
    )


def _beside(
    stored: StoredFile,
    version: KnowledgeVersion | None,
    passage: PassageRow | None,
    actor: Actor | None,
) -> dict[str, object]:
    """What stands beside the page: the entry and the marked clause."""
    words = marked_words()
    spans = []
    if passage is not None:
        for word in words:
            at = passage.text.find(word)
            while at >= 0:
                spans.append((at, at + len(word)))
                at = passage.text.find(word, at + len(word))
    return {
        "is_public": actor is None,
        "may_take": actor is not None and may_take(db(), stored, actor),
        "version": version,
        "entry_href": _entry_href(version, passage, actor),
        "passage": passage,
        "spans": spans,
        "words": words,
    }


def _as_text(
    stored: StoredFile,
    version: KnowledgeVersion | None,
    passage: PassageRow | None,
    actor: Actor | None,
    problem: str = "",
) -> str:
    """A file whose pages are not drawn, or not for this person: the text that was read from it,
    the clause marked.

    Where that is not for this person, or was not kept, the text of the entry stands for it.
    """
    read, shown = text_read(db(), stored, actor), None
    is_taken = may_take(db(), stored, actor)
    # What a file is called may say as much as what stands in it.
    name = stored.name if is_taken else version.title if version else "原件"
    if read.strip():
        shown = reading_of_file(read, passage, marked_words(), name=name)
    elif version is not None:
        shown = reading_of_entry(version, passage, marked_words(), for_staff=actor is not None)
    is_open = is_taken or bool(read.strip())
    return render_template(
        "originals/text.html",
        file=stored,
        name=name,
        problem=problem,
        is_open=is_open,
        has_pages=is_open and page_images().shows(stored.sha256),
        reading=shown,
        marks=Marks((), ()),
        **_beside(stored, version, passage, actor),
    )


def _passage(version: KnowledgeVersion | None, ordinal: int | None) -> PassageRow | None:
    if version is None or ordinal is None:
        return None
    return next((row for row in version.passages if row.ordinal == ordinal), None)


def _clause(passage: PassageRow | None, page: int) -> str:
    """What to look for on a page; a table row prints its header elsewhere."""
    if passage is None or page < (passage.page or 1):
        return ""
    return row_values(passage.text) if passage.kind == "table_row" else passage.text


def _entry_href(
    version: KnowledgeVersion | None, passage: PassageRow | None, actor: Actor | None
) -> str:
    """Where the person reads what became of the file: the entry, or its first draft."""
    if version is None:
        return ""
    rules = permissions(current_app)
    if version.item.current_version_id is None:
        is_portal = actor is not None and is_allowed(rules[_DRAFT_ROOM], actor)
        return url_for(_DRAFT_ROOM, version_id=version.id) if is_portal else ""
    for endpoint in _READING_ROOMS:
        if endpoint in rules and is_allowed(rules[endpoint], actor):
            anchor = f"p{passage.ordinal}" if passage else None
            return url_for(endpoint, item_id=version.item_id, _anchor=anchor)
    return ""


@bp.get("/<int:file_id>/pages/<int:number>.png")
def image(file_id: int, number: int) -> Response:
    """The picture of a page. Browsers keep it, but ask each time whether they still may."""
    asked = request.args.get("width", "")
    width = int(asked) if asked in map(str, WIDTHS) else _WIDTH
    return _image(file_id, number, width, current_actor())


@bp.get("/public/<int:file_id>/pages/<int:number>.png")
def public_image(file_id: int, number: int) -> Response:
    """The same for everybody, in one width: strangers are not to keep us drawing."""
    return _image(file_id, number, _WIDTH, None)


def _image(file_id: int, number: int, width: int, actor: Actor | None) -> Response:
    stored = get_whole(db(), file_id, actor)
    try:
        kept = page_images().page(stored.sha256, number, width)
    except DocumentUnreadable as error:
        raise NotFound(error.message, file_id=file_id, page=number) from error
    answer = send_file(kept.png, mimetype="image/png", conditional=True, etag=kept.png.stem)
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@bp.get("/<int:file_id>/file")
def download(file_id: int) -> Response:
    """The original exactly as it came, always as a download."""
    stored = get_whole(db(), file_id, current_actor())
    return send_file(
        services().files.path(stored.sha256),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=stored.name,
        etag=False,
        conditional=False,
    )
