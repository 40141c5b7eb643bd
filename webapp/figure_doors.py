"""The address of the page that lists the records behind a figure."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import url_for

from kb.bulletins.addresses import join
from kb.bulletins.periods import Period


@dataclass(frozen=True)
class FigureDoors:
    """Doors to the figures of one period, as they stood at a moment; ``about`` names a 专项."""

    period: Period
    as_of: datetime
    about: str = ""

    def __call__(self, *parts: str) -> str:
        """The page for a figure by its address: ``doors("by_unit", "市公安局", "resolved")``."""
        return self.of(join(parts))

    def of(self, address: str) -> str:
        """The page for a figure by its address as text."""
        asked = {
            "address": address,
            "from": self.period.first,
            "to": self.period.last,
            "at": self.as_of.isoformat(),
            **({"about": self.about} if self.about else {}),
        }
        return f"{url_for('figure_records.records')}?{urlencode(asked)}"
