"""The letter that files came with (现报送…，请查收): in a batch it is left aside at first."""

import re

from docs_import.document import ParsedDocument
from docs_import.file_types import FileType
from kb.models import BatchEntry
from kb.terms import EntryChoice, EntryOutcome

REASON = "随附件的来信，先不收录；要收录请改选“作为新条目”"
_LONGEST = 200  # characters
# 附件 alone says nothing: a notice has its map attached.
_SENDS = re.compile(r"报送|随信|请查收|请查阅|请审核|请入库|请收录|发送给")
_HOLDS_FROM = re.compile(r"\d日(?:\d{1,2}[时:：]|[起至到—~～-])|施行")


def set_letter_aside(entry: BatchEntry, parsed: ParsedDocument) -> None:
    """Propose not to take a mail that says nothing but what it brings; a person may choose to."""
    if parsed.file_type != FileType.EML or not parsed.attachments or parsed.tables:
        return
    text = "".join(parsed.markdown.split())
    is_letter = len(text) <= _LONGEST and _SENDS.search(text) and not _HOLDS_FROM.search(text)
    is_dated = parsed.metadata.valid_from is not None or parsed.metadata.valid_until is not None
    if is_letter and not is_dated and entry.outcome == EntryOutcome.NEW:
        entry.choice, entry.reason = EntryChoice.SKIP.value, REASON
