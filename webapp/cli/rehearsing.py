"""What a dry run works on: the program as it is, without leaving anything in it."""

import dataclasses
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.rehearsal import rehearsed
from kb.services.files import FileStore
from webapp.compose import Program


@contextmanager
def rehearsal(program: Program) -> Iterator[Program]:
    """The program on a database and an original store that are gone afterwards."""
    data_folder = program.settings.data_folder
    with tempfile.TemporaryDirectory(dir=data_folder, prefix=".rehearsal-") as name:
        folder = Path(name)
        files = FileStore(
            folder / "originals", program.files.max_bytes, is_scanned=program.files.is_scanned
        )
        with rehearsed(program.database, folder) as database:
            yield dataclasses.replace(program, database=database, files=files)
