"""Lines of a body that name where it was taken from (来源：《渡轮月票问答》): shown, not said."""

import re

_LINE = re.compile(r"^来源[：:][ \t]*《.*$", re.MULTILINE)


def without_source(text: str) -> str:
    """Return a text with spaces in place of such lines, so that every other place stays."""
    return _LINE.sub(lambda line: " " * len(line[0]), text)
