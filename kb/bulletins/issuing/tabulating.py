"""Tables and charts of a bulletin from its figures."""

from collections.abc import Sequence

from kb.bulletins.addresses import join
from kb.bulletins.issuing import parts
from kb.bulletins.issuing.parts import Cell, Chart, Column, Figure, Table
from kb.bulletins.issuing.source import Row, Source
from kb.bulletins.issuing.wording import fixed, plain, signed

_LAST = {"其他单位", "其他", "其它", "待派单"}
BARS_AT_MOST = 10
_ORDINAL = Column("序号", parts.ORDINAL)


class _Maker:
    """Cells that know their addresses."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def count(self, *path: str) -> Cell:
        address = join(path)
        value = self.source.numbers.get(address)
        return Cell(
            "—" if value is None else plain(value), value, address if value is not None else ""
        )

    def rate(self, *path: str) -> Cell:
        address = join(path)
        value = self.source.numbers.get(address)
        if value is None:
            return Cell("—")
        return Cell(f"{fixed(value, self.source.decimals)}%", value, address)

    def change(self, *path: str) -> Cell:
        address = join(("compare", "previous", *path, "rate"))
        value = self.source.numbers.get(address)
        text = signed(value, self.source.decimals)
        return Cell(text, value, address if value is not None else "")


def shares(source: Source, section: str, caption: str, named: str) -> list[Table]:
    """Name, count, share and change of each row of a section; with the whole below."""
    rows = [row for row in source.rows(section) if row.get("in_scope", True)]
    if not rows:
        return []
    maker = _Maker(source)
    compared = bool(source.rows("compare", "previous", section))
    columns = [_ORDINAL, Column(named, parts.TEXT), Column("件数", parts.COUNT, "件")]
    columns.append(Column("占比", parts.RATE, "%"))
    if compared:
        columns.append(Column("环比", parts.CHANGE, "%"))
    body = []
    for at, row in enumerate(rows, 1):
        name = row["name"]
        cells = [Cell(str(at), at), Cell(name), maker.count(section, name, "count")]
        cells.append(maker.rate(section, name, "share"))
        if compared:
            cells.append(maker.change(section, name))
        body.append(tuple(cells))
    base = source.document["definitions"]["share_base"] if section in _BASED else "requests"
    total = [Cell(""), Cell("合计"), maker.count("totals", base), Cell(_hundred(source, rows))]
    if compared:
        total.append(maker.change("totals", base))
    return [Table(section, caption, tuple(columns), tuple(body), tuple(total))]


_BASED = ("by_purpose", "by_category")


def _hundred(source: Source, rows: Sequence[Row]) -> str:
    """100 where the rows are the whole; printed shares may miss it by a last digit each."""
    return f"{fixed(100, source.decimals)}%" if any(row["share"] for row in rows) else "—"


def units_resolved(source: Source) -> list[Table]:
    """工单办结情况: orders, resolved, rate of each unit."""
    columns = (
        *(_ORDINAL, Column("单位名称", parts.TEXT), Column("工单量", parts.COUNT, "件")),
        *(Column("办结量", parts.COUNT, "件"), Column("办结率", parts.RATE, "%")),
        Column("按期办结率", parts.RATE, "%"),
    )
    counts, rates = ("orders", "resolved"), ("resolved_rate", "resolved_on_time_rate")
    totals = ("dispatched", "orders_resolved"), ("orders_resolved_rate", "resolved_on_time_rate")
    return _units(source, "units_resolved", "工单办结情况", columns, (counts, rates), totals)


def units_satisfied(source: Source) -> list[Table]:
    """工单回访满意度情况 of each unit."""
    if not source.count("totals", "followed_up"):
        return []
    columns = (
        *(_ORDINAL, Column("单位名称", parts.TEXT), Column("回访工单数量", parts.COUNT, "件")),
        *(Column("满意工单数量", parts.COUNT, "件"), Column("满意率", parts.RATE, "%")),
    )
    names = ("followed_up", "satisfied"), ("satisfaction_rate",)
    return _units(source, "units_satisfied", "工单回访满意度情况", columns, names, names)


def _units(
    source: Source,
    key: str,
    caption: str,
    columns: tuple[Column, ...],
    names: tuple[tuple[str, ...], tuple[str, ...]],
    totals: tuple[tuple[str, ...], tuple[str, ...]],
) -> list[Table]:
    rows = [row for row in source.rows("by_unit") if row[names[0][0]]]
    if not rows:
        return []
    maker = _Maker(source)
    body = tuple(
        (
            *(Cell(str(at), at), Cell(row["name"])),
            *(maker.count("by_unit", row["name"], name) for name in names[0]),
            *(maker.rate("by_unit", row["name"], name) for name in names[1]),
        )
        for at, row in enumerate(rows, 1)
    )
    total = (
        *(Cell(""), Cell("合计")),
        *(maker.count("totals", name) for name in totals[0]),
        *(maker.rate("totals", name) for name in totals[1]),
    )
    roles = source.document["definitions"]["roles"]
    note = ""
    if roles["by_unit"] != roles["totals"]:
        note = "注：各单位按承办件次统计（含协办），各行相加大于合计。"
    return [Table(key, caption, columns, body, total, note)]


def assessed(source: Source) -> list[Table]:
    """考核情况 as it was frozen: units with their points and grades."""
    rows = source.rows("assessment")
    if not rows:
        return []
    columns = (
        *(_ORDINAL, Column("单位名称", parts.TEXT), Column("工单量", parts.COUNT, "件")),
        *(Column("得分", parts.RATE, "分"), Column("等次", parts.COUNT)),
    )
    body = tuple(
        (
            *(Cell(str(at), at), Cell(row["name"]), Cell(plain(row["orders"]), row["orders"])),
            *(Cell(fixed(row["score"], 2), row["score"]), Cell(row["grade"] or "—")),
        )
        for at, row in enumerate(rows, 1)
    )
    return [Table("assessment", "承办单位考核情况", columns, body)]


def pie(source: Source, section: str, caption: str) -> list[Chart]:
    """Shares of a whole; none where there is but one part."""
    rows = [row for row in source.rows(section) if row["count"]]
    if len(rows) < 2:
        return []
    return [_chart(source, f"{section}_pie", parts.PIE, caption, "件", section, "count", rows)]


def bars(source: Source, section: str, name: str, caption: str) -> list[Chart]:
    """The largest rows of a section, at most ten."""
    rows = [row for row in source.rows(section) if row[name] and row["name"] not in _LAST]
    if len(rows) < 2:
        return []
    return [
        _chart(
            source, f"{section}_bars", parts.BARS, caption, "件", section, name, rows[:BARS_AT_MOST]
        )
    ]


def _chart(
    source: Source,
    key: str,
    kind: str,
    caption: str,
    unit: str,
    section: str,
    name: str,
    rows: Sequence[Row],
) -> Chart:
    addresses = [join((section, row["name"], name)) for row in rows]
    figures = tuple(
        Figure(one, source.numbers[one], plain(source.numbers[one])) for one in addresses
    )
    return Chart(key, kind, caption, unit, tuple(row["name"] for row in rows), figures)


def trend(points: Sequence[tuple[str, float | None]], source: Source) -> list[Chart]:
    """在线办结率 over the issued bulletins before this one, and this one last.

    :param points: name and rate of each earlier one, as it was printed.
    """
    now = source.numbers.get("totals/resolved_online_rate")
    known = [(name, value) for name, value in points if value is not None]
    if len(known) < 2 or now is None:
        return []
    figures = [Figure("", value, plain(value)) for _, value in known]
    figures.append(Figure("totals/resolved_online_rate", now, plain(now)))
    places = (*(name for name, _ in known), source.words.long)
    caption = f"近{len(places)}期在线办结率"
    return [Chart("online_trend", parts.TREND, caption, "%", places, tuple(figures))]
