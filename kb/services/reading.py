"""Reading an original in a limited child process: the reader that production passes to intake."""

from collections.abc import Callable
from pathlib import Path

from docs_import.document import ParsedDocument
from docs_import.isolated import read_isolated
from docs_import.warm import WarmReader

Reader = Callable[[Path, str], ParsedDocument]

__all__ = ["Reader", "WarmReader", "read_document"]


def read_document(path: Path, name: str) -> ParsedDocument:
    """Read a kept file under memory, CPU and time limits.

    :raises DocumentUnreadable: with a Chinese sentence; the original is kept all the same.
    """
    return read_isolated(path, name)
