"""Which records stand above and below the line of a rate, by what a city divides it by."""

from collections.abc import Mapping

from kb.bulletins.addresses import split
from kb.bulletins.dictionary import ROWS, TOTALS

# What the one definition of the dictionary, which names every choice, comes to under each.
_PARTS: Mapping[tuple[str, str], str] = {
    ("acknowledged_on_time_rate", "dispatched"): (
        "分母是转办工单（含协办时是其中有签收时限的），还没有签收的也在内；"
        "分子是其中没有超期签收的：按期签收的，和还没有签收、签收时限也没有到的"
    ),
    ("acknowledged_on_time_rate", "acknowledged"): (
        "分母是已签收工单，分子是其中在签收时限内签收的；还没有签收的都不计，已经超期的也不计"
    ),
    ("resolved_on_time_rate", "dispatched"): (
        "分母是转办工单，还没有办结的也在内；"
        "分子是其中没有超期办结的：在办结时限内办结的，和还没有办结、办结时限也没有到的"
    ),
    ("resolved_on_time_rate", "resolved"): (
        "分母是已办结工单，分子是其中在办结时限内办结的；还没有办结的都不计，已经超期的也不计"
    ),
    ("resolved_on_time_rate", "due"): (
        "分母是办结时限已到的转办工单，分子是其中在时限内办结的；时限没有到的都不计，已经办结的也不计"
    ),
}
_RATE_OF = {
    "acknowledged_on_time": "acknowledged_on_time_rate",
    "resolved_on_time": "resolved_on_time_rate",
}


def definition(figure: str, denominators: Mapping[str, str]) -> str:
    """What a figure counts or divides, by these choices; "" when it is none."""
    rate = _RATE_OF.get(figure, figure)
    said = _PARTS.get((rate, denominators.get(rate, "")))
    if said:
        return said if rate == figure else f"{TOTALS[rate].name}的分子。{said}"
    known = ROWS.get(figure) or TOTALS.get(figure)
    return known.definition if known else ""


def definition_at(address: str, denominators: Mapping[str, str]) -> str:
    """The same for the figure at an address; "" for one before (前期), and for what has none."""
    *way, last = split(address)
    return "" if way[:1] == ["compare"] else definition(last, denominators)
