"""Lines of the log: what went wrong and where, never whose row it was."""

import logging
import re
from typing import Any

LINE = "%(levelname)s %(name)s %(message)s"
# PostgreSQL tells the failing row's values after this word, to the end of its message.
_VALUES = re.compile(r"^DETAIL:.*?(?=\n\n(?:The above exception|During handling)|\Z)", re.M | re.S)


class WithoutValues(logging.Formatter):
    """Leaves the values of rows out of database errors."""

    def formatException(self, ei: Any) -> str:
        """The traceback, without what PostgreSQL quotes of the row."""
        return _VALUES.sub("DETAIL: (values left out)", super().formatException(ei))


def write_log() -> None:
    """Send warnings and errors to stderr."""
    handler = logging.StreamHandler()
    handler.setFormatter(WithoutValues(LINE))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
