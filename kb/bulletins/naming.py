"""A figure's address in words: ``by_unit/市公安局/resolved`` is 市公安局 · 办结."""

from kb.bulletins.addresses import split
from kb.bulletins.dictionary import KNOWLEDGE, ROWS, TOTALS

_FIGURES = {
    **{entry.key.rpartition(".")[2]: entry for entry in KNOWLEDGE.values()},
    **TOTALS,
    **ROWS,
}
# Parts of an address that lead on, and those that say something of their own.
_SILENT = frozenset(
    ("totals", "extra", "compare", "children", "channels", "by_channel", "by_line", "by_purpose")
) | {
    "by_category",
    "by_region",
    "by_unit",
    "by_kind",
    "by_entry",
    "topics",
    "top_categories",
    "heat",
}
_SAID = {
    "previous": "上期",
    "last_year": "上年同期",
    "non_phone": "非话务渠道",
    "top_units": "承办最多的单位",
    "dispatched_by_channel": "各渠道转办",
    "lines_total": "专线合计",
    "clocks": "用时",
    "acknowledge": "签收",
    "resolve": "办结",
    "knowledge": "知识库",
    "gaps": "缺口",
    "upkeep": "更新",
    **{key: TOTALS[key].name for key in ("overdue_acknowledged", "overdue_resolved")},
    "dissatisfied": TOTALS["dissatisfied"].name,
}


def name_of(address: str) -> str:
    """The name of a figure, for people."""
    *way, last = split(address)
    if way[:1] == ["compare"]:  # ends in which side of the comparison, which its start says too
        *way, last = way
    words = [_SAID.get(part, part) for part in way if part not in _SILENT]
    figure = _FIGURES.get(last)
    return " · ".join([*words, figure.name if figure else _SAID.get(last, last)])
