"""Walking through a document: every number with its address."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from kb.bulletins.addresses import join

# Numbers that count no records: they say how the others were worked out.
NOT_COUNTED = frozenset({"days", "call_days", "size", "average_hours", "daily_average"})
_LISTS = frozenset({"unit_table_order"})


def numbers_in(document: Mapping[str, Any]) -> Iterator[tuple[str, int | float | Decimal]]:
    """Every number of the figures with its address, rates and changes too."""
    for section, value in document.items():
        if section.startswith("by_") or section in ("totals", "extra", "compare"):
            yield from _walk(value, (section,))


def counts_in(document: Mapping[str, Any]) -> Iterator[tuple[str, int]]:
    """The numbers that count records, each as many as its list has."""
    for address, value in numbers_in(document):
        if type(value) is int and is_count(address):
            yield address, value


def is_count(address: str) -> bool:
    """Tell whether the number at an address counts records, and is no rate or average of them."""
    name = address.rpartition("/")[2]
    is_rate = name in ("change", "rate", "share") or name.endswith(("_rate", "_share"))
    return not is_rate and name not in NOT_COUNTED


def _walk(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, int | float | Decimal]]:
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _walk(one, (*path, name))
    elif isinstance(value, list) and path[-1] not in _LISTS:
        for row in value:
            numbers = {name: one for name, one in row.items() if name != "name"}
            yield from _walk(numbers, (*path, row["name"]))
    elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        yield join(path), value
