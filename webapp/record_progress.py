"""How far the loading of a record set is: a small file, for the transaction holds the database."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = "record-progress"


@dataclass(frozen=True)
class Step:
    """What is being loaded, how many rows are in, and of how many."""

    what: str
    done: int
    total: int


def write(data_folder: Path, set_id: int, step: Step) -> None:
    """Say how far it is; a reader sees the old line or the new one, never half."""
    folder = data_folder / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    fresh = folder / f"{set_id}.new"
    fresh.write_text(json.dumps(asdict(step), ensure_ascii=False), "utf-8")
    fresh.replace(folder / f"{set_id}.json")


def read(data_folder: Path, set_id: int) -> Step | None:
    """How far it is; None before the first rows."""
    path = data_folder / FOLDER / f"{set_id}.json"
    if not path.exists():
        return None
    return Step(**json.loads(path.read_text("utf-8")))


def forget(data_folder: Path, set_id: int) -> None:
    """The loading has ended."""
    (data_folder / FOLDER / f"{set_id}.json").unlink(missing_ok=True)
