"""专项 beside an issued edition: what was issued for one holds while its condition is the same."""

from collections.abc import Mapping, Sequence
from typing import Any

from kb.bulletins.addresses import split
from kb.bulletins.basis import Basis

Document = Mapping[str, Any]
Row = dict[str, Any]
# The parts of a condition that the city may rename.
_RENAMED = ("channels", "lines", "purposes", "categories", "regions")
_PARTS = (*_RENAMED, "words", "days")


def topics_beside(
    issued: Sequence[Row], counted: Sequence[Row], conditions: Sequence[Document], basis: Basis
) -> tuple[list[Row], list[str]]:
    """The comparison of each 专项, and which of them are compared with the records: the edition did
    not have them, or by another condition.

    :param issued: the comparison with what was issued; ``counted`` that with the records.
    :param conditions: those of the edition, each with its ``name``.
    """
    then = {one["name"]: _condition(one, basis) for one in conditions}
    now = {one.name: _condition(vars(one), basis) for one in basis.topics}
    kept = {row["name"]: row for row in issued}
    anew = [row["name"] for row in counted if then.get(row["name"]) != now.get(row["name"])]
    return [row if row["name"] in anew else kept[row["name"]] for row in counted], anew


def _condition(topic: Document, basis: Basis) -> dict[str, frozenset[str]]:
    """Under the names of now, in no order."""
    return {
        part: frozenset(
            basis.present(part, str(one)) if part in _RENAMED else str(one)
            for one in topic.get(part) or ()
        )
        for part in _PARTS
    }


def is_of_edition(document: Document, address: str) -> bool:
    """Whether a figure compares with what was issued, and not with records of its own."""
    head, which, section, name, *_ = *split(address), "", "", ""
    if head != "compare" or which not in document.get("compared_with", {}):
        return False
    anew = document.get("topics_recounted", {}).get(which, ())
    return section != "topics" or name not in anew
