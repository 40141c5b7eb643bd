"""The address of a filtered list, and the same with some of its filters changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Address:
    """The list's own address with its filters; calling it gives one with some of them changed."""

    path: str
    kept: Mapping[str, str]

    def __call__(self, **changes: object) -> str:
        values = {name: value for name, value in ({**self.kept, **changes}).items() if value}
        return f"{self.path}?{urlencode(values)}" if values else self.path


def address_of(path: str, values: Mapping[str, str], names: tuple[str, ...]) -> Address:
    """The address of a list with the filters it knows; anything else in ``values`` is dropped."""
    return Address(path, {name: values[name] for name in names if values.get(name)})
