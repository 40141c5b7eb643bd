"""Loading the demo city through the same services that people use."""

import re
import tomllib
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from demo.calls import write_call_counts
from demo.catalogue import write_catalogue
from demo.duty import write_duty
from demo.history import write_history
from kb.actor import Actor
from kb.clock import SHANGHAI, local_day
from kb.models import (
    CalendarDay,
    CalendarYear,
    FileText,
    Job,
    KnowledgeItem,
    KnowledgeVersion,
    StoredFile,
    Unit,
    User,
)
from kb.profile import load_profile
from kb.services.accounts import actor_of, create_user
from kb.services.conflict_jobs import CHECK_JOB, request_check
from kb.services.entries import Content, PlannedLink, create_entry
from kb.services.files import FileStore
from kb.services.gap_jobs import TRY_JOB
from kb.services.judged_queries import Wanted, keep_query
from kb.services.publishing import publish, submit
from kb.services.withdrawing import withdraw
from kb.terms import Audience, KnowledgeKind, LinkKind, ReadState, Role, VersionState

FOLDER = Path(__file__).parent
DEMO_PASSWORD = "Yunting-2026"  # noqa: S105 - printed at every start of the demo on purpose
_LINKS = {
    "replaces": LinkKind.SUPERSEDES,
    "repeals": LinkKind.REPEALS,
    "amends": LinkKind.AMENDS,
}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / name).read_text("utf-8"))


def log_ins() -> list[tuple[str, str, str]]:
    """User name, roles and unit of everyone in the demo, for the start-up message."""
    return [
        (
            person["username"],
            "、".join(Role(role).label for role in person["roles"]),
            person.get("unit", ""),
        )
        for person in _read("people.toml")["people"]
    ]


def load(session: Session, *, now: datetime, files: FileStore, phone_key: bytes) -> None:
    """Put the whole city into an empty database, in the caller's transaction."""
    profile = load_profile(FOLDER / "city.toml")
    _assume_calendar(session, now)
    units = _load_units(session)
    _load_people(session, units, now)
    editor = _actor(session, Role.EDITOR)
    items = _load_entries(session, units, editor, files, now)
    session.flush()
    _spare_comparisons(session, items, now)
    load_judged(session, items, editor, now)
    write_catalogue(
        session,
        units,
        profile=profile,
        dispatcher=_actor(session, Role.DISPATCHER),
        now=now - timedelta(days=95),
        valid_from=local_day(now) - timedelta(days=95),
    )
    write_history(
        session,
        matters=_read("requests.toml"),
        items=items,
        profile=profile,
        phone_key=phone_key,
        now=now,
    )
    session.flush()
    write_call_counts(session)
    # After the history: its orders were sent out before anybody had a roster.
    admin = _actor(session, Role.ADMIN)
    write_duty(session, units, hours=profile.hours.office, admin=admin, now=now)


def _assume_calendar(session: Session, now: datetime) -> None:
    """The invented city assumes plain weeks for next year where the official list is not out."""
    year = local_day(now).year + 1
    if session.get(CalendarYear, year) is None:
        session.add(CalendarYear(year=year, source="演示城市的假定：周末休息，元旦放假"))
        session.merge(CalendarDay(day=date(year, 1, 1), is_workday=False, note="元旦放假"))


def _load_units(session: Session) -> dict[str, Unit]:
    rows = _read("units.toml")["units"]
    units = {}
    for row in rows:
        unit = Unit(
            name=row["name"],
            kind=row["kind"],
            aliases=row.get("short", []),
            is_trusted=row.get("is_trusted", False),
        )
        session.add(unit)
        units[unit.name] = unit
    session.flush()
    for row in rows:
        if row.get("parent"):
            units[row["name"]].parent_id = units[row["parent"]].id
    session.flush()
    return units


def _load_people(session: Session, units: dict[str, Unit], now: datetime) -> None:
    for row in _read("people.toml")["people"]:
        unit = units.get(row.get("unit", ""))
        create_user(
            session,
            username=row["username"],
            name=row["name"],
            password=DEMO_PASSWORD,
            roles=[Role(role) for role in row["roles"]],
            unit_id=unit.id if unit else None,
            now=now - timedelta(days=100),
            must_change_password=False,
        )


def _actor(session: Session, role: Role) -> Actor:
    for user in session.scalars(select(User).order_by(User.id)):
        if role.value in user.roles:
            return actor_of(session, user)
    raise LookupError(f"the demo has nobody with role {role}")


def entries() -> list[dict[str, Any]]:
    """Every entry of the demo, those that others replace first."""
    rows = [
        row
        for path in sorted((FOLDER / "knowledge").glob("*.toml"))
        for row in tomllib.loads(path.read_text("utf-8")).get("entries", [])
    ]
    by_key = {row["key"]: row for row in rows}
    ordered: dict[str, dict[str, Any]] = {}

    def place(row: dict[str, Any]) -> None:
        for name in _LINKS:
            for key in _keys(row.get(name)):
                place(by_key[key])
        ordered.setdefault(row["key"], row)

    for row in rows:
        place(row)
    return list(ordered.values())


def _keys(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [])


_DATED = re.compile(r"\{\{(today(?:[+-]\d+)?)(?:\|(md|year))?\}\}")


def _dated(value: Any, now: datetime) -> Any:
    """Fill ``{{today+8|md}}`` and its like wherever they stand in an entry."""
    if isinstance(value, str):
        return _DATED.sub(lambda found: _date_text(found, now), value)
    if isinstance(value, list):
        return [_dated(part, now) for part in value]
    if isinstance(value, dict):
        return {key: _dated(part, now) for key, part in value.items()}
    return value


def _date_text(found: re.Match[str], now: datetime) -> str:
    day = local_day(now) + timedelta(days=int(found[1].removeprefix("today") or 0))
    month_day = f"{day.month}月{day.day}日"
    return {"md": month_day, "year": str(day.year)}.get(found[2], f"{day.year}年{month_day}")


def _load_entries(
    session: Session, units: dict[str, Unit], editor: Actor, files: FileStore, now: datetime
) -> dict[str, KnowledgeItem]:
    items: dict[str, KnowledgeItem] = {}
    for raw in entries():
        row = _dated(raw, now)
        at = _written_at(row, now)
        file_id = _original(session, row, units[row["unit"]], files, at)
        version = create_entry(
            session,
            unit=units[row["unit"]],
            content=_content(row, items, now),
            actor=editor,
            now=at,
            file_id=file_id,
            source_key=row["key"],
        )
        items[row["key"]] = version.item
        _advance(session, version, row.get("state", "published"), editor, at)
    return items


def _spare_comparisons(session: Session, items: Mapping[str, KnowledgeItem], now: datetime) -> None:
    """The city's own texts were compared when they were written: a first start need not spend its
    first minutes on it. The phone that two units give differently on purpose is left to be found.
    """
    session.execute(delete(Job).where(Job.kind.in_((CHECK_JOB, TRY_JOB))))
    item = items["tingnan-qa-elder"]
    request_check(session, session.get(KnowledgeVersion, item.current_version_id), now)


def _advance(
    session: Session, version: KnowledgeVersion, state: str, editor: Actor, at: datetime
) -> None:
    if state == "draft":
        return
    if state in ("unit_review", "centre_review"):
        submit(session, version, actor=editor, now=at)
        if state == "centre_review":
            version.state = VersionState.CENTRE_REVIEW.value
        return
    publish(session, version, actor=editor, now=at)
    if state == "withdrawn":
        reason = "内容已并入其他条目"
        withdraw(session, version.item, actor=editor, now=at + timedelta(days=1), reason=reason)


def _written_at(row: dict[str, Any], now: datetime) -> datetime:
    """An entry was written on the day it was issued, but not later than this morning."""
    day = _day(row.get("issued_on"), now) or _day(row.get("valid_from"), now)
    stated = day or local_day(now) - timedelta(days=20 + len(row["title"]) * 7 % 60)
    at = datetime.combine(stated, time(9, len(row["title"]) % 60), SHANGHAI)
    return min(at, now - timedelta(minutes=30))


def _day(value: Any, now: datetime) -> date | None:
    if not value:
        return None
    if isinstance(value, date):
        return value
    if value.startswith("today"):
        return local_day(now) + timedelta(days=int(value.removeprefix("today") or 0))
    return date.fromisoformat(value)


def _content(row: dict[str, Any], items: dict[str, KnowledgeItem], now: datetime) -> Content:
    effective = _day(row.get("effective_on"), now)
    links = tuple(
        PlannedLink(kind, items[key].id, effective)
        for name, kind in _LINKS.items()
        for key in _keys(row.get(name))
    )
    return Content(
        kind=KnowledgeKind(row["kind"]),
        title=row["title"],
        body=row.get("body", "").strip(),
        document_number=row.get("document_number", ""),
        issuing_authority=row.get("issuing_authority", ""),
        issued_on=_day(row.get("issued_on"), now),
        valid_from=_day(row.get("valid_from"), now),
        valid_until=_day(row.get("valid_until"), now),
        review_on=_day(row.get("review_on"), now),
        audience=Audience(row.get("audience", "public")),
        category=row.get("category", ""),
        regions=tuple(row.get("regions", ())),
        variants=tuple(row.get("variants", ())),
        facts=row.get("facts", {}),
        links=links,
    )


def judged() -> list[dict[str, Any]]:
    """The judged questions: text, label, and answers (entry key -> grade), none = 无依据."""
    rows: list[dict[str, Any]] = _read("judged.toml")["queries"]
    return rows


def load_judged(
    session: Session, items: Mapping[str, KnowledgeItem], editor: Actor, now: datetime
) -> None:
    """Keep the city's judged questions as the centre's own."""
    for row in judged():
        answers = {items[key].id: grade for key, grade in row.get("answers", {}).items()}
        wanted = Wanted(row["text"], answers, label=row["label"], must_refuse=not answers)
        keep_query(session, wanted, actor=editor, now=now)


def _original(
    session: Session, row: dict[str, Any], unit: Unit, files: FileStore, at: datetime
) -> int | None:
    """Documents have an original to download; questions and contacts were typed in."""
    if row["kind"] not in ("policy", "notice"):
        return None
    kept = files.keep_bytes(row.get("body", "").encode())
    stored = StoredFile(
        sha256=kept.sha256,
        size_bytes=kept.size_bytes,
        name=f"{row['title'][:80]}.md",
        unit_id=unit.id,
        uploaded_at=at,
        read_state=ReadState.READ.value,
        file_type="markdown",
    )
    session.add(stored)
    session.flush()
    session.add(FileText(file_id=stored.id, text=row.get("body", "")))
    return stored.id
