"""Whether two sets of record files are the same."""

import hashlib
from pathlib import Path

from kb.records.columns import FILES
from kb.records.reading import HISTORY


def digest_of(folder: Path) -> str:
    """SHA-256 over the names and bytes of a set's files, in hexadecimal."""
    total = hashlib.sha256()
    for name in FILES:
        for shown in (name, f"{HISTORY}/{name}"):
            path = folder / shown
            if path.exists():
                with path.open("rb") as file:
                    total.update(
                        f"{shown}:{hashlib.file_digest(file, 'sha256').hexdigest()}\n".encode()
                    )
    return total.hexdigest()
