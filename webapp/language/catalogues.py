"""The catalogues of a language, read from its ``.po`` files when they are first needed.

``translations/<code>/LC_MESSAGES/`` holds three, so that a word of a template is not taken for one
of Python: ``pages.po``, ``sentences.po``, ``scripts.po``. Reading the text form (half a second,
once in a process that is asked for the language) leaves nothing to be compiled or forgotten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from babel import Locale
from babel.messages.pofile import read_po

from webapp.language.messages import is_usable
from webapp.language.sentences import Sentences

FOLDER = Path(__file__).parent / "translations"
DOMAINS = ("pages", "sentences", "scripts")
CHINESE_CODE = "zh"
CHINESE_NAME = "中文"
# What the texts are written in, as browsers and screen readers know it.
CHINESE_TAG = "zh-CN"


@dataclass(frozen=True)
class Catalogue:
    """A language: message → translation for each of the three domains."""

    code: str
    pages: Mapping[str, str]
    sentences: Mapping[str, str]
    scripts: Mapping[str, str]

    @cached_property
    def spoken(self) -> Sentences:
        """The sentences, to be looked up."""
        return Sentences(self.sentences)


@cache
def languages(folder: Path = FOLDER) -> Mapping[str, str]:
    """Every language there is, code → its own name, Chinese first."""
    codes = sorted(path.parent.name for path in folder.glob("*/LC_MESSAGES"))
    return {CHINESE_CODE: CHINESE_NAME} | {code: _own_name(Locale.parse(code)) for code in codes}


def _own_name(locale: Locale) -> str:
    return str(locale.get_display_name() or locale).title()


@cache
def catalogue(code: str, folder: Path = FOLDER) -> Catalogue:
    """The catalogue of one language; a missing file counts as empty.

    :raises KeyError: there is no such language.
    """
    if code not in languages(folder) or code == CHINESE_CODE:
        raise KeyError(code)
    return Catalogue(code, *(read(path_of(code, domain, folder)) for domain in DOMAINS))


def path_of(code: str, domain: str, folder: Path = FOLDER) -> Path:
    """Where a catalogue is kept."""
    return folder / code / "LC_MESSAGES" / f"{domain}.po"


def read(path: Path) -> dict[str, str]:
    """What a file translates; guesses (fuzzy) and translations that lost a place are left out."""
    if not path.exists():
        return {}
    with path.open("rb") as file:
        rows = [(row.id, row.string) for row in read_po(file) if row.id and not row.fuzzy]
    usable = {}
    for message, translation in rows:
        if isinstance(message, str) and is_usable(message, str(translation)):
            usable[message] = str(translation)
    return usable
