"""效力沿革 as a picture: one bar per entry of the chain, from its first to its last day."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.access import visible_items
from kb.actor import Actor
from kb.models import ItemLink, KnowledgeItem, KnowledgeVersion
from kb.services.found_acts import title_key
from kb.standing import period, standing_on
from kb.terms import Standing

WIDTH, LEFT, RIGHT, ROW = 656, 24, 632, 56
MAX_BARS, MAX_STEPS = 8, 12
_OLD = (Standing.SUPERSEDED, Standing.REPEALED, Standing.EXPIRED, Standing.WITHDRAWN)


@dataclass(frozen=True)
class Bar:
    """One entry on the chart; numbers are places in the picture."""

    item_id: int
    title: str
    detail: str
    x: float
    y: float
    width: float
    text_x: float
    text_anchor: str
    look: str
    is_here: bool


@dataclass(frozen=True)
class Chart:
    """The whole picture and the sentence that says the same."""

    bars: tuple[Bar, ...]
    years: tuple[tuple[int, float], ...]
    today_x: float
    height: int
    label: str


def chart_of(
    session: Session, item: KnowledgeItem, actor: Actor | None, today: date
) -> Chart | None:
    """The chain around an entry; ``None`` where it stands alone: a bar by itself says nothing."""
    rows = _chain(session, item.id, actor)
    if len(rows) < 2:
        return None
    spans = [(entry, version, period(entry, version)) for entry, version in rows]
    starts = [span.start for _, _, span in spans if span.start]
    ends = [span.end for _, _, span in spans if span.end]
    first = min([*starts, today]).year
    last = max([*ends, today]).year + 1
    last = min(last, today.year + 6)
    scale = (RIGHT - LEFT) / max((date(last, 1, 1) - date(first, 1, 1)).days, 1)

    def place(day: date) -> float:
        days = (day - date(first, 1, 1)).days
        return round(min(max(LEFT + days * scale, LEFT), RIGHT), 1)

    bars = []
    for number, (entry, version, span) in enumerate(spans):
        x, end = place(span.start or date(first, 1, 1)), place(span.end or date(last, 1, 1))
        standing = standing_on(entry, version, today)
        near_end = x > WIDTH * 0.6
        number_text = f"{version.document_number} · " if version.document_number else ""
        bars.append(
            Bar(
                entry.id,
                _short(version.title),
                f"{number_text}{standing.label}",
                x,
                36 + number * ROW,
                max(end - x, 6),
                (x + max(end - x, 6) - 8) if near_end else x + 8,
                "end" if near_end else "start",
                "cx-old" if standing in _OLD else "cx-on",
                entry.id == item.id,
            )
        )
    step = max(1, -(-(last - first) // MAX_STEPS))
    years = tuple((year, place(date(year, 1, 1))) for year in range(first, last + 1, step))
    label = "；".join(f"{bar.title}，{bar.detail}" for bar in bars)
    return Chart(tuple(bars), years, place(today), 36 + len(bars) * ROW + 28, label)


def _short(title: str) -> str:
    """A title as a bar has room for it: what a notice issues, not its opening words."""
    title = title if len(title) <= 18 else title_key(title)
    return title if len(title) <= 18 else title[:17] + "…"


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
