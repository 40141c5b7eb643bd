"""Filters read from an address; what is not understood is said, not guessed."""

from dataclasses import dataclass, field

from flask import request


@dataclass
class Asked:
    """The values of this request's address, and sentences about those that were set aside."""

    problems: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """A trimmed value, at most 100 characters."""
        return request.args.get(name, "").strip()[:100]

    def one_of(self, name: str, known: tuple[str, ...], usual: str = "") -> str:
        """A value of a list, else the usual one."""
        value = self.text(name)
        if value and value not in known:
            self.problems.append(f"没有“{value[:20]}”这个选项，已忽略")
            return usual
        return value or usual

    def number(self, name: str) -> int | None:
        """A row id."""
        value = self.text(name)
        if value and not (value.isascii() and value.isdigit() and len(value) < 10):
            self.problems.append(f"“{value[:20]}”不是编号，已忽略")
            return None
        return int(value) if value else None

    @property
    def page(self) -> int:
        """The page, from 1."""
        value = self.text("page")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else 1
