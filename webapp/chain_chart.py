"""效力沿革 as a picture: one bar per entry of the chain, from its first to its last day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.access import visible_items
from kb.actor import Actor
from kb.models import ItemLink, KnowledgeItem, KnowledgeVersion
from kb.services.found_acts import title_key
from kb.standing import Period, period, standing_on
from kb.terms import LinkKind, Standing
from webapp.chain_axis import Axis, axis_of

MAX_BARS = 8
_OLD = (Standing.SUPERSEDED, Standing.REPEALED, Standing.EXPIRED, Standing.WITHDRAWN)
_TITLE = 18


@dataclass(frozen=True)
class Look:
    """The measures of a picture: on a phone the words stand over a thin bar, else inside of it."""

    name: str
    width: int
    edge: int
    row: int
    bar: int
    over: int
    ticks: int


WIDE = Look("wide", width=656, edge=24, row=56, bar=42, over=0, ticks=12)
NARROW = Look("narrow", width=328, edge=14, row=66, bar=12, over=40, ticks=4)


@dataclass(frozen=True)
class Bar:
    """One entry on the chart; numbers are places in the picture."""

    item_id: int
    title: str
    detail: str
    x: float
    y: float
    width: float
    height: int
    text_x: float
    text_y: float
    text_anchor: str
    look: str
    is_here: bool


@dataclass(frozen=True)
class Chart:
    """The whole picture and the sentence that says the same."""

    name: str
    width: int
    height: int
    bars: tuple[Bar, ...]
    ticks: tuple[tuple[str, float], ...]
    today_x: float
    today_path: str
    label: str


@dataclass(frozen=True)
class _Row:
    """An entry of the chain: when it holds, and what is said of it today."""

    item_id: int
    title: str
    number: str
    span: Period
    is_old: bool
    said: str


def chart_of(
    session: Session, item: KnowledgeItem, actor: Actor | None, today: date
) -> tuple[Chart, ...]:
    """The chain around an entry, for a wide and a narrow screen; nothing where it stands alone: a
    bar by itself says nothing."""
    chain = _chain(session, item.id, actor)
    if len(chain) < 2:
        return ()
    rows = _rows(chain, _amended(session, [entry.id for entry, _ in chain]), today)
    return tuple(_drawn(rows, item.id, today, look) for look in (WIDE, NARROW))


def _rows(
    chain: list[tuple[KnowledgeItem, KnowledgeVersion]],
    amended: Mapping[int, set[int]],
    today: date,
) -> list[_Row]:
    standing = {entry.id: standing_on(entry, version, today) for entry, version in chain}
    ends = {entry.id: period(entry, version).end for entry, version in chain}
    rows = []
    for entry, version in chain:
        span, said = period(entry, version), standing[entry.id].label
        is_old = standing[entry.id] in _OLD
        targets = amended.get(entry.id, set())
        # What changes other entries says nothing any more once all of these have ended.
        if targets and not is_old and all(standing.get(other) in _OLD for other in targets):
            is_old, said = True, "所修改的文件已失效"
            last = [end for other in targets if (end := ends[other]) is not None]
            span = Period(span.start, max(last) if last else span.end)
        rows.append(_Row(entry.id, version.title, version.document_number, span, is_old, said))
    return rows


def _drawn(rows: list[_Row], here: int, today: date, look: Look) -> Chart:
    days = [day for row in rows for day in (row.span.start, row.span.end) if day is not None]
    axis = axis_of(days, today, look.edge, look.width - look.edge)
    bars = tuple(_bar(row, number, here, axis, look) for number, row in enumerate(rows))
    height = 36 + len(bars) * look.row + 28
    label = "；".join(f"{bar.title}，{bar.detail}" for bar in bars)
    ticks = axis.ticks(look.ticks)
    at = axis.place(today)
    line = _today_line(at, bars, height - 26, look)
    return Chart(look.name, look.width, height, bars, ticks, at, line, label)


def _today_line(x: float, bars: tuple[Bar, ...], bottom: int, look: Look) -> str:
    """The line of today; where the words stand over the bars it leaves them free."""
    if not look.over:
        return f"M{x} 22V{bottom}"
    stretches = [(22, 34), *((int(bar.y) - 5, int(bar.y) + bar.height + 6) for bar in bars)]
    return "".join(f"M{x} {top}V{end}" for top, end in stretches)


def _bar(row: _Row, number: int, here: int, axis: Axis, look: Look) -> Bar:
    x, end = axis.place(row.span.start or axis.first), axis.place(row.span.end or axis.last)
    width = max(end - x, 6)
    x = min(x, look.width - look.edge - width)
    top = 36 + number * look.row
    is_late = not look.over and x > look.width * 0.6
    text_x = look.edge if look.over else x + width - 8 if is_late else x + 8
    return Bar(
        row.item_id,
        _short(row.title),
        f"{row.number} · {row.said}" if row.number else row.said,
        x,
        top + look.over,
        width,
        look.bar,
        text_x,
        top + 14 if look.over else top + 18,
        "end" if is_late else "start",
        "cx-old" if row.is_old else "cx-on",
        row.item_id == here,
    )


def _short(title: str) -> str:
    """A title as a bar has room for it: what a notice issues, not its opening words."""
    title = title if len(title) <= _TITLE else title_key(title)
    return title if len(title) <= _TITLE else title[: _TITLE - 1] + "…"


def _amended(session: Session, ids: list[int]) -> dict[int, set[int]]:
    """Which entries each of these changes."""
    query = select(ItemLink.newer_id, ItemLink.older_id).where(
        ItemLink.newer_id.in_(ids), ItemLink.kind == LinkKind.AMENDS.value
    )
    found: dict[int, set[int]] = {}
    for newer, older in session.execute(query):
        found.setdefault(newer, set()).add(older)
    return found


def _chain(
    session: Session, item_id: int, actor: Actor | None
) -> list[tuple[KnowledgeItem, KnowledgeVersion]]:
    """Everything linked to the entry, directly or over others, that the person may see."""
    known, fresh = {item_id}, {item_id}
    while fresh and len(known) < MAX_BARS:
        links = session.execute(
            select(ItemLink.newer_id, ItemLink.older_id).where(
                ItemLink.newer_id.in_(fresh) | ItemLink.older_id.in_(fresh)
            )
        )
        fresh = {end for pair in links for end in pair} - known
        known |= fresh
    query = (
        select(KnowledgeItem, KnowledgeVersion)
        .join(KnowledgeVersion, KnowledgeVersion.id == KnowledgeItem.current_version_id)
        .where(KnowledgeItem.id.in_(known), visible_items(actor))
    )
    rows = [(item, version) for item, version in session.execute(query)]
    rows.sort(key=lambda row: (period(*row).start or date.min, row[0].id))
    return rows[:MAX_BARS]
