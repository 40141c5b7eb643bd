"""An entry that a person names in a form: by its #number, or by words of its title or 文号."""

import re
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from kb.access import get_visible
from kb.actor import Actor
from kb.errors import InvalidInput, NotFound
from kb.models import KnowledgeVersion

# As lists offer it before a title. A number alone may be a word of one: 12345, a year.
_NUMBERED = re.compile(r"#([0-9]{1,9})\b")
_OFFERED = 4

Finder = Callable[[Session, Actor, str], Sequence[KnowledgeVersion]]


def entry_named(
    session: Session, actor: Actor, text: str, field: str, find: Finder
) -> tuple[int, str]:
    """The number and title of the one entry that this text names.

    :param find: the published entries whose title or 文号 has these words.
    :raises InvalidInput: there is none, or there are several, which the sentence names.
    """
    typed = text.strip()
    numbered = _NUMBERED.match(typed)
    try:
        if numbered:
            item = get_visible(session, int(numbered[1]), actor)
            return item.id, item.current_version.title if item.current_version else ""
    except NotFound as missing:
        raise InvalidInput(missing.message, {field: missing.message}) from missing
    found = find(session, actor, typed) if typed else []
    if len(found) == 1:
        return found[0].item_id, found[0].title
    sentence = "请写条目编号（如 #12）、文号或标题里的词，几个词之间空一格"
    if found:
        names = "、".join(f"#{row.item_id} {row.title}" for row in found[:_OFFERED])
        sentence = f"有几条都符合，请写编号：{names}"
    elif typed:
        sentence = f"没有找到“{typed[:30]}”，{sentence}"
    raise InvalidInput(sentence, {field: sentence})
