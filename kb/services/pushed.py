"""What becomes of a push, for every way in which something is pushed."""

from dataclasses import dataclass, field

from kb.errors import KbError


@dataclass(frozen=True)
class Notice:
    """Something noticed at intake, with the entry it is about."""

    # same_text | same_number | near_duplicate | other_authority | foreign_authority | found_link
    # | warning
    kind: str
    message: str
    item_id: int | None = None


@dataclass(frozen=True)
class Pushed:
    """What became of a push; a table or archive becomes a batch."""

    outcome: str  # draft | new_version | duplicate | needs_ocr | failed | batch
    file_id: int | None
    version_id: int | None = None
    item_id: int | None = None
    message: str = ""
    code: str = ""
    notices: tuple[Notice, ...] = field(default_factory=tuple)
    batch_id: int | None = None
    # Why what was to be published at once stayed a draft.
    refused: KbError | None = None
