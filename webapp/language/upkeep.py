"""Keeps the catalogues in step with the texts, and tells what is missing."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from webapp.language import extracting
from webapp.language.catalogues import DOMAINS, FOLDER, path_of
from webapp.language.messages import is_usable

# Fixed: a catalogue changes when its messages do, not when it is written.
_WRITTEN = datetime(2026, 1, 1, tzinfo=UTC)
_HEADER = "# Interface texts. Keep every {0} and <0>…</0>; see docs/translating.md."
_SOURCES: dict[str, tuple[Callable[[], Iterable[Path]], Callable[[str], extracting.Found]]] = {
    "pages": (extracting.page_files, extracting.of_page),
    "sentences": (extracting.sentence_files, extracting.of_python),
    "scripts": (extracting.script_files, extracting.of_script),
}


@dataclass(frozen=True)
class State:
    """How far a catalogue is: messages in all, translated, guessed, and wrongly translated."""

    domain: str
    messages: int
    translated: int
    fuzzy: int
    wrong: tuple[str, ...]
    missing_by_file: Counter[str]


def collected(domain: str) -> Catalog:
    """All messages of a domain as they stand in the program now."""
    files, reader = _SOURCES[domain]
    fresh = Catalog(project="yingda", charset="utf-8", creation_date=_WRITTEN)
    for path in files():
        name = extracting.name_of(path)
        for message, told in reader(path.read_text("utf-8")):
            if message not in fresh:  # the first place is enough to find it by
                fresh.add(message, locations=[(name, 0)], auto_comments=[told] if told else [])
    return fresh


def update(code: str, folder: Path = FOLDER) -> None:
    """Bring the three catalogues of a language in step; a new language gets empty ones.

    A changed text keeps its old translation as a guess (fuzzy), which is not shown.

    :raises babel.core.UnknownLocaleError: nobody speaks it.
    """
    for domain in DOMAINS:
        path = path_of(code, domain, folder)
        path.parent.mkdir(parents=True, exist_ok=True)
        known = _known(path, code)
        known.update(collected(domain), update_creation_date=False)
        with path.open("wb") as file:
            write_po(file, known, width=0, include_lineno=False, ignore_obsolete=True)


def _known(path: Path, code: str) -> Catalog:
    if path.exists():
        with path.open("rb") as file:
            return read_po(file, locale=code)
    return Catalog(
        locale=code,
        header_comment=_HEADER,
        project="yingda",
        charset="utf-8",
        creation_date=_WRITTEN,
        revision_date=_WRITTEN,
        fuzzy=False,
    )


def states(code: str, folder: Path = FOLDER) -> Iterator[State]:
    """How far each catalogue of a language is, against the texts as they are now."""
    for domain in DOMAINS:
        known = _known(path_of(code, domain, folder), code)
        texts = [row for row in collected(domain) if row.id]
        wrong, missing, done, fuzzy = [], Counter[str](), 0, 0
        for row in texts:
            mine = known.get(row.id)
            if mine is None or not mine.string:
                missing[row.locations[0][0]] += 1
            elif mine.fuzzy:
                fuzzy += 1
            elif not is_usable(str(row.id), str(mine.string)):
                wrong.append(str(row.id))
            else:
                done += 1
        yield State(domain, len(texts), done, fuzzy, tuple(wrong), missing)
