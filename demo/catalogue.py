"""The demo city's dispatch catalogue, put in by the services that dispatchers use."""

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.models import Unit
from kb.profile import Profile
from kb.services.catalogue import Content, add

_FILE = Path(__file__).parent / "catalogue.toml"
_REASON = "依据三定规定首次整理"


def write_catalogue(
    session: Session,
    units: Mapping[str, Unit],
    *,
    profile: Profile,
    dispatcher: Actor,
    now: datetime,
    valid_from: date,
) -> None:
    """Every row of the file, valid from a day before the history begins."""
    for row in tomllib.loads(_FILE.read_text("utf-8"))["entries"]:
        content = Content(
            matter=row["matter"],
            category=row["category"],
            lead_id=units[row["lead"]].id,
            basis=row["basis"],
            valid_from=valid_from,
            region=row.get("region", ""),
            words=tuple(row.get("words", ())),
            assisting_ids=tuple(units[name].id for name in row.get("assisting", ())),
        )
        add(session, content, reason=_REASON, profile=profile, actor=dispatcher, now=now)
