"""词典: every version, who saved it and why, and the way back."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kb.dictionary import Change, Identity, Value
from kb.errors import InvalidInput
from kb.models import DictionaryVersion
from kb.queries.dictionary import history
from kb.services import dictionary
from kb.services.dictionary_checks import shown
from kb.terms import WordKind
from webapp.context import services
from webapp.database import commit, db
from webapp.dictionary.blueprint import bp, look_at, number
from webapp.identity import current_actor

PAGE_SIZE = 20


@bp.get("/versions")
def versions() -> str:
    """Versions, newest first, with what each changed."""
    asked = number("page") or 1
    rows, newest = history(db(), asked, PAGE_SIZE)
    return render_template(
        "dictionary/versions.html",
        rows=[(row, changed_lines(row)) for row in rows],
        newest=newest,
        page=asked,
        pages=max((newest + PAGE_SIZE - 1) // PAGE_SIZE, 1),
        href=lambda page: url_for("dictionary.versions", page=page),
    )


def changed_lines(version: DictionaryVersion) -> list[tuple[str, str]]:
    """What a version did: a sign (``+`` ``-`` ``~``) and the entry in words."""
    lines = []
    for stored in version.changes:
        kind = WordKind(stored["kind"])
        name = f"{kind.label}{shown(Identity(kind, stored['key'], stored['target']))}"
        before = None if stored["before"] is None else Value(**stored["before"])
        lines.append(_line(name, before, Change.from_json(stored).after))
    return lines


def _line(name: str, before: Value | None, after: Value | None) -> tuple[str, str]:
    if after is None:
        return "-", f"{name}（去掉本市的改动）"
    if not after.active:
        return "-", f"{name}（停用）"
    if before is None:
        return "+", name
    if not before.active:
        return "+", f"{name}（重新启用）"
    return "~", f"{name}{_difference(before, after)}"


def _difference(before: Value, after: Value) -> str:
    parts = []
    if before.weight != after.weight:
        parts.append(f"权重 {before.weight:g} 改为 {after.weight:g}")
    if before.both_ways != after.both_ways:
        parts.append("改为双向" if after.both_ways else "改为单向")
    if before.note != after.note:
        parts.append("备注")
    return f"（{'，'.join(parts)}）" if parts else ""


@bp.post("/restore")
def restore() -> Response:
    """Draft the way back to a version and show what it would do."""
    wanted = number("number", at_least=0)
    if wanted is None:
        raise InvalidInput("请从版本记录里选择要恢复的版本")
    try:
        draft = dictionary.open_restore(db(), wanted, actor=current_actor(), now=services().clock())
    except InvalidInput as invalid:
        db().rollback()
        flash(invalid.message, "warn")
        return redirect(url_for("dictionary.versions"))
    commit()
    return look_at(draft)
