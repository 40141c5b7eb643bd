"""The figures of a period from a database: counted, put together, compared."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from kb.bulletins.basis import Basis
from kb.bulletins.basis_reading import as_mapping
from kb.bulletins.clock_spread import clock_spread
from kb.bulletins.comparing import comparison
from kb.bulletins.counting import count_facts
from kb.bulletins.document import document
from kb.bulletins.knowledge import knowledge_figures
from kb.bulletins.periods import Period
from kb.bulletins.window import Window
from kb.clock import SHANGHAI


def report(
    session: Session, window: Window, *, compared: bool = True, detailed: bool = True
) -> dict[str, Any]:
    """All figures of a window.

    :param compared: with 环比 and 同比.
    :param detailed: with what the library did and how much of their limits orders used.
    """
    period = window.period
    others = {"previous": period.previous(), "last_year": period.last_year()} if compared else {}
    windows = [window, *(window.on(other) for other in others.values())]
    found, *earlier = (
        document(facts, one.basis, one.period, one.as_of)
        for one, facts in zip(windows, count_facts(session, windows), strict=True)
    )
    found["definitions"] = as_mapping(window.basis)
    if detailed:
        online = found["totals"]["resolved_online"]
        found["extra"]["knowledge"] = knowledge_figures(session, window, online)
        found["extra"]["clocks"] = clock_spread(session, window)
    if compared:
        found["compare"] = {
            name: comparison(found, before, window.basis.decimals)
            for name, before in zip(others, earlier, strict=True)
        }
    return found


def figures_of(
    session: Session, basis: Basis, period: Period, now: datetime, *, compared: bool = True
) -> dict[str, Any]:
    """The figures at the moment that the basis names, or now."""
    return report(session, Window.of(period, basis, now), compared=compared)


def as_json(value: Any) -> Any:
    """The document with plain numbers and texts; a rate of 17 is 17, not 17.00."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).isoformat()
    if isinstance(value, dict):
        return {name: as_json(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(one) for one in value]
    return value
