"""词典: adding one entry, changing one, switching one off; each becomes a draft to look at."""

from collections.abc import Mapping
from dataclasses import replace

from flask import make_response, render_template, request
from werkzeug.wrappers import Response

from kb.dictionary import PLAIN, Change, Identity, Value, clean, default_value
from kb.errors import InvalidInput
from kb.queries.dictionary import ListedEntry, find_entry
from kb.services.dictionary import ChangesRefused
from kb.terms import WordKind
from webapp.database import db
from webapp.dictionary.blueprint import asked_kind, bp, draft_to_add_to, keep_and_look
from webapp.dictionary.listing import titles_of


@bp.get("/new")
def new() -> str:
    """A form for one entry, and one for many lines."""
    return new_page(asked_kind())


def new_page(
    kind: WordKind,
    *,
    typed: Mapping[str, str] | None = None,
    problems: tuple[str, ...] = (),
    lines: str = "",
    line_problems: tuple[tuple[int, str], ...] = (),
) -> str:
    """The page with what was typed and what is wrong with it."""
    return render_template(
        "dictionary/new.html",
        kind=kind,
        is_plain=kind in PLAIN,
        typed=typed or {},
        problems=problems,
        lines=lines,
        line_problems=line_problems,
        into=draft_to_add_to(),
        weight=default_value(kind).weight,
    )


@bp.post("/entries")
def add() -> Response:
    """Add one entry to a draft."""
    kind = asked_kind()
    try:
        value = _value(kind, default_value(kind))
        return keep_and_look([Change(_identity(kind), value)])
    except ChangesRefused as refused:
        db().rollback()
        sentences = tuple(problem.sentence for problem in refused.problems)
    except InvalidInput as invalid:
        db().rollback()
        sentences = (invalid.message,)
    return make_response(new_page(kind, typed=request.form, problems=sentences), 422)


@bp.get("/entry")
def entry() -> str:
    """One entry: what it says, who changed it last, what can be done with it."""
    return _entry_page(find_entry(db(), _identity(asked_kind())))


def _entry_page(
    listed: ListedEntry, problems: tuple[str, ...] = (), typed: Mapping[str, str] | None = None
) -> str:
    return render_template(
        "dictionary/entry.html",
        entry=listed,
        kind=listed.identity.kind,
        is_plain=listed.identity.kind in PLAIN,
        titles=titles_of([listed]),
        problems=problems,
        typed=typed or {},
        into=draft_to_add_to(),
    )


@bp.post("/entry")
def change() -> Response:
    """Change, switch off or on, or take away one entry; a draft, as ever."""
    listed = find_entry(db(), _identity(asked_kind()))
    try:
        return keep_and_look([Change(listed.identity, _after(listed))])
    except ChangesRefused as refused:
        db().rollback()
        sentences = tuple(problem.sentence for problem in refused.problems)
    except InvalidInput as invalid:
        db().rollback()
        sentences = (invalid.message,)
    return make_response(_entry_page(listed, sentences, request.form), 422)


def _after(listed: ListedEntry) -> Value | None:
    """:raises InvalidInput: the weight is no number, or no button was pressed."""
    act = request.form.get("act", "")
    if act == "change":
        return _value(listed.identity.kind, listed.value)
    if act in ("on", "off"):
        return replace(listed.value, active=act == "on")
    if act == "remove":
        return None
    raise InvalidInput("请用页面上的按钮提交")


def _identity(kind: WordKind) -> Identity:
    key, target = request.values.get("key", ""), request.values.get("target", "")
    return Identity(kind, clean(key), "" if kind in PLAIN else clean(target))


def _value(kind: WordKind, before: Value) -> Value:
    """:raises InvalidInput: the weight is no number."""
    note = " ".join(request.form.get("note", "").split())
    if kind is not WordKind.SYNONYM:
        return replace(before, note=note)
    raw = request.form.get("weight", "").strip()
    try:
        weight = round(float(raw), 3) if raw else default_value(kind).weight
    except ValueError:
        raise InvalidInput("权重不是数字，应是 0 到 1 之间的小数") from None
    return replace(before, note=note, weight=weight, both_ways=request.form.get("both_ways") == "1")
