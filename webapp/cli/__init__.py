"""The ``kb`` commands. Each opens the program, makes one call, and says what came of it."""

import sys

from webapp.cli.main import kb
from webapp.settings import SettingsInvalid

# Importing a module of commands registers them.
from webapp.cli import (  # isort: skip
    backing_up,  # noqa: F401
    deadlines,  # noqa: F401
    figures,  # noqa: F401
    importing,  # noqa: F401
    index,  # noqa: F401
    judging,  # noqa: F401
    keeping,  # noqa: F401
    knowledge,  # noqa: F401
    matters,  # noqa: F401
    orders,  # noqa: F401
    people,  # noqa: F401
    recomputing,  # noqa: F401
    records,  # noqa: F401
    serving,  # noqa: F401
    setting_up,  # noqa: F401
    upkeep,  # noqa: F401
    watching,  # noqa: F401
)

__all__ = ["kb", "main"]


def main() -> None:
    """The entrance: run the command, print refusals as one Chinese sentence."""
    try:
        kb.main(prog_name="kb", standalone_mode=True)
    except SettingsInvalid as error:
        print(error, file=sys.stderr)  # noqa: T201 - the command's own output
        sys.exit(2)
