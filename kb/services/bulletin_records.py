"""The records behind the figures of a bulletin, gathered when it is issued."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from kb.bulletins.addresses import (
    CALL_FIGURES,
    GAP_FIGURES,
    UPKEEP_FIGURES,
    Selection,
    join,
    selection,
    split,
)
from kb.bulletins.basis import Basis
from kb.bulletins.conditions import UNASSIGNED
from kb.bulletins.faults import Fault
from kb.bulletins.issuing.keys import Key
from kb.bulletins.issuing.parts import Bulletin
from kb.bulletins.records import keys_of, records_of
from kb.bulletins.topics_beside import is_of_edition
from kb.bulletins.tracing import is_count
from kb.bulletins.window import Window
from kb.models import BulletinRow
from kb.services.bulletin_counting import window_of

_ALL = 100_000_000
_OF_OTHERS = (*GAP_FIGURES, *UPKEEP_FIGURES)


def keys_behind(
    session: Session, row: BulletinRow, bulletin: Bulletin, basis: Basis
) -> dict[str, Sequence[Key]]:
    """The records behind each printed figure.

    What is compared with an issued edition has none of its own: it opens those of that edition.
    Calls are days.
    """
    window = window_of(row, basis)
    printed = (figure.address for figure in bulletin.figures())
    chosen = dict(_chosen(printed, window.basis, row.document))
    gathered = _Gathered(session, window)
    found = {address: gathered.keys(address, one) for address, one in chosen.items()}
    for matter in row.document.get("matters", ()):
        numbers = [("request", number) for number in matter["numbers"]]
        found[join(("matters", matter["name"], "count"))] = numbers
    return found


def keys_at(session: Session, window: Window, address: str) -> list[Key]:
    """The records behind one figure, by number.

    :raises NotFound: there is no such figure.
    """
    one = selection(address, window.basis)
    return sorted(_Gathered(session, window).keys(address, one))


def keys_at_each(
    session: Session, window: Window, addresses: Iterable[str]
) -> dict[str, Sequence[Key]]:
    """The records behind each of these figures, looked at once for all of them."""
    gathered = _Gathered(session, window)
    return {one: gathered.keys(one, selection(one, window.basis)) for one in addresses}


def miscounted(bulletin: Bulletin, behind: Mapping[str, Sequence[Key]]) -> list[Fault]:
    """Printed counts whose lists have another length: no number without exactly its records."""
    return [
        Fault(one.address, one.value, str(len(behind[one.address])), "它背后的记录")
        for one in {one.address: one for one in bulletin.figures()}.values()
        if one.address in behind and is_count(one.address) and one.value != len(behind[one.address])
    ]


def _chosen(
    addresses: Iterable[str], basis: Basis, document: Mapping[str, Any]
) -> Iterable[tuple[str, Selection]]:
    for address in addresses:
        if split(address)[0] == "matters" or is_of_edition(document, address):
            continue
        one = selection(address, basis)
        if one.populations[0] not in CALL_FIGURES:
            yield address, one


class _Gathered:
    """One look at the records serves the rows of all units, and every rate beside its count."""

    def __init__(self, session: Session, window: Window) -> None:
        self._session, self._window = session, window
        self._by_unit: dict[tuple[str, ...], dict[str, list[Key]]] = {}
        self._others: dict[str, list[Key]] = {}
        self._earlier: dict[str, _Gathered] = {}

    def keys(self, address: str, chosen: Selection) -> Sequence[Key]:
        """The records of a selection."""
        if chosen.earlier:
            return self._before(chosen.earlier).keys(address, replace(chosen, earlier=""))
        if chosen.populations[0] in _OF_OTHERS:
            behind = records_of(self._session, self._window, address, size=_ALL)
            return [(record.kind, record.number) for record in behind.records]
        if chosen == Selection(chosen.populations, units=chosen.units, by_unit=True):
            units = self._units(chosen)
            return [key for name in chosen.units or units for key in units.get(name, ())]
        # A rate and a share stand on the records of their count; what is filed under a category
        # alone is counted among them and has records of its own.
        path, _, figure = address.rpartition("/")
        name = repr((chosen.populations, path, figure == "unspecified", chosen.is_led))
        if name not in self._others:
            rows = keys_of(self._session, self._window, chosen)
            self._others[name] = [(kind, number) for kind, number, _ in rows]
        return self._others[name]

    def _before(self, which: str) -> "_Gathered":
        if which not in self._earlier:
            period = self._window.period
            other = period.previous() if which == "previous" else period.last_year()
            self._earlier[which] = _Gathered(self._session, self._window.on(other))
        return self._earlier[which]

    def _units(self, chosen: Selection) -> dict[str, list[Key]]:
        known = self._by_unit.get(chosen.populations)
        if known is None:
            known = self._by_unit[chosen.populations] = {}
            for kind, number, unit in keys_of(
                self._session, self._window, replace(chosen, units=None)
            ):
                known.setdefault(unit or UNASSIGNED, []).append((kind, number))
        return known
