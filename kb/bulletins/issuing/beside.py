"""What a bulletin prints beside its figures: 热点, 考核 and 趋势, against what is found now."""

from collections.abc import Iterator, Mapping
from typing import Any

from kb.bulletins.addresses import join
from kb.bulletins.faults import Fault

Document = Mapping[str, Any]
_AT_MOST = 5  # of the names that a sentence about a matter lists
_NAMED = 10  # records that a fault names


def beside_faults(stored: Document, counted: Document) -> list[Fault]:
    """Everything of these that reads differently now, named one by one."""
    said, now = dict(_said(stored)), dict(_said(counted))
    return _members(stored, counted) + [
        Fault(address, said.get(address), str(now.get(address, "空")), _WHY[address.split("/")[0]])
        for address in dict.fromkeys((*said, *now))
        if said.get(address) != now.get(address)
    ]


_WHY = {
    "matters": "热点事项有改动",
    "assessment": "以封存的考核为准",
    "trend": "以印发的各期为准",
}


def _members(stored: Document, counted: Document) -> list[Fault]:
    """Matters of as many requests as before that are not the same ones."""
    said, now = (
        {one["name"]: set(one["numbers"]) for one in document.get("matters", ())}
        for document in (stored, counted)
    )
    return [
        Fault(
            join(("matters", name, "count")),
            len(numbers),
            str(len(now[name])),
            "",
            tuple(sorted(numbers ^ now[name])[:_NAMED]),
            f"热点“{name}”包含的诉求有变动",
        )
        for name, numbers in said.items()
        if name in now and len(numbers) == len(now[name]) and numbers != now[name]
    ]


def _said(document: Document) -> Iterator[tuple[str, Any]]:
    for one in document.get("matters", ()):
        path = ("matters", one["name"])
        yield join((*path, "count")), one["count"]
        yield join((*path, "previous")), _shown(one["previous"])
        yield join((*path, "wording")), one["wording"]
        for part in ("units", "categories"):
            names = (each["name"] for each in one[part][:_AT_MOST])
            yield join((*path, part)), "、".join(names)
    for card in document.get("assessment", ()):
        for name in ("orders", "score", "grade"):
            yield join(("assessment", card["name"], name)), _shown(card[name])
    for name, rate in document.get("trend", ()):
        yield join(("trend", name)), _shown(rate)


def _shown(value: Any) -> Any:
    return "空" if value is None else value
