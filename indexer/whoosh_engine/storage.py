"""Durable files: what a commit wrote is on disk before the new table of contents is visible."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage


def sync_file(path: Path) -> None:
    """Force a file or folder to disk; an error here must end the indexer."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class DurableStorage(FileStorage):
    """Whoosh publishes a commit by renaming the table of contents (TOC) into place.

    Stock Whoosh syncs nothing, so a power cut can leave a TOC that names empty segments. Here
    every file created since the last rename is synced, then the folder, then the TOC is
    renamed, then the folder is synced again.
    """

    def __init__(self, path: str) -> None:
        # Mapped into memory, Whoosh would copy whole segments when it opens them.
        super().__init__(path, supports_mmap=False)
        self._created: set[str] = set()

    def create_file(self, name: str, **options: Any) -> Any:
        self._created.add(name)
        return super().create_file(name, **options)

    def take_over(self, name: str) -> None:
        """Sync this file with the next rename as well: another process has written it."""
        self._created.add(name)

    def delete_file(self, name: str) -> None:
        self._created.discard(name)
        super().delete_file(name)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        folder = Path(self.folder)
        for name in sorted(self._created):
            # Segment parts are gone once they were assembled into the compound file.
            if (folder / name).exists():
                sync_file(folder / name)
        self._created.clear()
        sync_file(folder)
        super().rename_file(oldname, newname, safe=safe)
        sync_file(folder)
