"""docs/settings.md names every setting, its default and meaning, and nothing else."""

import re
from dataclasses import fields
from pathlib import Path

from webapp.settings import Settings
from webapp.settings_declared import DECLARED

PAGE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"


def test_every_field_is_declared_once() -> None:
    assert [item.name for item in fields(Settings)] == list(DECLARED)
    names = [declared.env for declared in DECLARED.values()]
    assert len(names) == len(set(names))


def test_the_page_says_what_the_program_does() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", PAGE.read_text("utf-8"), re.M)
    expected = [
        (one.env, f"`{one.default}`" if one.default else "不设", one.meaning)
        for one in DECLARED.values()
    ]
    assert rows == expected
