"""The letter that files came with (现报送…，请查收): in a batch it is left aside at first."""

import re

from docs_import.document import ParsedDocument
from docs_import.file_types import FileType
from kb.models import BatchEntry
from kb.terms import EntryChoice, EntryOutcome

REASON = "随附件的来信，先不收录；要收录请改选“作为新条目”"
_LONGEST = 200  # characters
_SENDS = re.compile(r"报送|随信|附件|附上|请查收|请查阅|请审核|请入库|请收录|发送给|见附")


def set_letter_aside(entry: BatchEntry, parsed: ParsedDocument) -> None:
    """Propose not to take a mail that says nothing but what it brings; a person may choose to."""
    if parsed.file_type != FileType.EML or not parsed.attachments or parsed.tables:
        return
    is_short = len("".join(parsed.markdown.split())) <= _LONGEST
    if is_short and _SENDS.search(parsed.markdown) and entry.outcome == EntryOutcome.NEW:
        entry.choice, entry.reason = EntryChoice.SKIP.value, REASON
