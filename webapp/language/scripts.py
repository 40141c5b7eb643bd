"""Scripts in another language: the same file with its Chinese strings replaced."""

import json
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from flask import url_for

from webapp.assets import Asset
from webapp.language.catalogues import Catalogue, catalogue
from webapp.language.messages import HANZI

STATIC = Path(__file__).parent.parent / "static"
# Comments are read too, so that a quote in one does not begin a string.
_LITERAL = re.compile(r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"", re.DOTALL)


def strings(script: str) -> Iterator[tuple[re.Match[str], str]]:
    """Each Chinese string of a script: where it is written, and what it says."""
    for found in _LITERAL.finditer(script):
        text = found[0]
        is_sought = script[: found.start()].endswith(("indexOf(", "=== "))
        if text[0] in "'\"" and HANZI.search(text) and not is_sought:
            yield found, re.sub(r"\\(.)", r"\1", text[1:-1])


def translated(script: str, known: Catalogue) -> str:
    """The script with every string its catalogue knows."""
    done, at = "", 0
    for found, text in strings(script):
        said = json.dumps(known.scripts.get(text, text), ensure_ascii=False)
        done += script[at : found.start()] + said
        at = found.end()
    return done + script[at:]


@cache
def script_in(code: str, name: str) -> Asset:
    """A static script in a language.

    :raises KeyError: no such language, or no such script of ours.
    """
    if name not in {path.name for path in STATIC.glob("*.js")}:
        raise KeyError(name)
    text = translated((STATIC / name).read_text("utf-8"), catalogue(code))
    return Asset(text.encode(), "text/javascript")


def asset_address(code: str, chinese: Callable[[str], str], name: str) -> str:
    """The address of a static file; a script's is that of its translated copy."""
    if not name.endswith(".js"):
        return chinese(name)
    return url_for("language.static", code=code, name=name, v=script_in(code, name).version)
