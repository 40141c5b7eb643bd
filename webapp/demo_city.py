"""Whether an installation holds the demo city, whose rules then are the city's."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from kb.models import Setting
from kb.profile import load_data

PROFILE = Path(__file__).parent.parent / "demo" / "city.toml"
_SETTING = "demo_city"


def holds_demo(session: Session) -> bool:
    """True when the database holds the demo city."""
    return session.get(Setting, _SETTING) is not None


def mark(session: Session, name: str) -> None:
    """Remember that the demo city was loaded here."""
    session.add(Setting(name=_SETTING, value=name))


def start_data(session: Session) -> dict[str, Any]:
    """The city profile where no setting names one: the demo city's own, else the built-in."""
    return load_data(PROFILE) if holds_demo(session) else {}
