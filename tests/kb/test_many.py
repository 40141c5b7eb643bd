"""One act on many rows: a row that loses a race is told, and the others are done."""

import pytest

from kb.db import Database
from kb.errors import InvalidInput, StaleVersion
from kb.models import Unit
from kb.models.duty import UnitDuty
from kb.services.many import on_each


def unit_ids(database: Database) -> list[int]:
    with database.unit_of_work() as session:
        units = [Unit(name=name) for name in ("供水公司", "民政局")]
        session.add_all(units)
        session.flush()
        session.add_all(UnitDuty(unit_id=unit.id, rev=1) for unit in units)
        return [unit.id for unit in units]


def test_a_row_that_changed_meanwhile_is_told_and_the_other_is_done(
    any_database: Database,
) -> None:
    lost, done = unit_ids(any_database)

    def load(row_id: int) -> UnitDuty:
        return session.get_one(UnitDuty, row_id)

    def act(duty: UnitDuty, seen: int) -> None:
        duty.phone = "0999-8000000"
        session.flush()
        if duty.rev != seen:
            raise StaleVersion("这一条刚刚被别人改过")

    with any_database.unit_of_work() as session:
        outcome = on_each(
            session,
            [(lost, 0), (done, 1)],  # another rev than was seen
            noun="值班",
            load=load,
            name=lambda duty: f"值班 {duty.unit_id}",
            act=act,
        )
        assert [duty.unit_id for duty in outcome.done] == [done]
        assert outcome.left == ((f"值班 {lost}", "这一条刚刚被别人改过"),)
    with any_database.reading() as session:
        assert session.get_one(UnitDuty, lost).phone == ""  # nothing half done
        assert session.get_one(UnitDuty, done).phone == "0999-8000000"


def test_none_ticked_is_said(any_database: Database) -> None:
    with (
        any_database.reading() as session,
        pytest.raises(InvalidInput, match="请先勾选值班"),
    ):
        on_each(
            session, [], noun="值班", load=lambda _: None, name=lambda _: "", act=lambda *_: None
        )
