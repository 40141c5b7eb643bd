"""The figures of a bulletin: counted now, compared with what was issued for earlier periods."""

from dataclasses import asdict, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from kb.assessment.scoring import Scorecard
from kb.bulletins.basis import Basis, basis_about, with_topic
from kb.bulletins.comparable import differing, told_apart
from kb.bulletins.comparing import comparison
from kb.bulletins.faults import Fault
from kb.bulletins.issuing.beside import beside_faults
from kb.bulletins.issuing.wording import words_of
from kb.bulletins.periods import Period
from kb.bulletins.present_names import under_present_names
from kb.bulletins.reporting import as_json, report
from kb.bulletins.subjects import requests
from kb.bulletins.topics_beside import topics_beside
from kb.bulletins.verifying import verify
from kb.bulletins.window import Window
from kb.models import BulletinEdition, BulletinRow, Unit
from kb.services.assessment import frozen_scorecards
from kb.services.hot_matters import accepted_matters
from kb.services.topics import condition_of, topic_of
from kb.terms import BulletinKind

_TREND = 11


def count(
    session: Session, kind: BulletinKind, topic: str, period: Period, basis: Basis, now: datetime
) -> dict[str, Any]:
    """The document of a bulletin as plain numbers.

    Beside the figures: ``matters`` (热点事项 that were accepted), ``assessment`` (frozen 考核),
    ``trend`` (在线办结率 of the issues before), ``compared_with``, the editions that 环比 and 同比
    were read from, ``recounted``, what had been chosen otherwise for editions that were therefore
    not read, ``topics_recounted``, the 专项 that such an edition did not have or by another
    condition, and ``topic``, the condition of a 专报.
    """
    return _counted(session, kind, topic, Window.of(period, basis_about(basis, topic), now))


def _counted(session: Session, kind: BulletinKind, topic: str, window: Window) -> dict[str, Any]:
    # What the library did is not known by 专项.
    found = report(session, window, detailed=not topic)
    period = window.period
    found["topic"] = condition_of(window.basis.subject) if window.basis.subject else {}
    found["compared_with"], found["recounted"], found["topics_recounted"] = {}, {}, {}
    for which, other in (("previous", period.previous()), ("last_year", period.last_year())):
        edition = issued_for(session, kind, topic, other)
        if edition is not None:
            issued = _by_names_of_now(session, edition, window.basis)
            _beside(found, which, edition, issued, window.basis)
    found["trend"] = _trend(session, kind, topic, found, window)
    found["matters"] = [] if topic else _matters(session, kind, window, found)
    found["assessment"] = (
        [] if topic else [_card(one) for one in frozen_scorecards(session, period)]
    )
    plain: dict[str, Any] = as_json(found)
    return plain


def _by_names_of_now(session: Session, edition: BulletinEdition, basis: Basis) -> dict[str, Any]:
    """What was issued; a unit keeps its id, whatever it is called."""
    ids: dict[str, int] = edition.snapshot.get("units", {})
    known = dict(session.execute(select(Unit.id, Unit.name).where(Unit.id.in_(ids.values()))).all())
    units = {name: basis.unit_name(known.get(unit_id, name)) for name, unit_id in ids.items()}
    return under_present_names(edition.snapshot["document"], basis, units)


def _beside(
    found: dict[str, Any],
    which: str,
    edition: BulletinEdition,
    issued: dict[str, Any],
    basis: Basis,
) -> None:
    """Compare with what was issued, if it was counted alike; else with the records, and say so."""
    otherwise = _counted_otherwise(edition, issued, found, basis)
    if otherwise:
        found["recounted"][which] = otherwise
        return
    before = _exact(issued)
    by_records = found["compare"][which]
    compared = comparison(found, before, basis.decimals)
    conditions = edition.snapshot.get("basis", {}).get("topics", ())
    compared["topics"], anew = topics_beside(
        compared["topics"], by_records["topics"], conditions, basis
    )
    if anew:
        found["topics_recounted"][which] = anew
    found["compare"][which] = told_apart(compared, by_records)
    found["compared_with"][which] = edition.id


def _counted_otherwise(
    edition: BulletinEdition, before: dict[str, Any], found: dict[str, Any], basis: Basis
) -> list[str]:
    then = edition.snapshot.get("basis", {})
    otherwise = differing(before, found, (then.get("unit_aliases", {}), basis.unit_aliases))
    if before.get("topic", {}) != found["topic"]:
        otherwise.append("专项包含哪些诉求")
    return otherwise


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
    return verify(session, window, stored, counted) + beside_faults(stored, counted)


def window_of(row: BulletinRow, basis: Basis) -> Window:
    """What the figures of a draft looked at."""
    as_of = datetime.fromisoformat(row.document["as_of"])
    seen = replace(own_basis(row, basis), as_of=as_of)
    return Window(Period(row.first, row.last), as_of, seen)


def own_basis(row: BulletinRow, basis: Basis) -> Basis:
    """The definitions a draft is counted by: a 专报 keeps the condition it was begun with, so
    that it can be finished and corrected when its 专项 is renamed or no longer kept."""
    kept = row.document.get("topic")
    return with_topic(basis, topic_of(row.topic, kept)) if kept else basis_about(basis, row.topic)


def _matters(
    session: Session, kind: BulletinKind, window: Window, found: dict[str, Any]
) -> list[dict[str, Any]]:
    """The accepted 热点事项, of the requests that the city counts, as they stood at the moment.

    前期 is what was issued. Where nothing was, it is what was found then, which knows nothing of
    the channels that a city counts: it is left out where not all of them are.
    """
    counts = and_(window.of_requests(()), window.in_channels(), requests(window).traits["counted"])
    edition = issued_for(session, kind, "", window.period.previous())
    is_alike = edition is not None and "previous" not in found["recounted"]
    issued = edition.snapshot["document"].get("matters", ()) if edition and is_alike else ()
    before = {one["name"]: one["count"] for one in issued}
    is_whole = window.basis.scope.channels is None
    return [
        {
            **asdict(one),
            "previous": before.get(one.name, one.previous if is_whole else None),
        }
        for one in accepted_matters(
            session, window.period, counts, window.basis.renamed, window.as_of
        )
    ]


def issued_for(
    session: Session, kind: BulletinKind, topic: str, period: Period
) -> BulletinEdition | None:
    """The last edition that was issued for a period; a regular one whose figures were of before
    its period was over tells half of it, and nothing is compared with it."""
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
    )
    is_whole = kind is BulletinKind.TOPICAL
    return next(
        (one for one in session.scalars(query) if is_whole or _looked_at(one) >= period.end), None
    )


def _looked_at(edition: BulletinEdition) -> datetime:
    """The moment its figures were counted as at, which may lie well before it was issued."""
    return datetime.fromisoformat(edition.snapshot["document"]["as_of"])


def _trend(
    session: Session, kind: BulletinKind, topic: str, document: dict[str, Any], window: Window
) -> list[list[Any]]:
    """Name and 在线办结率 of the issues before, oldest first, without a gap between them, as far
    as they were counted alike."""
    found: list[list[Any]] = []
    period = window.period
    for _ in range(_TREND):
        period = period.previous()
        edition = issued_for(session, kind, topic, period)
        if edition is None:
            break
        issued = under_present_names(edition.snapshot["document"], window.basis, {})
        if _counted_otherwise(edition, issued, document, window.basis):
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
