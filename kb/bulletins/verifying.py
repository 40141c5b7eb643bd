"""Figures against their records: each number is counted again before it is issued."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from kb.bulletins.checking import inconsistencies
from kb.bulletins.faults import Fault, FiguresRefused
from kb.bulletins.records import records_of
from kb.bulletins.reporting import as_json, report
from kb.bulletins.tracing import numbers_in
from kb.bulletins.window import Window
from kb.errors import NotFound

_NAMED = 10


def verify(
    session: Session,
    window: Window,
    stored: Mapping[str, Any],
    counted: Mapping[str, Any] | None = None,
) -> list[Fault]:
    """Every number of a stored document that contradicts another one, or its own records.

    :param stored: the document as plain numbers (:func:`kb.bulletins.reporting.as_json`).
    :param counted: what the records give now, where that compares with issued bulletins.
    """
    counted = as_json(report(session, window)) if counted is None else counted
    faults = _recounted(stored, counted)
    known = {fault.address for fault in faults}
    faults += [
        fault for fault in inconsistencies(stored, window.basis) if fault.address not in known
    ]
    return [_with_records(session, window, fault) for fault in faults]


def require_sound(session: Session, window: Window, stored: Mapping[str, Any]) -> None:
    """Let figures pass that fit one another and their records.

    :raises FiguresRefused: naming every number at fault and the records behind it.
    """
    faults = verify(session, window, stored)
    if faults:
        raise FiguresRefused(faults)


def _recounted(stored: Mapping[str, Any], counted: Mapping[str, Any]) -> list[Fault]:
    said, found = dict(numbers_in(stored)), dict(numbers_in(counted))
    return [
        Fault(address, said.get(address), _shown(found.get(address)), "按记录重新计数")
        for address in (*said, *(one for one in found if one not in said))
        if _value(said.get(address)) != _value(found.get(address))
    ]


def _value(number: Any) -> Decimal | None:
    return None if number is None else Decimal(str(number))


def _shown(number: Any) -> str:
    return "空" if number is None else str(number)


def _with_records(session: Session, window: Window, fault: Fault) -> Fault:
    return replace(fault, records=_numbers(session, window, fault.address))


def _numbers(session: Session, window: Window, address: str) -> tuple[str, ...]:
    try:
        behind = records_of(session, window, address, size=_NAMED)
    except NotFound:
        # The name in the address may itself be what is wrong.
        return ()
    return tuple(record.number for record in behind.records)
