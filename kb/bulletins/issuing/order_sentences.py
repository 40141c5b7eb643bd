"""Draft sentences about work orders: how many, whose, how late."""

from collections.abc import Sequence

from kb.bulletins.issuing.sentences import told
from kb.bulletins.issuing.source import Row, Source
from kb.bulletins.issuing.tokens import plainly, token

Sentences = list[str]


def _total(name: str) -> str:
    return token("totals", name)


def handling(source: Source) -> Sentences:
    """工单转办及办理情况."""
    if not any(source.count("totals", name) for name in ("dispatched", "orders_resolved")):
        return []
    text = (
        f"{source.words.short}，12345热线共转派各类工单{_total('dispatched')}件，"
        f"已办结{_total('orders_resolved')}件"
    )
    text += told(source, "，办结率", "totals", "orders_resolved_rate")
    for name, rate in (
        ("按期签收率", "acknowledged_on_time_rate"),
        ("按期办结率", "resolved_on_time_rate"),
    ):
        text += told(source, f"，{name}{_of(source, rate)}", "totals", rate)
    if source.count("totals", "followed_up"):
        text += f"；对其中{_total('followed_up')}件工单进行了回访"
        text += told(source, "，回访满意率", "totals", "satisfaction_rate")
    return [f"{text}。", *_largest_units(source), *_kinds(source)]


def _of(source: Source, rate: str) -> str:
    """Says of which orders a rate is, where open ones that are late are not among them."""
    chosen = source.document["definitions"]["denominators"][rate]
    return {"acknowledged": "（已签收工单中）", "resolved": "（已办结工单中）"}.get(chosen, "")


def _largest_units(source: Source) -> Sentences:
    rows = [row for row in source.rows("by_unit") if row["name"] not in ("其他单位", "待派单")]
    size = int(source.count("extra", "top_units", "size") or 0)
    if size < 2 or len(rows) <= size:
        return []
    listed = "、".join(
        f"{plainly(row['name'])}{token('by_unit', row['name'], 'orders')}件" for row in rows[:size]
    )
    work, unit, of = "承办工单", "件", "，占转办工单总量的"
    if source.counts_parts:  # one order may have several parts: no share of the orders
        work, unit, of = "承办", "件次", "，相当于转办工单总量的"
    return [
        f"{source.load}居前的为：{listed}。以上{token('extra', 'top_units', 'size')}家单位"
        f"{work}{token('extra', 'top_units', 'count')}{unit}"
        f"{told(source, of, 'extra', 'top_units', 'share')}。"
    ]


def _kinds(source: Source) -> Sentences:
    rows = [row for row in source.rows("extra", "by_kind") if row["name"]]
    if len(rows) < 2:
        return []
    path = ("extra", "by_kind")
    listed = "、".join(
        f"{plainly(row['name'])}{token(*path, row['name'], 'orders')}件" for row in rows
    )
    return [f"按承办单位类别统计：{listed}。"]


def late(source: Source) -> Sentences:
    """超期签收、超期办结、不满意: how many, and whose."""
    found = []
    for name, words in (
        ("overdue_acknowledged", "超期签收工单"),
        ("overdue_resolved", "超期办结工单"),
        ("dissatisfied", "不满意工单"),
    ):
        rows = source.rows("extra", name)
        if source.count("totals", name):
            found.append(f"{words}共计{_total(name)}件{_whose(name, rows)}。")
    if source.count("totals", "returned"):
        rate = told(source, "，退单率", "totals", "return_rate")
        found.append(f"退单工单{_total('returned')}件{rate}。")
    return found


def _whose(name: str, rows: Sequence[Row]) -> str:
    listed = "、".join(
        f"{plainly(row['name'])}{token('extra', name, row['name'], 'count')}件" for row in rows
    )
    return f"，其中：{listed}" if listed else ""
