"""来信 at the desk: its file stays whole with the order, and unseen by who may not see it."""

import hashlib
from collections.abc import Iterator
from io import BytesIO
from itertools import count

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.db import Database
from kb.models import CitizenRequest, OrderFile, Unit, WorkOrder
from kb.services import work_orders
from kb.services.work_orders import Assisting, By, shown_files
from kb.terms import Role
from tests.kb.hotline import Hotline
from tests.web.agent_desk.conftest import PROFILE, WAITING, Desk
from tests.web.conftest import ManualClock
from webapp.context import NAME

LETTER = b"%PDF-1.4 a letter of two pages"
_NUMBERS = count(700)


def _form(desk: Desk, *files: tuple[bytes, str], **more: object) -> dict[str, object]:
    return {
        "token": desk.hidden("token"),
        "call_id": desk.hidden("call_id"),
        "query": "江北路路灯不亮",
        "title": "江北路路灯不亮",
        "purpose": "help",
        "channel": "微信",
        "line": "综合",
        "files": [(BytesIO(content), name) for content, name in files],
        **more,
    }


@pytest.mark.parametrize("is_confidential", [False, True])
def test_a_letter_is_kept_whole_and_every_unit_of_the_request_reads_it_unless_it_is_confidential(
    desk: Desk, database: Database, clock: ManualClock, is_confidential: bool
) -> None:
    form = _form(desk, (LETTER, "来信 13812341234.pdf"), (b"photo", "现场.jpg"))
    if is_confidential:
        form["is_confidential"] = "1"
    answer = desk.post("/desk/work-orders", **form)
    assert answer.status_code == 200, answer.text
    files = desk.client.application.extensions[NAME].files
    with database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder)).one()
        assert [event.kind for event in order.events] == ["accepted", "noted"]
        assert order.events[1].data["text"] == "登记时附的来信原件"
        letter, photo = order.files
        assert letter.sha256 == hashlib.sha256(LETTER).hexdigest()
        assert files.path(letter.sha256).read_bytes() == LETTER
        assert "13812341234" not in letter.name and photo.name == "现场.jpg"
        water, medical = (
            session.scalars(select(Unit).where(Unit.name == name)).one()
            for name in ("澜川水务集团", "市医疗保障局")
        )
        city = Hotline(session, _NUMBERS)
        sender = By(city.actor(Role.DISPATCHER), clock(), PROFILE)
        sent = work_orders.dispatch_several(
            session, order, sender, unit_id=water.id, others=[Assisting(medical.id, "查工资")]
        )
        session.expire_all()
        for one, unit in zip(sent, (water, medical), strict=True):
            clerk = By(city.actor(Role.UNIT_CLERK, unit=unit), clock(), PROFILE)
            seen = [row.sha256 for row in shown_files(one, clerk)]
            assert seen == ([] if is_confidential else [letter.sha256, photo.sha256])
            assert len(shown_files(one, sender)) == 2


@pytest.mark.parametrize("as_script", [True, False])
def test_a_file_that_cannot_be_kept_costs_nothing_else(
    desk: Desk, database: Database, as_script: bool
) -> None:
    form = _form(desk, (LETTER, "来信.pdf"), (b"", "空.pdf"), content="三天了")
    answer = desk.post("/desk/work-orders", as_script=as_script, **form)
    assert answer.status_code == 422
    assert "空.pdf" in answer.text and "空文件" in answer.text
    if not as_script:
        assert "三天了" in answer.text and "附的文件请重新选择" in answer.text
    with database.reading() as session:
        for table in (CitizenRequest, WorkOrder, OrderFile):
            assert session.scalars(select(table)).all() == []


def test_an_answer_online_has_no_room_for_a_letter_and_says_so(
    desk: Desk, database: Database
) -> None:
    form = desk.adoption_form(WAITING, files=[(BytesIO(LETTER), "来信.pdf")])
    answer = desk.post("/desk/adopt", **form)
    assert answer.status_code == 422
    assert "转工单" in answer.text
    with database.reading() as session:
        assert session.scalars(select(CitizenRequest)).all() == []


@pytest.mark.parametrize("is_confidential", [False, True])
def test_a_letter_reaches_the_unit_of_the_order_it_is_merged_into_unless_it_is_confidential(
    desk: Desk, database: Database, clock: ManualClock, is_confidential: bool
) -> None:
    assert desk.post("/desk/work-orders", **_form(desk)).status_code == 200
    with database.unit_of_work() as session:
        main = session.scalars(select(WorkOrder)).one()
        number, water = main.number, _unit(session, "澜川水务集团")
        sender = By(Hotline(session, _NUMBERS).actor(Role.DISPATCHER), clock(), PROFILE)
        work_orders.dispatch(session, main, sender, unit_id=water.id)
    form = _form(desk, (LETTER, "来信.pdf"), repeat=f"merge:{number}")
    if is_confidential:
        form["is_confidential"] = "1"
    answer = desk.post("/desk/work-orders", **form)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None and answer.json["merged_into"] == number
    with database.unit_of_work() as session:
        main = session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()
        unit = _unit(session, "澜川水务集团")
        clerk = By(Hotline(session, _NUMBERS).actor(Role.UNIT_CLERK, unit=unit), clock(), PROFILE)
        seen = [row.sha256 for row in shown_files(main, clerk)]
        assert seen == ([] if is_confidential else [hashlib.sha256(LETTER).hexdigest()])


def test_a_letter_goes_along_when_the_dispatcher_merges_and_is_not_doubled(
    desk: Desk, database: Database, clock: ManualClock
) -> None:
    assert desk.post("/desk/work-orders", **_form(desk)).status_code == 200
    letter = _form(desk, (LETTER, "来信.pdf"))
    assert desk.post("/desk/work-orders", **letter).status_code == 200
    with database.unit_of_work() as session:
        main, order = session.scalars(select(WorkOrder).order_by(WorkOrder.id)).all()
        by = By(Hotline(session, _NUMBERS).actor(Role.DISPATCHER), clock(), PROFILE)
        for _ in range(2):
            work_orders.merge(session, order, by, into=main, text="同一件事")
            session.expire_all()
            assert [row.sha256 for row in main.files] == [hashlib.sha256(LETTER).hexdigest()]
            assert len(shown_files(main, by)) == 1
            work_orders.unmerge(session, order, by, text="再看看")
            # The letter lies with its own order again, and with no other.
            session.expire_all()
            assert shown_files(main, by) == []
            assert len(shown_files(order, by)) == 1


@pytest.fixture
def three(
    desk: Desk, database: Database, clock: ManualClock
) -> Iterator[tuple[Session, By, list[WorkOrder]]]:
    """Orders of three requests; the first and the second brought the same letter."""
    for papers in ([(LETTER, "来信.pdf")], [(LETTER, "来信.pdf")], []):
        assert desk.post("/desk/work-orders", **_form(desk, *papers)).status_code == 200
    with database.unit_of_work() as session:
        orders = session.scalars(select(WorkOrder).order_by(WorkOrder.id)).all()
        by = By(Hotline(session, _NUMBERS).actor(Role.DISPATCHER), clock(), PROFILE)
        yield session, by, list(orders)


def _shown(session: Session, order: WorkOrder, by: By) -> list[str]:
    session.expire_all()
    return [row.sha256 for row in shown_files(order, by)]


def test_what_a_parted_order_took_back_is_not_handed_on(
    three: tuple[Session, By, list[WorkOrder]],
) -> None:
    session, by, (first, _, parted) = three
    last = work_orders.open_order(
        session, parted.request, profile=PROFILE, actor=by.actor, now=by.now
    )
    work_orders.merge(session, first, by, into=parted, text="同一件事")
    work_orders.unmerge(session, first, by, text="不是一件")
    units = [_unit(session, name).id for name in ("澜川水务集团", "市医疗保障局")]
    sent = work_orders.dispatch_several(
        session, parted, by, unit_id=units[0], others=[Assisting(units[1], "")]
    )
    assert _shown(session, sent[1], by) == []
    work_orders.merge(session, parted, by, into=last, text="同一件事")
    assert _shown(session, last, by) == []


@pytest.mark.parametrize("is_old", [False, True])
def test_a_letter_that_two_merged_orders_brought_stays_while_one_of_them_does(
    three: tuple[Session, By, list[WorkOrder]], is_old: bool
) -> None:
    session, by, (first, second, main) = three
    digest = hashlib.sha256(LETTER).hexdigest()
    for order in (first, second):
        work_orders.merge(session, order, by, into=main, text="同一件事")
    if is_old:  # as notes were written before they named the order they came with
        session.flush()
        for event in main.events:
            event.data = {name: value for name, value in event.data.items() if name != "merged"}
    work_orders.unmerge(session, first, by, text="不是一件")
    assert _shown(session, main, by) == [digest]
    work_orders.unmerge(session, second, by, text="不是一件")
    assert _shown(session, main, by) == []
    assert _shown(session, first, by) == _shown(session, second, by) == [digest]


@pytest.mark.parametrize("is_later", [False, True])
def test_a_letter_that_the_requests_were_split_with_is_the_orders_own(
    three: tuple[Session, By, list[WorkOrder]], is_later: bool
) -> None:
    session, by, (first, second, _) = three
    units = [_unit(session, name).id for name in ("澜川水务集团", "市医疗保障局")]
    first, split = work_orders.dispatch_several(
        session, first, by, unit_id=units[0], others=[Assisting(units[1], "")]
    )
    for order in (second, first) if is_later else (first,):
        work_orders.merge(session, order, by, into=split, text="同一件事")
    work_orders.unmerge(session, first, by, text="不是一件")
    assert _shown(session, split, by) == [hashlib.sha256(LETTER).hexdigest()]


def test_more_papers_than_a_note_takes_go_to_every_unit_of_the_request(
    desk: Desk, database: Database, clock: ManualClock
) -> None:
    papers = [(b"page %d" % number, f"{number}.jpg") for number in range(20)]
    assert desk.post("/desk/work-orders", **_form(desk, *papers)).status_code == 200
    with database.unit_of_work() as session:
        order = session.scalars(select(WorkOrder)).one()
        by = By(Hotline(session, _NUMBERS).actor(Role.DISPATCHER), clock(), PROFILE)
        late = OrderFile(
            order_id=order.id,
            sha256="b" * 64,
            size_bytes=4,
            name="补寄.pdf",
            media_type="application/pdf",
            uploaded_by=by.actor.user_id,
            uploaded_at=clock(),
        )
        session.add(late)
        session.flush()
        work_orders.note(session, order, by, text="补寄的材料", files=[late.id])
        units = [_unit(session, name).id for name in ("澜川水务集团", "市医疗保障局")]
        sent = work_orders.dispatch_several(
            session, order, by, unit_id=units[0], others=[Assisting(units[1], "")]
        )
        session.expire_all()
        assert len(sent[1].files) == 21 and all(row.seq for row in sent[1].files)


def test_the_same_words_with_another_file_are_not_the_same_send(
    desk: Desk, database: Database
) -> None:
    first = _form(desk, (LETTER, "来信.pdf"))
    again = {**first, "files": [(BytesIO(LETTER), "来信.pdf")]}
    other = {**first, "files": [(BytesIO(LETTER + b" more"), "来信.pdf")]}
    assert desk.post("/desk/work-orders", **first).status_code == 200
    assert desk.post("/desk/work-orders", **again).status_code == 200
    changed = desk.post("/desk/work-orders", **other)
    assert changed.status_code in (409, 422), changed.text
    with database.reading() as session:
        assert len(session.scalars(select(OrderFile)).all()) == 1


def _unit(session: Session, name: str) -> Unit:
    return session.scalars(select(Unit).where(Unit.name == name)).one()
