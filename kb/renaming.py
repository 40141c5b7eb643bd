"""What a name that was stored once is called now."""

from collections.abc import Iterable, Mapping

# Kind of a list of the city profile → old name → the name it has now.
Renamed = Mapping[str, Mapping[str, str]]
# Names that are paths; what lies below a renamed one moves along.
TREES = ("categories", "regions")


def present_name(renamed: Renamed, kind: str, stored: str) -> str:
    """The name it has now; of a path the part that was renamed is replaced."""
    names = renamed.get(kind, {})
    if kind not in TREES:
        return names.get(stored, stored)
    parts = stored.split("/")
    for length in range(len(parts), 0, -1):
        above = "/".join(parts[:length])
        if above in names:
            return "/".join((names[above], *parts[length:]))
    return stored


def stored_names(renamed: Renamed, kind: str, names: Iterable[str]) -> list[str]:
    """All that may be stored for what has these names; not for paths."""
    wanted = dict.fromkeys(present_name(renamed, kind, name) for name in names)
    return [*wanted, *(old for old, new in renamed.get(kind, {}).items() if new in wanted)]
