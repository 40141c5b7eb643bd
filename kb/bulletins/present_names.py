"""An issued document by the names of now, so that what was renamed since is still compared."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from kb.bulletins.basis import Basis
from kb.bulletins.rows import Row

Document = Mapping[str, Any]


def under_present_names(before: Document, basis: Basis, units: Mapping[str, str]) -> dict[str, Any]:
    """What a comparison reads of a document, under the names the city has now.

    :param units: name of a unit in the document → the one it is counted under now.
    """
    scope = before["definitions"]["scope"]
    channels = scope["channels"] and _once(
        basis.present("channels", name) for name in scope["channels"]
    )
    return {
        **before,
        "definitions": {**before["definitions"], "scope": {**scope, "channels": channels}},
        "by_channel": _renamed(
            before["by_channel"], lambda name: basis.present("channels", name), "count"
        ),
        "by_purpose": _renamed(
            before["by_purpose"], lambda name: basis.present("purposes", name), "count"
        ),
        "by_unit": _renamed(before["by_unit"], lambda name: units.get(name, name), "orders"),
        "by_category": _categories(before["by_category"], basis),
    }


def _once(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _renamed(rows: Iterable[Row], name_of: Callable[[str], str], count: str) -> list[Row]:
    found: dict[str, Row] = {}
    for row in rows:
        name = name_of(row["name"])
        known = found.get(name)
        found[name] = {**row, "name": name, count: row[count] + (known[count] if known else 0)}
    return list(found.values())


def _categories(rows: Iterable[Row], basis: Basis) -> list[Row]:
    """Rows with their children; either level may have moved elsewhere."""
    if not basis.renamed.get("categories"):
        return list(rows)
    found: dict[str, dict[str, int]] = {}
    for path, count in _paths(rows):
        name, _, child = basis.present("categories", path).partition("/")
        below = found.setdefault(name, {})
        below[child] = below.get(child, 0) + count
    return [
        {
            "name": name,
            "count": sum(below.values()),
            "children": [{"name": child, "count": below[child]} for child in below if child],
        }
        for name, below in found.items()
    ]


def _paths(rows: Iterable[Row]) -> Iterable[tuple[str, int]]:
    for row in rows:
        for child in row["children"]:
            yield f"{row['name']}/{child['name']}", child["count"]
        alone = row["count"] - sum(child["count"] for child in row["children"])
        if alone:
            yield row["name"], alone
