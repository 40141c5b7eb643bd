"""发文机关 against the unit that pushes: a document of somebody else's is worth a question."""

from collections.abc import Iterable

from kb.models import Unit

_SHORT = 3


def is_foreign(authority: str, unit: Unit) -> bool:
    """Tell whether none of the issuing authorities (joined by 、) is this unit.

    云汀市民政局 is 市民政局 and 云汀市民政局办公室; a short name (alias) counts when it is all.
    """
    named = [name for name in authority.split("、") if name.strip()]
    return bool(named) and not any(_is(name.strip(), unit.name, unit.aliases) for name in named)


def _is(name: str, full: str, aliases: Iterable[str]) -> bool:
    if name in (full, *aliases) or name.removeprefix("市") in aliases:
        return True
    if min(len(name), len(full)) < _SHORT:
        return False
    return full.endswith(name) or name.endswith(full) or name.startswith(full)
