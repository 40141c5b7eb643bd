"""Whether figures issued once may stand beside those of now: counted alike, named alike."""

from collections.abc import Iterable, Mapping
from typing import Any

from kb.bulletins.rates import LEAD_COUNTS, TO_ACKNOWLEDGE

Document = Mapping[str, Any]
# What a city may have chosen otherwise then, as it is told to readers.
_CHOICES = {
    "scope": "计哪些渠道和结果",
    "cohort": "按受理还是按办理的时刻计",
    "share_base": "占比除以什么",
    "roles": "主办、协办怎样计",
    "denominators": "率除以什么",
    "satisfied": "怎样算满意",
    "daily_average": "日均怎样算",
}


def differing(before: Document, now: Document, aliases: tuple[Any, Any]) -> list[str]:
    """What was chosen otherwise for an issued document than for that of now.

    :param aliases: which units counted as others, then and now.
    """
    then, today = before["definitions"], now["definitions"]
    found = [said for name, said in _CHOICES.items() if then.get(name) != today.get(name)]
    if not found and _divides_otherwise(before, now):
        found.append(_CHOICES["denominators"])
    if dict(aliases[0]) != dict(aliases[1]):
        found.append("哪些单位合并计数")
    return found


def _divides_otherwise(before: Document, now: Document) -> bool:
    """Whether a rate was worked out otherwise than now, though the choices read the same: earlier
    releases counted the parts that nobody is asked to sign, and every part as an order of its
    own."""
    if any(name in now["totals"] and name not in before["totals"] for name in LEAD_COUNTS):
        return True
    divides = now["definitions"]["denominators"]["acknowledged_on_time_rate"] == "dispatched"
    return divides and TO_ACKNOWLEDGE in now["totals"] and TO_ACKNOWLEDGE not in before["totals"]


def told_apart(compared: Document, counted: Document) -> dict[str, Any]:
    """The comparison with an issued document, saying nothing of what had another name then that
    nothing leads from to the one of now.

    :param counted: the same comparison with what the records of that period give today: what they
        name and the issue did not, or the other way round, was renamed or moved since.
    """
    found = dict(compared)
    for section in ("by_unit", "by_category", "by_channel", "by_purpose"):
        found[section] = [
            _row(row, _named(counted[section]).get(row["name"])) for row in compared[section]
        ]
    return found


def _named(rows: Iterable[Document]) -> dict[str, Document]:
    return {row["name"]: row for row in rows}


def _row(row: Document, counted: Document | None) -> dict[str, Any]:
    by_records = counted["previous"] if counted is not None else 0
    is_gone = bool(row["previous"]) and not by_records and row["change"] == -row["previous"]
    is_new = not row["previous"] and bool(by_records)
    found = dict(row)
    if is_gone or is_new:
        found |= {"previous": None, "change": None, "rate": None}
    if "children" in row:
        children = _named(counted["children"] if counted is not None else ())
        found["children"] = [_row(one, children.get(one["name"])) for one in row["children"]]
    return found
