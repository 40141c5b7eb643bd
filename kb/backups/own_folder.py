"""The backups made from the health page: where they lie, and how many are kept."""

import re
from datetime import datetime
from pathlib import Path

from kb.clock import SHANGHAI

KEPT = 7
_NAME = re.compile(r"yingda-[0-9]{8}-[0-9]{6}\.tar\.gz")


def new_file(data_folder: Path, now: datetime) -> Path:
    """Where a backup made now goes; the folder is made for its owner alone."""
    folder = _folder(data_folder)
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"yingda-{now.astimezone(SHANGHAI):%Y%m%d-%H%M%S}.tar.gz"


def clear_old(data_folder: Path) -> int:
    """Delete all but the newest :data:`KEPT`; how many bytes that freed.

    Only files under the name that :func:`new_file` gives: what a person laid there stays.
    """
    folder, freed = _folder(data_folder), 0
    if not folder.is_dir():
        return 0
    named = sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))
    for path in named[:-KEPT]:
        freed += path.stat().st_size
        path.unlink()
    return freed


def _folder(data_folder: Path) -> Path:
    return data_folder / "backups"
