"""Tables and charts of a bulletin from its figures."""

from collections.abc import Callable, Sequence

from kb.bulletins.addresses import join
from kb.bulletins.explaining import definition
from kb.bulletins.issuing import parts
from kb.bulletins.issuing.grading import Grading
from kb.bulletins.issuing.parts import Cell, Chart, Column, Figure, Number, Table
from kb.bulletins.issuing.source import Row, Source
from kb.bulletins.issuing.wording import decimals_of, fixed, plain, signed

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
        return Cell(f"{self.source.share(value)}%", value, address)

    def hours(self, *path: str) -> Cell:
        address = join(path)
        value = self.source.numbers.get(address)
        if value is None:
            return Cell("—")
        return Cell(fixed(value, self.source.decimals), value, address)

    def change(self, which: str, *path: str) -> Cell:
        address = join(("compare", which, *path, "rate"))
        value = self.source.numbers.get(address)
        text = signed(value, self.source.decimals)
        return Cell(text, value, address if value is not None else "")


def shares(source: Source, section: str, caption: str, named: str) -> list[Table]:
    """Name, count, share and change of each row of a section; with the whole below."""
    rows = [row for row in source.rows(section) if row.get("in_scope", True)]
    if not rows:
        return []
    maker = _Maker(source)
    compared = _compared(source, section)
    columns = [_ORDINAL, Column(named, parts.TEXT), Column("件数", parts.COUNT, "件")]
    columns.append(Column("占比", parts.RATE, "%"))
    columns += [Column(_BESIDE[which], parts.CHANGE, "%") for which in compared]
    body = []
    for at, row in enumerate(rows, 1):
        name = row["name"]
        cells = [Cell(str(at), at), Cell(name), maker.count(section, name, "count")]
        cells.append(maker.rate(section, name, "share"))
        cells += [maker.change(which, section, name) for which in compared]
        body.append(tuple(cells))
    base = source.document["definitions"]["share_base"] if section in _BASED else "requests"
    total = [Cell(""), Cell("合计"), maker.count("totals", base), _hundred(source, rows)]
    total += [maker.change(which, "totals", base) for which in compared]
    return [Table(section, caption, tuple(columns), tuple(body), tuple(total))]


_BESIDE = {"previous": "环比", "last_year": "同比"}


def _compared(source: Source, section: str) -> list[str]:
    """The earlier periods that a section is compared with, any row of it."""
    return [
        which
        for which in _BESIDE
        if any(row["rate"] is not None for row in source.rows("compare", which, section))
    ]


_BASED = ("by_purpose", "by_category")


def _hundred(source: Source, rows: Sequence[Row]) -> Cell:
    """100 where the rows are the whole; printed shares may miss it by a last digit each."""
    if not any(row["share"] for row in rows):
        return Cell("—")
    return Cell(f"{source.share(100)}%", 100)


Maker = Callable[..., Cell]
# What stands in a column: its head, how it is printed, the figure of a unit and of the totals.
Measure = tuple[Column, Callable[[_Maker], Maker], str, str]


def _count(head: str, name: str, total: str = "") -> Measure:
    return Column(head, parts.COUNT, "件"), lambda maker: maker.count, name, total or name


def _rate(head: str, name: str, total: str = "") -> Measure:
    return Column(head, parts.RATE, "%"), lambda maker: maker.rate, name, total or name


def units_resolved(source: Source) -> list[Table]:
    """工单办结情况: orders, their change, resolved, rates of each unit."""
    measures = (
        _count(source.load, "orders", "dispatched"),
        _count("办结量", "resolved", "orders_resolved"),
        _rate("办结率", "resolved_rate", "orders_resolved_rate"),
        _rate("按期办结率", "resolved_on_time_rate"),
    )
    return _units(source, "units_resolved", "工单办结情况", measures, is_compared=True)


def units_satisfied(source: Source) -> list[Table]:
    """工单回访满意度情况 of each unit."""
    if not source.count("totals", "followed_up"):
        return []
    measures = (
        _count("回访工单数量", "followed_up"),
        _count("满意工单数量", "satisfied"),
        _rate("满意率", "satisfaction_rate"),
    )
    return _units(source, "units_satisfied", "工单回访满意度情况", measures)


def units_returned(source: Source) -> list[Table]:
    """退单和办理时长情况 of each unit; none where nothing was returned or resolved."""
    totals = ("returned", "orders_resolved")
    if not any(source.count("totals", name) for name in totals):
        return []
    hours = Column("平均办理时长（小时）", parts.RATE)
    measures = (
        _count(source.load, "orders", "dispatched"),
        _count("退单量", "returned"),
        _rate("退单率", "return_rate"),
        (hours, lambda maker: maker.hours, "average_hours", "average_hours"),
    )
    return _units(source, "units_returned", "退单和办理时长情况", measures)


def _units(
    source: Source,
    key: str,
    caption: str,
    measures: Sequence[Measure],
    *,
    is_compared: bool = False,
) -> list[Table]:
    # Counted by events, a unit may have none of the first and still some of the others.
    rows = [row for row in source.rows("by_unit") if any(row[one] for *_, one, _ in measures)]
    if not rows:
        return []
    maker, grading = _Maker(source), Grading.of(source, [one for _, _, one, _ in measures], rows)
    compared = _compared(source, "by_unit")[:1] if is_compared else []
    columns = [column for column, *_ in measures]
    columns[1:1] = [Column(_BESIDE[which], parts.CHANGE, "%") for which in compared]
    body = []
    for at, row in enumerate(rows, 1):
        name = row["name"]
        cells = [printed(maker)("by_unit", name, one) for _, printed, one, _ in measures]
        cells[1:1] = [maker.change(which, "by_unit", name) for which in compared]
        body.append((Cell(str(at), at), Cell(name), *cells, *grading.cells(row)))
    total = [printed(maker)("totals", one) for _, printed, _, one in measures]
    total[1:1] = [maker.change(which, "totals", measures[0][3]) for which in compared]
    heads = (_ORDINAL, Column("单位名称", parts.TEXT), *columns, *grading.columns)
    whole = (Cell(""), Cell("合计"), *total, *grading.cells({"grade": ""}))
    said = "各单位按承办件次统计（含协办），各行相加大于合计。" if source.counts_parts else ""
    for *_, one, _ in measures:
        if one == "resolved_on_time_rate":
            of = definition(one, source.document["definitions"]["denominators"])
            said += f"按期办结率的{of}。"
    note = f"注：{said}{grading.said}" if said or grading.said else ""
    return [Table(key, caption, heads, tuple(body), whole, note)]


def assessed(source: Source) -> list[Table]:
    """考核情况 as it was frozen: units by their grades, within a grade by name. No ranking."""
    rows = source.rows("assessment")
    if not rows:
        return []
    columns = (
        *(Column("等次", parts.TEXT), Column("单位名称", parts.TEXT)),
        *(Column("工单量", parts.COUNT, "件"), Column("得分", parts.RATE, "分")),
    )
    best: dict[str, float] = {}
    for row in rows:
        best[row["grade"]] = max(best.get(row["grade"], 0), row["score"] or 0)
    scores = [row["score"] for row in rows if row["score"] is not None]
    decimals = max(map(decimals_of, scores), default=0)  # every unit may have had too few orders
    body = tuple(
        (
            *(Cell(row["grade"] or "不分档"), Cell(row["name"])),
            *(Cell(plain(row["orders"]), row["orders"]), _score(row["score"], decimals)),
        )
        for row in sorted(
            rows, key=lambda row: (not row["grade"], -best[row["grade"]], row["name"])
        )
    )
    note = "注：按等次分列，同一等次按单位名称排列；工单量和得分是考核封存时的。"
    return [Table("assessment", "承办单位考核情况", columns, body, (), note)]


def _score(value: Number, decimals: int) -> Cell:
    return Cell(fixed(value, decimals), value)


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
    said = source.share if unit == "%" else plain
    figures = tuple(
        Figure(one, source.numbers[one], said(source.numbers[one])) for one in addresses
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
    figures = [Figure("", value, source.share(value)) for _, value in known]
    figures.append(Figure("totals/resolved_online_rate", now, source.share(now)))
    places = (*(name for name, _ in known), source.words.long)
    caption = f"近{len(places)}期在线办结率"
    return [Chart("online_trend", parts.TREND, caption, "%", places, tuple(figures))]
