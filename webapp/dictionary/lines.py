"""词典: many entries at once, pasted or as a table; every line that is wrong is named."""

from flask import Response as FlaskResponse
from flask import make_response, request
from werkzeug.wrappers import Response

from kb.clock import local_day
from kb.errors import InvalidInput
from kb.queries.dictionary import entries_in_use, listed_entries
from kb.services.dictionary import ChangesRefused
from kb.services.dictionary_lines import ReadLines, read_pasted, read_table, write_table
from kb.terms import WordKind
from webapp.context import services
from webapp.database import db
from webapp.dictionary.blueprint import asked_kind, bp, keep_and_look
from webapp.dictionary.entries import new_page

# The shipped lists exported are some 330,000 characters.
MAX_CHARS = 2_000_000
_TOO_LONG = (1, f"内容太长，最多 {MAX_CHARS // 10_000} 万字，一条都没有读；请分几次。")


@bp.post("/paste")
def paste() -> Response:
    """Read pasted lines into a draft; with one bad line nothing is kept."""
    kind, text = asked_kind(), request.form.get("lines", "")
    if len(text) > MAX_CHARS:
        return _refused(kind, "", (_TOO_LONG,))
    return _drafted(kind, text, read_pasted(kind, text))


@bp.post("/import")
def take_in() -> Response:
    """Read a table as exported; lines that change nothing are passed over."""
    upload = request.files.get("table")
    raw = upload.read(4 * MAX_CHARS + 1) if upload else b""
    kind = asked_kind()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        problem = (1, "文件不是 UTF-8 编码的文本；请用导出的表格改好后另存为 UTF-8。")
        return _refused(kind, "", (problem,))
    if len(text) > MAX_CHARS or len(raw) > 4 * MAX_CHARS:
        return _refused(kind, "", (_TOO_LONG,))
    read = read_table(text)
    return _drafted(kind, "", read.without_effect(entries_in_use(db())))


def _drafted(kind: WordKind, text: str, read: ReadLines) -> Response:
    if read.refused:
        return _refused(kind, text, read.refused)
    if not read.changes:
        return _refused(kind, text, ((1, "没有读到要改的内容。"),))
    try:
        return keep_and_look(read.changes)
    except ChangesRefused as refused:
        db().rollback()
        problems = tuple(
            (read.lines[p.at] if 0 <= p.at < len(read.lines) else 1, p.sentence)
            for p in refused.problems
        )
        return _refused(kind, text, problems)
    except InvalidInput as invalid:
        db().rollback()
        return _refused(kind, text, ((1, invalid.message),))


def _refused(kind: WordKind, text: str, problems: tuple[tuple[int, str], ...]) -> Response:
    page = new_page(kind, lines=text, line_problems=tuple(sorted(problems)))
    return make_response(page, 422)


@bp.get("/export")
def export() -> FlaskResponse:
    """The whole dictionary as a table, also what is switched off."""
    entries = sorted(listed_entries(db()), key=lambda entry: entry.identity)
    day = local_day(services().clock())
    answer = make_response(write_table(entries))
    answer.mimetype = "text/tab-separated-values"
    answer.headers["Content-Disposition"] = f'attachment; filename="dictionary-{day}.tsv"'
    return answer
