"""The values of a list's address; what is not understood is said, not guessed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from kb.bulletins.periods import Period


def is_number(text: str) -> bool:
    """Whether a text is a row id: digits that both databases can hold."""
    return text.isascii() and text.isdigit() and len(text) < 10


@dataclass
class Asked:
    """The values of an address, and sentences about those that were set aside."""

    values: Mapping[str, str]
    problems: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """A trimmed value, at most 100 characters."""
        return self.values.get(name, "").strip()[:100]

    def one_of(self, name: str, known: tuple[str, ...], default: str = "") -> str:
        """A value from a list; anything else counts as the default and is said."""
        value = self.text(name)
        if value and value not in known:
            self.problems.append(f"没有“{value}”这个筛选项，已忽略")
            return default
        return value or default

    def number(self, name: str) -> int | None:
        """A row id."""
        value = self.text(name)
        if not value:
            return None
        if not is_number(value):
            self.problems.append(f"“{value}”不是编号，已忽略")
            return None
        return int(value)

    def span(self) -> Period | None:
        """``from`` and ``to``, both days included; one alone is a single day."""
        first, last = self._day("from"), self._day("to")
        first, last = first or last, last or first
        if first is None or last is None:
            return None
        if last < first:
            self.problems.append("结束日期早于开始日期，已对调")
            first, last = last, first
        return Period(first, last)

    def _day(self, name: str) -> date | None:
        value = self.text(name)
        if not value:
            return None
        try:
            day = date.fromisoformat(value)
        except ValueError:
            self.problems.append(f"看不懂日期“{value}”，应写作 2026-05-07，已忽略")
            return None
        if not 2000 <= day.year <= 2100:
            self.problems.append(f"日期“{value}”不在 2000 年至 2100 年之间，已忽略")
            return None
        return day

    @property
    def page(self) -> int:
        """The page asked for, from 1."""
        value = self.text("page")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 1
