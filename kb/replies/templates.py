"""答复模板: outlines of replies by purpose, with blanks that only the unit can fill."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from kb.terms import Purpose

_BLANK = re.compile(r"【请填：([^】]{1,60})】")


@dataclass(frozen=True)
class Template:
    """An outline. ``purposes`` are those it is made for; none means any."""

    name: str
    purposes: tuple[Purpose, ...]
    text: str

    def filled(self, *, title: str, unit: str) -> str:
        """The outline with what the order knows; blanks stay marked."""
        return self.text.replace("{title}", title).replace("{unit}", unit).strip()


def templates_for(purpose: Purpose) -> tuple[Template, ...]:
    """The outlines for a purpose, those made for it first; the others may fit all the same."""
    made = [one for one in _all() if purpose in one.purposes]
    return (*made, *(one for one in _all() if one not in made))


def blanks(text: str) -> tuple[str, ...]:
    """What is still to be filled in, in reading order, each once."""
    return tuple(dict.fromkeys(_BLANK.findall(text)))


@cache
def _all() -> tuple[Template, ...]:
    data = tomllib.loads(files("kb.replies").joinpath("data/templates.toml").read_text("utf-8"))
    return tuple(
        Template(row["name"], tuple(Purpose(one) for one in row["purposes"]), row["text"])
        for row in data["template"]
    )
