"""词典: the list of entries, by kind, searched, sorted, in pages."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for

from kb.dictionary import PLAIN
from kb.queries.dictionary import (
    ListedEntry,
    current_version,
    item_titles,
    listed_entries,
)
from kb.services import dictionary
from kb.terms import WordKind
from webapp.database import db
from webapp.dictionary.blueprint import asked_kind, bp, number
from webapp.identity import current_actor

PAGE_SIZE = 50
STATES = (("on", "在用"), ("off", "停用"))
SOURCES = (("own", "本市"), ("shipped", "随附"))

# Entries that are equal in these stay in the order of their words.
_SORTS: dict[str, Callable[[ListedEntry], Any]] = {
    "key": lambda entry: (entry.identity.key, entry.identity.target),
    "target": lambda entry: entry.identity.target,
    "weight": lambda entry: entry.value.weight,
    "changed": lambda entry: 0 if entry.version is None else entry.version.number,
}
_DEFAULT_SORT = "-changed"


@dataclass(frozen=True)
class Wanted:
    """What of the list is asked for."""

    kind: WordKind
    text: str
    state: str
    source: str
    sort: str

    def keeps(self, entry: ListedEntry) -> bool:
        """Tell whether the entry belongs to the list."""
        identity, value = entry.identity, entry.value
        return (
            identity.kind is self.kind
            and self.text in f"{identity.key}\n{identity.target}\n{value.note}"
            and self.state in ("", "on" if value.active else "off")
            and self.source in ("", "shipped" if entry.version is None else "own")
        )

    def sorted(self, entries: list[ListedEntry]) -> list[ListedEntry]:
        """The entries in the order asked for."""
        name = self.sort.removeprefix("-")
        by_key = sorted(entries, key=_SORTS["key"])
        return sorted(by_key, key=_SORTS[name], reverse=self.sort.startswith("-"))


def _wanted() -> Wanted:
    sort = request.args.get("sort", _DEFAULT_SORT)
    return Wanted(
        asked_kind(),
        request.args.get("q", "").strip().lower()[:40],
        _one_of("state", STATES),
        _one_of("source", SOURCES),
        sort if sort.removeprefix("-") in _SORTS else _DEFAULT_SORT,
    )


def _one_of(name: str, choices: tuple[tuple[str, str], ...]) -> str:
    raw = request.args.get(name, "")
    return raw if raw in dict(choices) else ""


@bp.get("")
def home() -> str:
    """One kind of entries, shipped and own."""
    wanted = _wanted()
    everything = listed_entries(db())
    found = wanted.sorted([entry for entry in everything if wanted.keeps(entry)])
    pages = max((len(found) + PAGE_SIZE - 1) // PAGE_SIZE, 1)
    page = min(number("page") or 1, pages)
    shown = found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
    kept = {
        "kind": wanted.kind.value,
        "q": wanted.text,
        "state": wanted.state,
        "source": wanted.source,
    }
    kept = {name: value for name, value in kept.items() if value}

    def address(**changed: Any) -> str:
        sort = {} if wanted.sort == _DEFAULT_SORT else {"sort": wanted.sort}
        return url_for("dictionary.home", **(kept | sort | changed))

    return render_template(
        "dictionary/home.html",
        wanted=wanted,
        counts={k: sum(e.identity.kind is k for e in everything) for k in WordKind},
        shown=shown,
        titles=titles_of(shown),
        is_plain=wanted.kind in PLAIN,
        total=len(found),
        page=page,
        pages=pages,
        address=address,
        pager_href=lambda page: address(page=page),
        has_filters=bool(wanted.text or wanted.state or wanted.source),
        states=STATES,
        sources=SOURCES,
        newest=current_version(db()),
        drafts=dictionary.open_drafts(db(), current_actor().user_id),
    )


def titles_of(entries: list[ListedEntry]) -> dict[str, str]:
    """Titles of the knowledge items that best bets lead to, by their number as text."""
    ids = [
        int(entry.identity.target)
        for entry in entries
        if entry.identity.kind is WordKind.BEST_BET and entry.identity.target.isdigit()
    ]
    return {str(item_id): title for item_id, title in item_titles(db(), ids).items()}
