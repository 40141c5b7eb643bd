"""The demo city's roster: at every hour of rest somebody answers, and nobody is a real person."""

import tomllib
from collections.abc import Iterator
from datetime import datetime

import pytest
from sqlalchemy import select

from demo.load import FOLDER, load
from kb.db import Database
from kb.models import Unit, User
from kb.queries.on_duty import OnDuty, on_duty
from kb.services import duty
from kb.services.files import FileStore
from tests import databases
from tests.kb.hotline import at

NOW = at("2026-11-28 02:10")  # Saturday, at night


@pytest.fixture(scope="module", params=databases.KINDS)
def loaded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("city")
    with databases.fresh(request, folder) as database:
        with database.unit_of_work() as session:
            files = FileStore(folder / "originals", 1 << 20)
            load(session, now=NOW, files=files, phone_key=b"key")
        yield database


def answering(database: Database, unit: str, moment: datetime) -> OnDuty:
    with database.reading() as session:
        unit_id = session.scalars(select(Unit.id).where(Unit.name == unit)).one()
        return on_duty(session, unit_id, moment)


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-28 02:10",  # the night that began the day before
        "2026-11-28 11:00",  # a Saturday
        "2026-12-03 23:30",
        "2026-12-06 20:00",
        "2027-01-01 10:00",  # New Year's Day, and its night
        "2027-01-01 23:00",
    ],
)
@pytest.mark.parametrize("unit", ["市城市管理局", "望溪县人民政府"])
def test_one_person_answers_at_night_and_on_days_of_rest(
    loaded: Database, unit: str, moment: str
) -> None:
    (shift,) = answering(loaded, unit, at(moment)).shifts
    assert shift.name and shift.phone.startswith("0999-")


def test_in_office_hours_the_office_answers_and_networks_at_any_hour(loaded: Database) -> None:
    monday = at("2026-11-30 10:00")
    assert not answering(loaded, "市城市管理局", monday).is_on
    heat = answering(loaded, "云汀热力有限公司", monday)
    assert (heat.serves_always, heat.phone) == (True, "0999-8400110")


def test_whoever_has_the_nights_changes_with_the_week(loaded: Database) -> None:
    names = [
        answering(loaded, "市城市管理局", at(f"2026-12-{day:02} 22:00")).shifts[0].name
        for day in (1, 6, 7, 14)
    ]
    assert names[0] == names[1]
    assert len({names[0], names[2], names[3]}) == 3


def test_leaders_are_named_and_nobody_of_the_roster_has_an_account(loaded: Database) -> None:
    rows = tomllib.loads((FOLDER / "duty.toml").read_text("utf-8"))["units"]
    names = [one["name"] for row in rows for one in row.get("people", []) + row.get("leaders", [])]
    with loaded.reading() as session:
        unit_id = session.scalars(select(Unit.id).where(Unit.name == "市城市管理局")).one()
        leaders = [(one.level, one.name) for one in duty.leaders_of(session, unit_id)]
        accounts = set(session.scalars(select(User.name)))
    assert leaders == [(1, "温敬之"), (2, "方远山")]
    assert len(names) == len(set(names))
    assert accounts.isdisjoint(names)
