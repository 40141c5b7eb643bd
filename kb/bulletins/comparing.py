"""环比 and 同比: the same figures of an earlier period beside those of this one."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from kb.bulletins.rates import Number
from kb.bulletins.rounding import change_rate
from kb.bulletins.rows import Row

Document = Mapping[str, Any]


def comparison(now: Document, before: Document, decimals: int) -> dict[str, Any]:
    """What changed: totals, categories with their children, units, channels, purposes, 专项.

    Counts have ``previous``, ``change`` and ``rate`` in percent of what was before (``None`` where
    nothing was); rates have ``previous`` and ``change`` in percentage points.
    """
    return {
        "period": before["period"],
        "totals": {
            name: _compared(value, before["totals"].get(name), decimals)
            for name, value in now["totals"].items()
            if name not in ("days", "call_days")
        },
        "by_channel": _rows(now["by_channel"], before["by_channel"], "count", decimals),
        "by_purpose": _rows(now["by_purpose"], before["by_purpose"], "count", decimals),
        "by_category": _categories(now["by_category"], before["by_category"], decimals),
        "by_unit": _rows(now["by_unit"], before["by_unit"], "orders", decimals),
        "topics": _rows(now["extra"]["topics"], before["extra"]["topics"], "count", decimals),
    }


def _compared(now: Number, before: Number, decimals: int) -> dict[str, Number]:
    if isinstance(now, Decimal) or isinstance(before, Decimal):
        points = now - before if now is not None and before is not None else None
        return {"previous": before, "change": points, "rate": None}
    if now is None or before is None:
        return {"previous": before, "change": None, "rate": None}
    return {
        "previous": before,
        "change": now - before,
        "rate": change_rate(now, before, decimals),
    }


def _rows(
    now: Sequence[Row], before: Sequence[Row], name: str, decimals: int
) -> list[dict[str, Any]]:
    """Rows of now in their order, then those that only were before."""
    counts = {row["name"]: row[name] for row in now}
    earlier = {row["name"]: row[name] for row in before}
    return [
        {"name": one, **_compared(counts.get(one, 0), earlier.get(one, 0), decimals)}
        for one in (*counts, *(one for one in earlier if one not in counts))
    ]


def _categories(now: Sequence[Row], before: Sequence[Row], decimals: int) -> list[dict[str, Any]]:
    children = {row["name"]: row["children"] for row in now}
    earlier = {row["name"]: row["children"] for row in before}
    rows = _rows(now, before, "count", decimals)
    for row in rows:
        name = row["name"]
        row["children"] = _rows(children.get(name, []), earlier.get(name, []), "count", decimals)
    return rows
