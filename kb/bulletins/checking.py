"""自核 self-check: parts sum to totals, rates and shares recompute, 100 % has no exceptions.

Pure: it looks at one document as it is stored (plain numbers). ``verifying`` compares one with the
records themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from kb.bulletins.addresses import join
from kb.bulletins.basis import DISPATCHED, EVENTS, HALF_UP, PARENT, Basis
from kb.bulletins.faults import Fault
from kb.bulletins.populations import order_populations
from kb.bulletins.rates import EXCEPTIONS, is_counted, ratios
from kb.bulletins.rounding import change_rate, percent
from kb.bulletins.rounding import rate as rate_of
from kb.bulletins.rows import share_rows

Document = Mapping[str, Any]
# A unit's row and the totals call the same counts by other names.
_OF_UNIT = {"dispatched": "orders", "orders_resolved": "resolved"}
_RATE_OF_UNIT = {"orders_resolved_rate": "resolved_rate"}
_SUMMED = (
    "dispatched",
    "orders_resolved",
    "followed_up",
    "rated",
    "satisfied",
    "dissatisfied",
    "to_acknowledge",
    "acknowledged",
    "overdue_acknowledged",
    "overdue_resolved",
    "acknowledged_on_time",
    "resolved_on_time",
    "returned",
    "reopened",
    "first_time_resolved",
    "due",
)
_HUNDRED = 100


def inconsistencies(document: Document, basis: Basis) -> list[Fault]:
    """Every number that contradicts another number of the same document."""
    return [
        *_totals(document["totals"], basis),
        *_sums(document, basis),
        *_shares(document, basis),
        *_units(document, basis),
        *_lists(document),
        *_comparisons(document, basis),
    ]


def _differs(said: Any, expected: Any) -> bool:
    if said is None or expected is None:
        return said is not expected
    return Decimal(str(said)) != Decimal(str(expected))


def _fault(parts: Sequence[str], said: Any, expected: Any, why: str) -> Iterator[Fault]:
    if _differs(said, expected):
        yield Fault(join(parts), said, "空" if expected is None else str(expected), why)


def _totals(totals: Mapping[str, Any], basis: Basis) -> Iterator[Fault]:
    inside = "无效" not in basis.scope.exclude_outcomes
    if basis.cohort != EVENTS:
        parts = ["resolved_online", "handed_over", "open", *(["invalid"] if inside else [])]
        expected = sum(totals[name] for name in parts)
        yield from _fault(
            ("totals", "requests"), totals["requests"], expected, "各种结果的诉求相加"
        )
    resolved = totals.get("lead_resolved", totals["orders_resolved"])
    expected = totals["resolved_online"] + resolved
    yield from _fault(
        ("totals", "overall_resolved"),
        totals["overall_resolved"],
        expected,
        "在线办结 + 已办结主办工单",
    )
    yield from _rates(("totals",), totals, basis, {}, {})


def _rates(
    path: tuple[str, ...],
    row: Mapping[str, Any],
    basis: Basis,
    counts: Mapping[str, str],
    names: Mapping[str, str],
) -> Iterator[Fault]:
    """Rates from the counts beside them; one of 100 must have no exceptions.

    :param counts: what the row calls a count; ``names`` what it calls a rate.
    """
    for rate, (part, whole) in ratios(basis).items():
        name = names.get(rate, rate)
        if name not in row:
            continue
        above, below = row.get(counts.get(part, part)), row.get(counts.get(whole, whole))
        expected = rate_of(above or 0, below or 0, basis.decimals)
        yield from _fault((*path, name), row[name], expected, "按分子、分母重算")
        if row[name] == _HUNDRED:
            yield from _perfect(path, row, _exceptions(rate, whole, basis))


def _exceptions(rate: str, whole: str, basis: Basis) -> str:
    """What a rate of 100 has none of. Counted by events, it says so only of what is found by the
    same moment: what fell due in the period may have been sent before it."""
    found = EXCEPTIONS.get((rate, whole), "")
    known = order_populations(basis)
    is_apart = found and basis.cohort == EVENTS and known[found].moment != known[whole].moment
    return "" if is_apart else found


def _perfect(path: tuple[str, ...], row: Mapping[str, Any], exceptions: str) -> Iterator[Fault]:
    listed = row.get(exceptions, 0)
    if listed:
        why = f"100% 却列出 {listed} 件例外"
        yield Fault(join((*path, exceptions)), listed, "0", why)


def _sums(document: Document, basis: Basis) -> Iterator[Fault]:
    totals = document["totals"]
    base = totals[basis.share_base]
    for section, whole, wanted in (
        ("by_channel", totals["requests"], lambda row: row["in_scope"]),
        ("by_purpose", base, lambda row: True),
        ("by_category", base, lambda row: True),
        ("by_region", totals["requests"], lambda row: True),
    ):
        total = sum(row["count"] for row in document[section] if wanted(row))
        why = f"各行相加是 {total}，合计是 {whole}"
        if total != whole:
            yield Fault(section, total, str(whole), why)
    for row in document["by_category"]:
        parts = sum(child["count"] for child in row["children"]) + row["unspecified"]
        path = ("by_category", row["name"], "count")
        yield from _fault(path, row["count"], parts, "二级类别与只到一级的相加")


def _shares(document: Document, basis: Basis) -> Iterator[Fault]:
    totals, rounding = document["totals"], basis.share_rounding
    base = totals[basis.share_base]
    inside = [row for row in document["by_channel"] if row["in_scope"]]
    for section, rows, whole, chosen in (
        ("by_channel", inside, totals["requests"], rounding.by_channel),
        ("by_purpose", document["by_purpose"], base, rounding.by_purpose),
        ("by_category", document["by_category"], base, rounding.by_category),
        ("by_region", document["by_region"], totals["requests"], rounding.by_region),
    ):
        yield from _column((section,), rows, whole, chosen, basis.decimals)
    for row in document["by_category"]:
        whole = row["count"] if basis.child_share_base == PARENT else base
        path = ("by_category", row["name"], "children")
        yield from _column(path, row["children"], whole, HALF_UP, basis.decimals)


def _column(
    path: tuple[str, ...], rows: Sequence[Any], whole: int, rounding: str, decimals: int
) -> Iterator[Fault]:
    counted = {row["name"]: row["count"] for row in rows}
    expected = {row["name"]: row["share"] for row in share_rows(counted, whole, rounding, decimals)}
    for row in rows:
        parts = (*path, row["name"], "share")
        yield from _fault(parts, row["share"], expected[row["name"]], "按件数重算")


def _units(document: Document, basis: Basis) -> Iterator[Fault]:
    totals, rows = document["totals"], document["by_unit"]
    if basis.roles.totals == basis.roles.by_unit:
        # What a draft of an earlier release does not have is named by counting it again.
        for name in (one for one in _SUMMED if is_counted(one, basis) and one in totals):
            total = sum(row[_OF_UNIT.get(name, name)] for row in rows)
            why = f"各单位相加是 {total}"
            yield from _fault(("totals", name), totals[name], total, why)
    for row in rows:
        path = ("by_unit", row["name"])
        share = percent(row["orders"], totals[DISPATCHED], basis.decimals)
        yield from _fault((*path, "share"), row["share"], share, "按工单数重算")
        yield from _rates(path, row, basis, _OF_UNIT, _RATE_OF_UNIT)


def _lists(document: Document) -> Iterator[Fault]:
    """Lists and sums beside the tables repeat what the tables say."""
    extra, rows = document["extra"], document["by_unit"]
    for name in ("overdue_acknowledged", "overdue_resolved", "dissatisfied"):
        in_rows = {row["name"]: row[name] for row in rows}
        listed = {row["name"]: row["count"] for row in extra[name]}
        for unit in in_rows.keys() | listed.keys():
            parts = ("extra", name, unit, "count")
            expected = in_rows.get(unit, 0)
            yield from _fault(parts, listed.get(unit, 0), expected, "单位表里的数")
    kinds: dict[str, int] = {}
    for row in rows:
        kinds[row["kind"]] = kinds.get(row["kind"], 0) + row["orders"]
    for row in extra["by_kind"]:
        parts = ("extra", "by_kind", row["name"], "orders")
        yield from _fault(parts, row["orders"], kinds.get(row["name"], 0), "这类单位相加")
    total = sum(row["count"] for row in document["by_line"])
    yield from _fault(("extra", "lines_total"), extra["lines_total"], total, "各专线相加")
    sent = sum(row["count"] for row in extra["dispatched_by_channel"])
    totals = document["totals"]
    whole = totals.get("lead_dispatched", totals[DISPATCHED])
    if sent != whole:
        yield Fault("extra/dispatched_by_channel", sent, str(whole), "各渠道的工单相加")


def _comparisons(document: Document, basis: Basis) -> Iterator[Fault]:
    for which, compared in document.get("compare", {}).items():
        for name, cell in compared["totals"].items():
            path = ("compare", which, "totals", name)
            yield from _change(path, document["totals"][name], cell, basis)
        for section in ("by_channel", "by_purpose", "by_category", "by_unit"):
            counted = "orders" if section == "by_unit" else "count"
            now = {row["name"]: row[counted] for row in document[section]}
            for cell in compared[section]:
                path = ("compare", which, section, cell["name"])
                yield from _change(path, now.get(cell["name"], 0), cell, basis)


def _change(
    path: Sequence[str], now: Any, cell: Mapping[str, Any], basis: Basis
) -> Iterator[Fault]:
    before = cell["previous"]
    if now is None or before is None:
        return
    change = Decimal(str(now)) - Decimal(str(before))
    yield from _fault((*path, "change"), cell["change"], change, "本期减前期")
    is_count = type(now) is int and type(before) is int
    if cell["rate"] is not None or (is_count and before and path[2] != "totals"):
        expected = change_rate(int(now), int(before), basis.decimals)
        yield from _fault((*path, "rate"), cell["rate"], expected, "按前期重算")
