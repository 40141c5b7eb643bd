"""来信 at the desk: its file stays whole with the order, and unseen by who may not see it."""

import hashlib
from io import BytesIO
from itertools import count

import pytest
from sqlalchemy import select

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
