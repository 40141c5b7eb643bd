"""What a loaded set is in the database, and that nothing of a refused one stays."""

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kb.calendar import seed_calendar
from kb.clock import SHANGHAI
from kb.db import Database
from kb.errors import Duplicate
from kb.masking import phone_hash
from kb.models import (
    CallCount,
    CitizenRequest,
    MailMessage,
    Notice,
    NumberSequence,
    Unit,
    WorkOrder,
    WorkOrderEvent,
)
from kb.queries.follow_ups import CallFilter, count_piles
from kb.records.digest import digest_of
from kb.records.faults import FaultList, RecordFaults
from kb.records.reading import read_records
from kb.services.numbering import next_number
from kb.services.order_round import run_order_round
from kb.services.orders.projecting import check_orders
from kb.services.record_loading import Loaded, check_set, load_records
from kb.terms import Role
from tests.kb.hotline import PROFILE, Hotline
from tests.kb.records.sets import REQUESTS, UNITS, WORK_ORDERS, write_set

KEY = b"key"
NOW = datetime(2026, 3, 20, 9, 0, tzinfo=SHANGHAI)


def _load(session: Session, folder: Path) -> Loaded:
    faults = FaultList()
    records = read_records(folder, faults)
    check_set(session, records, faults)
    return load_records(
        session,
        records,
        digest=digest_of(folder),
        name="三月",
        phone_key=KEY,
        actor_id=None,
        now=NOW,
    )


def _at(text: str) -> datetime:
    return datetime.strptime(f"2026-03-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)


def test_load_requests_and_orders_as_they_were(any_database: Database, tmp_path: Path) -> None:
    with any_database.unit_of_work() as session:
        loaded = _load(session, write_set(tmp_path))
    assert (loaded.units, loaded.requests, loaded.orders, loaded.call_days) == (3, 3, 3, 2)
    with any_database.unit_of_work() as session:
        first = session.scalars(select(CitizenRequest).where(CitizenRequest.number == "YT1")).one()
        assert (first.outcome, first.category, first.purpose) == (
            "online",
            "社会保障/居民医保",
            "consultation",
        )
        assert first.phone_hash == phone_hash("19900000001", KEY)
        order = session.scalars(select(WorkOrder).where(WorkOrder.number == "YT2-1")).one()
        assert (order.state, order.role, order.satisfaction) == ("archived", "lead", "satisfied")
        assert order.due_at == _at("09 10:30")
        assert order.resolved_at == _at("08 09:00")
        assert order.followed_up_at == _at("09 09:00")
        helper = session.scalars(select(WorkOrder).where(WorkOrder.number == "YT2-2")).one()
        assert (helper.state, helper.role) == ("dispatched", "assisting")
        street = session.scalars(select(Unit).where(Unit.name == "青石街道")).one()
        assert street.parent is not None
        assert street.parent.name == "望溪区"
        assert session.scalars(select(CallCount.answered).order_by(CallCount.day)).all() == [
            305,
            298,
        ]
        report = check_orders(session)
        assert (report.checked, report.differences) == (3, [])


def test_keep_a_purpose_that_only_this_city_has(any_database: Database, tmp_path: Path) -> None:
    folder = write_set(tmp_path, requests=REQUESTS.replace("投诉", "感谢"))
    with any_database.unit_of_work() as session:
        _load(session, folder)
        purposes = session.scalars(select(CitizenRequest.purpose).order_by(CitizenRequest.number))
        assert purposes.all() == ["consultation", "感谢", "help"]


def test_leave_nothing_of_a_refused_set(any_database: Database, tmp_path: Path) -> None:
    with any_database.unit_of_work() as session:
        _load(session, write_set(tmp_path / "a"))
    with pytest.raises(Duplicate), any_database.unit_of_work() as session:
        folder = tmp_path / "a"
        faults = FaultList()
        load_records(
            session,
            read_records(folder, faults),
            digest=digest_of(folder),
            name="三月",
            phone_key=KEY,
            actor_id=None,
            now=NOW,
        )
    other = write_set(tmp_path / "b", units=UNITS + "新单位,其他单位,\n")
    with pytest.raises(RecordFaults) as refused, any_database.unit_of_work() as session:
        _load(session, other)
    assert refused.value.count == 6
    with any_database.unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(Unit)) == 3


def test_say_before_what_is_replaced_and_what_stays(any_database: Database, tmp_path: Path) -> None:
    """A set of the same units and days: one unit of another kind, one day of other calls."""
    with any_database.unit_of_work() as session:
        _load(session, write_set(tmp_path / "a"))
    folder = write_set(
        tmp_path / "b",
        requests=REQUESTS.split("\n")[0] + "\n",
        work_orders=(tmp_path / "a" / "work_orders.csv").read_text("utf-8").split("\n")[0] + "\n",
        units="name,kind,parent\n市住建局,国有企业,\n望溪区,县区,\n青石街道,街道,市住建局\n",
        call_counts="date,offered,answered\n2026-03-02,311,306\n2026-03-03,298,298\n",
    )
    faults = FaultList()
    records = read_records(folder, faults)
    with any_database.unit_of_work() as session:
        check_set(session, records, faults)
        assert Loaded.expected(records).notes == (
            "2 个单位和系统里的不同，照系统里的，不改：市住建局的类别文件里是“国有企业”，"
            "系统里是“市直部门”；青石街道的上级文件里是“市住建局”，系统里是“望溪区”",
            "1 天的话务量系统里有别的数，换成文件里的：2026-03-02"
            "（系统呼入 310、接通 305，文件 311、306）",
        )
        loaded = _load(session, folder)
        assert loaded.notes == Loaded.expected(records).notes
        kinds = dict(session.execute(select(Unit.name, Unit.kind)).all())
        assert kinds["市住建局"] == "市直部门"


def test_replace_the_call_count_of_a_day_and_say_so(any_database: Database, tmp_path: Path) -> None:
    with any_database.unit_of_work() as session:
        _load(session, write_set(tmp_path / "a"))
    folder = write_set(
        tmp_path / "b",
        requests=REQUESTS.split("\n")[0] + "\n",
        work_orders=(tmp_path / "a" / "work_orders.csv").read_text("utf-8").split("\n")[0] + "\n",
        call_counts="date,offered,answered\n2026-03-02,311,306\n",
    )
    with any_database.unit_of_work() as session:
        loaded = _load(session, folder)
        (note,) = loaded.notes
        assert note.startswith("1 天的话务量系统里有别的数，换成文件里的：2026-03-02（")
        assert session.scalars(select(CallCount.offered).order_by(CallCount.day)).all() == [
            311,
            298,
        ]


@pytest.mark.parametrize("is_known", [True, False])
def test_registration_goes_on_behind_the_numbers_of_an_import(
    any_database: Database, tmp_path: Path, *, is_known: bool
) -> None:
    """Of today 0001 and 0007 came in as requests, 0001 and 0003 as orders."""
    today = {"YT1,": "LC20260320-0007,", "YT2,": "LC20260320-0001,"}
    orders = {"YT2-1": "LCGD20260320-0003", "YT2-2": "LCGD20260320-0001"}
    texts = {"requests": REQUESTS, "work_orders": WORK_ORDERS}
    for name, text in texts.items():
        for old, new in (orders | today).items():
            texts[name] = text = text.replace(old, new)
    with any_database.unit_of_work() as session:
        _load(session, write_set(tmp_path, **texts))
        if not is_known:  # as after an import by an earlier release
            session.execute(delete(NumberSequence))
    with any_database.unit_of_work() as session:
        assert next_number(session, "LC", NOW, CitizenRequest.number) == "LC20260320-0008"
        assert next_number(session, "LC", NOW, CitizenRequest.number) == "LC20260320-0009"
        assert next_number(session, "LCGD", NOW, WorkOrder.number) == "LCGD20260320-0004"


def test_an_old_system_has_said_and_settled_what_was_due_before_the_import(
    any_database: Database, tmp_path: Path
) -> None:
    """Of three orders two are settled; the open one ran out on 03-09, eleven days before."""
    with any_database.unit_of_work() as session:
        _load(session, write_set(tmp_path))
        seed_calendar(session)
        actor = Hotline(session).actor(Role.FOLLOW_UP_AGENT)
        piles = count_piles(session, CallFilter(most_calls=3), actor=actor)
        assert set(piles.values()) == {0}
    run_order_round(any_database, lambda: NOW, PROFILE, "https://kb.yunting.example")
    with any_database.reading() as session:
        assert session.scalars(select(Notice)).all() == []
        assert session.scalars(select(MailMessage)).all() == []
        kinds = select(WorkOrderEvent.kind).join(WorkOrder).where(WorkOrder.number == "YT2-2")
        assert session.scalars(kinds).all() == ["accepted", "dispatched"]
