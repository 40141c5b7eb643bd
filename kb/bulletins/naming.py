"""A figure's address in words: ``by_unit/市公安局/resolved`` is 市公安局 · 办结."""

from kb.bulletins.addresses import split
from kb.bulletins.dictionary import KNOWLEDGE, ROWS, TOTALS

_FIGURES = {
    **{entry.key.rpartition(".")[2]: entry for entry in KNOWLEDGE.values()},
    **TOTALS,
    **ROWS,
}
# Parts of an address that lead on; alone they are a whole section.
_SECTIONS = {
    "by_channel": "按受理渠道",
    "by_line": "按专线",
    "by_purpose": "按目的分类",
    "by_category": "按诉求分类",
    "by_region": "按区域分布",
    "by_unit": "各承办单位",
    "by_kind": "各类承办单位",
    "by_entry": "各条目",
    "topics": "专项",
    "top_categories": "诉求较多的事项",
    "heat": "类别和区域",
    "children": "二级类别",
    "channels": "渠道",
    "totals": "合计",
    "extra": "其他数字",
}
_SAID = {
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
    "matters": "热点",
    "previous": "前期",
    "assessment": "考核",
    "score": "得分",
    "grade": "等次",
    "trend": "趋势图",
    "wording": "举例",
    "units": "承办单位",
    "categories": "主要涉及",
    "size": "家数",
    **{key: TOTALS[key].name for key in ("overdue_acknowledged", "overdue_resolved")},
    "dissatisfied": TOTALS["dissatisfied"].name,
}
_BEFORE = {"previous": "上期", "last_year": "上年同期"}
_SIDES = {"previous": "{}", "change": "较{}增减", "rate": "较{}增幅"}


def name_of(address: str) -> str:
    """The name of a figure, or of a whole section, for people."""
    *way, last = split(address)
    if way[:1] == ["compare"] and last in _SIDES:
        _, which, *way = way
        side = _SIDES[last].format(_BEFORE[which])
        *way, last = way
        return " · ".join([side, *_words(way), _figure(last)])
    return " · ".join([*_words(way), _figure(last)])


def _words(way: list[str]) -> list[str]:
    return [_SAID.get(part, part) for part in way if part not in _SECTIONS]


def _figure(last: str) -> str:
    figure = _FIGURES.get(last)
    return figure.name if figure else _SAID.get(last) or _SECTIONS.get(last, last)
