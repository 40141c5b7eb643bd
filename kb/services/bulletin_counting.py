"""The figures of a bulletin: counted now, compared with what was issued for earlier periods."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.assessment.scoring import Scorecard
from kb.bulletins.basis import Basis, basis_about
from kb.bulletins.comparing import comparison
from kb.bulletins.faults import Fault
from kb.bulletins.issuing.wording import words_of
from kb.bulletins.periods import Period
from kb.bulletins.reporting import as_json, report
from kb.bulletins.verifying import verify
from kb.bulletins.window import Window
from kb.models import BulletinEdition, BulletinRow
from kb.services.assessment import frozen_scorecards
from kb.services.hot_matters import accepted_matters
from kb.terms import BulletinKind

_TREND = 11


def count(
    session: Session, kind: BulletinKind, topic: str, period: Period, basis: Basis, now: datetime
) -> dict[str, Any]:
    """The document of a bulletin as plain numbers.

    Beside the figures: ``matters`` (热点事项 that were accepted), ``assessment`` (frozen 考核),
    ``trend`` (在线办结率 of the
    issues before) and ``compared_with``, the editions that 环比 and 同比 were read from.
    """
    return _counted(session, kind, topic, Window.of(period, basis_about(basis, topic), now))


def _counted(session: Session, kind: BulletinKind, topic: str, window: Window) -> dict[str, Any]:
    # What the library did is not known by 专项.
    found, read_from = report(session, window, detailed=not topic), {}
    period = window.period
    for which, other in (("previous", period.previous()), ("last_year", period.last_year())):
        edition = issued_for(session, kind, topic, other)
        if edition is not None:
            before = _exact(edition.snapshot["document"])
            found["compare"][which] = comparison(found, before, window.basis.decimals)
            read_from[which] = edition.id
    found["compared_with"] = read_from
    found["trend"] = _trend(session, kind, topic, period)
    matters = [] if topic else accepted_matters(session, period)
    found["matters"] = [asdict(one) for one in matters]
    found["assessment"] = (
        [] if topic else [_card(one) for one in frozen_scorecards(session, period)]
    )
    plain: dict[str, Any] = as_json(found)
    return plain


def _card(card: Scorecard) -> dict[str, Any]:
    return {
        "name": card.unit,
        "kind": card.kind,
        "orders": card.orders,
        "score": card.score,
        "grade": card.grade,
    }


def faults_of(session: Session, row: BulletinRow, basis: Basis) -> list[Fault]:
    """What is wrong with the figures of a draft: against one another, their records, and the
    issued bulletins that they are compared with."""
    stored = row.document
    window = window_of(row, basis)
    counted = _counted(session, row.kind_term, row.topic, window)
    found = verify(session, window, stored, counted)
    return found + _matters(stored, counted)


def window_of(row: BulletinRow, basis: Basis) -> Window:
    """What the figures of a draft looked at."""
    as_of = datetime.fromisoformat(row.document["as_of"])
    seen = replace(basis_about(basis, row.topic), as_of=as_of)
    return Window(Period(row.first, row.last), as_of, seen)


def _matters(stored: Mapping[str, Any], counted: Mapping[str, Any]) -> list[Fault]:
    said = {one["name"]: one["count"] for one in stored.get("matters", ())}
    now = {one["name"]: one["count"] for one in counted["matters"]}
    return [
        Fault(f"matters/{name}/count", said.get(name), str(now.get(name, "空")), "热点事项有改动")
        for name in (*said, *(one for one in now if one not in said))
        if said.get(name) != now.get(name)
    ]


def issued_for(
    session: Session, kind: BulletinKind, topic: str, period: Period
) -> BulletinEdition | None:
    """The last edition that was issued for a period."""
    query = (
        select(BulletinEdition)
        .join(BulletinRow, BulletinRow.id == BulletinEdition.bulletin_id)
        .where(
            BulletinRow.kind == kind.value,
            BulletinRow.topic == topic,
            BulletinRow.first == period.first,
            BulletinRow.last == period.last,
        )
        .order_by(BulletinEdition.number.desc())
        .limit(1)
    )
    return session.scalars(query).first()


def _trend(session: Session, kind: BulletinKind, topic: str, period: Period) -> list[list[Any]]:
    """Name and 在线办结率 of the issues before, oldest first, without a gap between them."""
    found: list[list[Any]] = []
    for _ in range(_TREND):
        period = period.previous()
        edition = issued_for(session, kind, topic, period)
        if edition is None:
            break
        rate = edition.snapshot["document"]["totals"]["resolved_online_rate"]
        found.insert(0, [words_of(period).long, rate])
    return found


def _exact(value: Any) -> Any:
    """Plain numbers as they are counted with: a rate is a decimal, though it be whole."""
    if isinstance(value, float):
        return Decimal(str(value))
    if isinstance(value, dict):
        return {
            name: Decimal(str(one)) if _is_rate(name) and type(one) is int else _exact(one)
            for name, one in value.items()
        }
    if isinstance(value, list):
        return [_exact(one) for one in value]
    return value


def _is_rate(name: str) -> bool:
    return name.endswith(("_rate", "_share")) or name in ("share", "rate", "average_hours")
