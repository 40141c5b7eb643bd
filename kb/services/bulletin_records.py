"""The records behind the figures of a bulletin, gathered when it is issued."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from kb.bulletins.addresses import (
    CALL_FIGURES,
    GAP_FIGURES,
    UPKEEP_FIGURES,
    Selection,
    join,
    selection,
)
from kb.bulletins.basis import Basis
from kb.bulletins.conditions import UNASSIGNED
from kb.bulletins.issuing.keys import Key
from kb.bulletins.issuing.parts import Bulletin
from kb.bulletins.records import keys_of, records_of
from kb.bulletins.window import Window
from kb.models import BulletinRow
from kb.services.bulletin_counting import window_of

_ALL = 100_000_000
_OF_OTHERS = (*GAP_FIGURES, *UPKEEP_FIGURES)


def keys_behind(
    session: Session, row: BulletinRow, bulletin: Bulletin, basis: Basis
) -> dict[str, Sequence[Key]]:
    """The records behind each printed figure.

    Comparisons have none of their own: they open those of the issue before. Calls are days.
    """
    window = window_of(row, basis)
    chosen = dict(_chosen((figure.address for figure in bulletin.figures()), basis))
    gathered = _Gathered(session, window)
    found = {address: gathered.keys(address, one) for address, one in chosen.items()}
    for matter in row.document.get("matters", ()):
        numbers = [("request", number) for number in matter["numbers"]]
        found[join(("matters", matter["name"], "count"))] = numbers
    return found


def _chosen(addresses: Iterable[str], basis: Basis) -> Iterable[tuple[str, Selection]]:
    for address in addresses:
        if not address.startswith(("compare/", "matters/")):
            one = selection(address, basis)
            if one.populations[0] not in CALL_FIGURES:
                yield address, one


class _Gathered:
    """One look at the records serves the rows of all units, and every rate beside its count."""

    def __init__(self, session: Session, window: Window) -> None:
        self._session, self._window = session, window
        self._by_unit: dict[tuple[str, ...], dict[str, list[Key]]] = {}
        self._others: dict[str, list[Key]] = {}

    def keys(self, address: str, chosen: Selection) -> Sequence[Key]:
        """The records of a selection."""
        if chosen.populations[0] in _OF_OTHERS:
            behind = records_of(self._session, self._window, address, size=_ALL)
            return [(record.kind, record.number) for record in behind.records]
        if chosen == Selection(chosen.populations, units=chosen.units, by_unit=True):
            units = self._units(chosen)
            return [key for name in chosen.units or units for key in units.get(name, ())]
        name = repr((chosen.populations, address.rpartition("/")[0]))
        if name not in self._others:
            rows = keys_of(self._session, self._window, chosen)
            self._others[name] = [(kind, number) for kind, number, _ in rows]
        return self._others[name]

    def _units(self, chosen: Selection) -> dict[str, list[Key]]:
        known = self._by_unit.get(chosen.populations)
        if known is None:
            known = self._by_unit[chosen.populations] = {}
            for kind, number, unit in keys_of(
                self._session, self._window, replace(chosen, units=None)
            ):
                known.setdefault(unit or UNASSIGNED, []).append((kind, number))
        return known
