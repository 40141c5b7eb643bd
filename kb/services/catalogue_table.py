"""派单目录 as a workbook: handed out, corrected elsewhere, looked at, and taken back whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kb.actor import Actor
from kb.clock import local_day
from kb.errors import InvalidInput
from kb.models import CatalogueAssisting, CatalogueEntry, Unit
from kb.profile import Profile
from kb.services import catalogue
from kb.services.catalogue import Content, FieldChange, changes_between, content_of, in_words
from kb.services.given_table import read_table
from kb.xlsx import workbook

COLUMNS = (
    "事项",
    "常用说法",
    "类别",
    "区域",
    "主办单位",
    "协办单位",
    "依据",
    "起始日期",
    "截止日期",
)
NEEDED = ("事项", "类别", "主办单位", "依据")
WHOLE_CITY = "全市"
MAX_BYTES, MAX_ROWS = 2 * 1024 * 1024, 5_000
_SPLIT = str.maketrans(dict.fromkeys("，,；;|\n", "、"))


@dataclass(frozen=True)
class Line:
    """One line of a table: what it would do, or what is wrong with it.

    ``number`` is the row in the file; ``kind`` new, changed, same or refused.
    """

    number: int
    kind: Literal["new", "changed", "same", "refused"]
    matter: str
    region: str
    lead: str
    changes: tuple[FieldChange, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Reading:
    """What a table would do as a whole."""

    lines: tuple[Line, ...]

    def of(self, kind: str) -> list[Line]:
        """The lines of one kind."""
        return [line for line in self.lines if line.kind == kind]

    @property
    def is_takeable(self) -> bool:
        """Whether no line is refused and some line does something."""
        return not self.of("refused") and bool(self.of("new") or self.of("changed"))


def export(entries: Iterable[CatalogueEntry]) -> bytes:
    """The rows as XLSX, in the form that :func:`take_in` reads."""
    return workbook([("派单目录", [COLUMNS, *(_cells(entry) for entry in entries)])])


def _cells(entry: CatalogueEntry) -> Sequence[str]:
    return (
        entry.matter,
        "、".join(entry.words),
        entry.category,
        entry.region or WHOLE_CITY,
        entry.lead.name,
        "、".join(row.unit.name for row in entry.assisting),
        entry.basis,
        entry.valid_from.isoformat(),
        entry.valid_until.isoformat() if entry.valid_until else "",
    )


def take_in(
    session: Session,
    data: bytes,
    *,
    reason: str,
    profile: Profile,
    actor: Actor,
    now: datetime,
) -> Reading:
    """Add and change rows as the table says; whole or not at all.

    A line is the row of the same matter and region that has not ended, or a new one. Rows that
    the table does not name stay as they are. For a dry run (试导入) the caller rolls back.

    :returns: what each line did or why it was refused; nothing may be kept when one was.
    :raises InvalidInput: the file is no such table.
    """
    actor.require(*catalogue.EDITORS)
    rows = read_table(data, COLUMNS, NEEDED, max_bytes=MAX_BYTES, max_rows=MAX_ROWS)
    units = _units(session)
    lines: list[Line] = []
    seen: dict[tuple[str, str], int] = {}
    for number, cells in rows:
        key = (cells["事项"], _region(cells))
        if key in seen:
            problem = f"与第 {seen[key]} 行是同一事项同一区域，请只留一行"
            lines.append(_refused(number, cells, problem))
            continue
        seen[key] = number
        try:
            content = _content(cells, units, local_day(now))
            lines.append(_apply(session, number, content, reason, profile, actor, now))
        except InvalidInput as invalid:
            said = "；".join(invalid.fields.values()) or invalid.message
            lines.append(_refused(number, cells, said))
    return Reading(tuple(lines))


def _apply(
    session: Session,
    number: int,
    content: Content,
    reason: str,
    profile: Profile,
    actor: Actor,
    now: datetime,
) -> Line:
    entry = _existing(session, content, local_day(now))
    said = in_words(session, content)
    if entry is None:
        catalogue.add(session, content, reason=reason, profile=profile, actor=actor, now=now)
        return Line(number, "new", content.matter, content.region, said["lead"])
    before = in_words(session, content_of(entry))
    changes = tuple(changes_between(before, said))
    if not changes:
        return Line(number, "same", content.matter, content.region, said["lead"])
    catalogue.change(
        session,
        entry,
        content,
        reason=reason,
        seen_rev=entry.rev,
        profile=profile,
        actor=actor,
        now=now,
    )
    return Line(number, "changed", content.matter, content.region, said["lead"], changes)


def _existing(session: Session, content: Content, today: date) -> CatalogueEntry | None:
    query = (
        select(CatalogueEntry)
        .where(
            CatalogueEntry.matter == content.matter,
            CatalogueEntry.region == content.region,
            CatalogueEntry.valid_until.is_(None) | (CatalogueEntry.valid_until >= today),
        )
        .options(
            selectinload(CatalogueEntry.lead),
            selectinload(CatalogueEntry.assisting).selectinload(CatalogueAssisting.unit),
        )
        .order_by(CatalogueEntry.valid_from)
    )
    return session.scalars(query).first()


def _refused(number: int, cells: dict[str, str], problem: str) -> Line:
    return Line(
        number, "refused", cells["事项"], _region(cells), cells["主办单位"], problem=problem
    )


def _units(session: Session) -> dict[str, int]:
    """Full and short names of units at work -> id; a short name of several units is left out."""
    units = session.scalars(select(Unit).where(Unit.is_active.is_(True))).all()
    found: dict[str, int] = {}
    doubled: set[str] = set()
    for unit in units:
        for name in unit.aliases:
            if found.setdefault(name, unit.id) != unit.id:
                doubled.add(name)
    names = {name: unit_id for name, unit_id in found.items() if name not in doubled}
    return names | {unit.name: unit.id for unit in units}


def _region(cells: dict[str, str]) -> str:
    return "" if cells["区域"] == WHOLE_CITY else cells["区域"]


def _content(cells: dict[str, str], units: dict[str, int], today: date) -> Content:
    """:raises InvalidInput: a unit or a date is not understood."""
    lead = cells["主办单位"]
    if lead not in units:
        raise InvalidInput(f"没有单位“{lead[:40]}”，请写登记名称")
    assisting = split_list(cells["协办单位"])
    unknown = [name for name in assisting if name not in units]
    if unknown:
        raise InvalidInput(f"没有协办单位“{unknown[0][:40]}”，请写登记名称")
    return Content(
        matter=cells["事项"],
        category=cells["类别"],
        lead_id=units[lead],
        basis=cells["依据"],
        valid_from=_date(cells["起始日期"], "起始日期") or today,
        region=_region(cells),
        words=tuple(split_list(cells["常用说法"])),
        assisting_ids=tuple(units[name] for name in assisting),
        valid_until=_date(cells["截止日期"], "截止日期"),
    )


def split_list(cell: str) -> list[str]:
    """Names or words that were written with commas, semicolons or lines between them."""
    return [part.strip() for part in cell.translate(_SPLIT).split("、") if part.strip()]


def _date(cell: str, name: str) -> date | None:
    if not cell:
        return None
    try:
        return date.fromisoformat(cell[:10].replace("/", "-"))
    except ValueError:
        raise InvalidInput(f"{name}“{cell[:20]}”应写作 2026-01-01") from None
