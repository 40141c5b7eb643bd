"""附件 that a web page links, and which of them the unit has pushed as files of their own."""

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import KnowledgeVersion, StoredFile

SHOWN = 30


@dataclass(frozen=True)
class LinkedFile:
    """A linked file by the name the page prints; ``stored`` is the same file as it was pushed."""

    name: str
    stored: StoredFile | None


def linked_files(session: Session, version: KnowledgeVersion) -> list[LinkedFile]:
    """The files of the page, each with the newest original of the unit that has its name."""
    recognised = (version.file.recognised if version.file else {}) or {}
    linked = ((recognised.get("metadata") or {}).get("linked") or ())[:SHOWN]
    if not linked:
        return []
    names = {name for row in linked for name in _names(row["name"], row["address"])}
    query = (
        select(StoredFile)
        .where(StoredFile.unit_id == version.item.unit_id, StoredFile.name.in_(sorted(names)))
        .order_by(StoredFile.id)
    )
    known = {stored.name: stored for stored in session.scalars(query)}
    return [
        LinkedFile(
            row["name"],
            next(
                (known[n] for n in _names(row["name"], row["address"]) if n in known),
                None,
            ),
        )
        for row in linked
    ]


def _names(printed: str, address: str) -> list[str]:
    """How the file may be called: as printed, with the address's suffix, as the address says."""
    last = PurePosixPath(unquote(address.split("?")[0].split("#")[0]))
    bare = " ".join(printed.split())
    return list(dict.fromkeys([bare, f"{bare}{last.suffix}", last.name]))
