"""粘贴: text without a file goes the same safe way as a file: kept first, then read."""

import io

from kb.actor import Actor
from kb.clock import Clock
from kb.db import Database
from kb.errors import InvalidInput
from kb.services.entries import MAX_BODY, MAX_TITLE
from kb.services.files import FileStore
from kb.services.intake import push_file
from kb.services.pushed import Pushed
from kb.services.reading import Reader
from kb.services.wishes import Wishes


def paste_text(
    database: Database,
    files: FileStore,
    reader: Reader,
    *,
    text: str,
    wishes: Wishes,
    actor: Actor,
    clock: Clock,
) -> Pushed:
    """Keep the text as an original, recognise its structure, and draft it.

    Commits by itself, as :func:`kb.services.intake.push_file`. ``wishes.title`` may be empty:
    the title is then recognised in the text.

    :raises InvalidInput: nothing was pasted, or too much; ``fields`` says which.
    """
    faults: dict[str, str] = {}
    if not text.strip():
        faults["text"] = "请粘贴正文"
    elif len(text) > MAX_BODY:
        faults["text"] = f"正文超过 {MAX_BODY // 10_000} 万字，请拆成几份"
    if len(wishes.title) > MAX_TITLE:
        faults["title"] = f"标题最多 {MAX_TITLE} 字，现有 {len(wishes.title)} 字"
    if faults:
        raise InvalidInput("有几项没有填对，请按提示修改", faults)
    name = f"{wishes.title.strip()[:60] or '粘贴的文字'}.txt"
    # A lone surrogate, which no file can hold, becomes the sign for an unknown character.
    data = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace").encode("utf-8")
    return push_file(
        database,
        files,
        reader,
        stream=io.BytesIO(data),
        name=name,
        wishes=wishes,
        actor=actor,
        clock=clock,
    )
