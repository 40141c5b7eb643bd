"""One table of a settings file, read key by key, with a sentence for whatever is wrong."""

from collections.abc import Collection, Mapping
from typing import Any, NoReturn

from kb.errors import InvalidInput

Choices = Collection[str] | Mapping[str, str]


class Given:
    """A table of 统计口径 and where it stands in the file."""

    def __init__(self, data: Any, path: str = "") -> None:
        if not isinstance(data, Mapping):
            raise InvalidInput(f"统计口径{path and f'的 {path} '}应为一组“名称: 值”，现为“{data}”")
        self._data = data
        self._path = path

    def names(self) -> tuple[str, ...]:
        """The keys as they stand."""
        return tuple(self._data)

    def has(self, name: str) -> bool:
        """Tell whether there is a value; null is none."""
        return self._data.get(name) is not None

    def value(self, name: str) -> Any:
        """What stands there, unchecked."""
        return self._data.get(name)

    def is_table(self, name: str) -> bool:
        """Tell whether the value is a table."""
        return isinstance(self._data.get(name), Mapping)

    def is_list(self, name: str) -> bool:
        """Tell whether the value is a list."""
        return isinstance(self._data.get(name), list | tuple)

    def only(self, known: Collection[str]) -> None:
        """Refuse keys that mean nothing here.

        :raises InvalidInput: naming the key and those that may be written.
        """
        for name in self._data:
            if name not in known:
                where = f"的 {self._path} " if self._path else ""
                raise InvalidInput(
                    f"统计口径{where}里没有“{name}”这一项，可写的有：{'、'.join(known)}"
                )

    def refuse(self, name: str, expected: str) -> NoReturn:
        """Say what the value should have been.

        :raises InvalidInput: always.
        """
        said = self._data.get(name, "")
        if isinstance(said, list | tuple) and any(isinstance(one, Mapping) for one in said):
            said = f"{len(said)} 项"
        raise InvalidInput(f"统计口径的 {self._full(name)} 应为{expected}，现为“{said}”")

    def _full(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def table(self, name: str) -> "Given":
        """The table under a key; an empty one when it is not given."""
        return Given(self._data[name] if self.has(name) else {}, self._full(name))

    def tables(self, name: str) -> list["Given"]:
        """The list of tables under a key."""
        found = self._data.get(name) or []
        if not isinstance(found, list | tuple):
            self.refuse(name, "一列")
        return [Given(one, f"{self._full(name)}[{at}]") for at, one in enumerate(found, 1)]

    def text(self, name: str, default: str) -> str:
        """A text."""
        value = self._data.get(name)
        if value is None:
            return default
        if not isinstance(value, str):
            self.refuse(name, "文字")
        return value.strip()

    def one_of(self, name: str, choices: Choices, default: str) -> str:
        """One of the possible words; of a mapping, what the word stands for."""
        said = self.text(name, default)
        if said not in choices:
            self.refuse(name, f"{'、'.join(choices)} 之一")
        return choices[said] if isinstance(choices, Mapping) else said

    def words(
        self, name: str, default: tuple[str, ...], choices: Collection[str] = ()
    ) -> tuple[str, ...]:
        """A list of different texts, each one of ``choices`` when there are any."""
        if not self.has(name):
            return default
        found = self._data[name]
        expected = f"一列，每项是 {'、'.join(choices)} 之一" if choices else "一列不重复的文字"
        if not isinstance(found, list | tuple) or len(set(map(str, found))) != len(found):
            self.refuse(name, expected)
        for one in found:
            if not isinstance(one, str) or not one or (choices and one not in choices):
                self.refuse(name, expected)
        return tuple(found)

    def number(self, name: str, default: int, *, least: int, most: int) -> int:
        """A whole number within its limits."""
        value = self._data.get(name)
        if value is None:
            return default
        if type(value) is not int or not least <= value <= most:
            self.refuse(name, f"{least} 至 {most} 的整数")
        return value

    def bands(self, name: str, default: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
        """Pairs of a name and the least percentage for it, best first; the last from 0."""
        if not self.has(name):
            return default
        found = self._data[name]
        expected = "从高到低的 [档名, 起点百分数]，最后一档从 0 起"
        if not isinstance(found, list | tuple) or not found:
            self.refuse(name, expected)
        for one in found:
            is_pair = isinstance(one, list | tuple) and len(one) == 2
            if not is_pair or not isinstance(one[0], str) or type(one[1]) is not int:
                self.refuse(name, expected)
        starts = [start for _, start in found]
        if starts != sorted(set(starts), reverse=True) or starts[-1] != 0 or starts[0] > 100:
            self.refuse(name, expected)
        return tuple((label, start) for label, start in found)
