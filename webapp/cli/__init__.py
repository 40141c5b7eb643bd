"""The ``kb`` commands. Each opens the program, makes one call, and says what came of it."""

import sys

from webapp.cli.main import kb
from webapp.settings import SettingsInvalid

# Importing a module of commands registers them.
from webapp.cli import index, judging, knowledge, people, setting_up, serving, upkeep  # noqa: F401  isort: skip

__all__ = ["kb", "main"]


def main() -> None:
    """The entrance: run the command, print refusals as one Chinese sentence."""
    try:
        kb.main(prog_name="kb", standalone_mode=True)
    except SettingsInvalid as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command's own output
        sys.exit(2)
