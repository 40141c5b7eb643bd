"""练习: questions answered one after the other, judged, timed, and one's own business."""

import re
from datetime import timedelta

import pytest

from kb.db import Database
from kb.models import CitizenRequest, JudgedGrade, JudgedQuery
from kb.queries.own_work import own_rows
from kb.terms import Outcome, Role
from tests.web.agent_desk.conftest import Desk, Library, app, desk, library
from tests.web.conftest import Login, ManualClock

__all__ = ["app", "desk", "library"]
ANSWERED, REFUSED = "断了医保补上要等多久", "宠物狗能上户口吗"


@pytest.fixture
def judged(database: Database, library: Library, clock: ManualClock) -> dict[str, int | None]:
    """A question with an answer and one without; what is right for each."""
    with database.unit_of_work() as session:
        first = JudgedQuery(text=ANSWERED, created_at=clock())
        first.grades = [JudgedGrade(item_id=library.insurance, grade=3)]
        second = JudgedQuery(text=REFUSED, created_at=clock())
        session.add_all([first, second])
    return {ANSWERED: library.insurance, REFUSED: None}


def _begin(desk: Desk) -> str:
    address: str = desk.post("/desk/practice", as_script=False).headers["Location"]
    return address


def _question(page: str) -> tuple[str, str]:
    text = next(one for one in (ANSWERED, REFUSED) if one in page)
    found = re.search(r'name="question" value="(\d+)"', page)
    assert found is not None
    return text, found[1]


def _answer(desk: Desk, address: str, item: int | None) -> str:
    _, number = _question(desk.client.get(address).text)
    values = {"question": number, "item": "" if item is None else str(item)}
    desk.post(f"{address}/answer", as_script=False, **values)
    return number


def test_a_run_is_judged_and_timed(
    desk: Desk, judged: dict[str, int | None], library: Library, clock: ManualClock
) -> None:
    address = _begin(desk)
    for seconds, is_wrong in ((8, False), (20, True)):
        text, _ = _question(desk.client.get(address).text)
        clock.forward(seconds=seconds)
        _answer(desk, address, library.water if is_wrong else judged[text])
    page = desk.client.get(address).text
    # One of two right; the median of 8 and 20 seconds.
    assert "答对 1 / 2 题，一般 14 秒一题" in page
    assert "断保补缴后的待遇等待期" in page
    assert "1 / 2" in desk.client.get("/desk/practice").text


def test_searching_shows_entries_to_choose_from(
    desk: Desk, judged: dict[str, int | None], library: Library
) -> None:
    address = _begin(desk)
    page = desk.client.get(address, query_string={"q": "补缴 等待"}).text
    assert f'name="item" value="{library.insurance}"' in page
    assert "第 1 题，共 2 题" in page


def test_a_second_click_answers_nothing(desk: Desk, judged: dict[str, int | None]) -> None:
    address = _begin(desk)
    number = _answer(desk, address, None)
    again = desk.post(f"{address}/answer", question=number, item="")
    assert again.status_code == 409
    assert "第 2 题，共 2 题" in desk.client.get(address).text


def test_a_run_is_nobody_elses(desk: Desk, judged: dict[str, int | None], login_as: Login) -> None:
    address = _begin(desk)
    other = login_as(Role.AGENT, name="zuoxi02")
    assert other.get(address).status_code == 404


def test_without_questions_it_says_who_can_add_them(desk: Desk) -> None:
    answer = desk.post("/desk/practice")
    assert answer.status_code == 409
    assert "知识管理员" in answer.text


def test_own_numbers_stand_beside_everybodys(
    desk: Desk, database: Database, clock: ManualClock, login_as: Login
) -> None:
    login_as(Role.AGENT, name="zuoxi02")
    # Thursday 7 May: Monday is this week, 30 April the month before.
    days = {"今天": 0, "周一": 3, "上月": 7}
    outcomes = [
        (1, "今天", Outcome.ONLINE),
        (1, "今天", Outcome.INVALID),
        (1, "周一", Outcome.HANDED_OVER),
        (2, "今天", Outcome.ONLINE),
        (1, "上月", Outcome.HANDED_OVER),
    ]
    with database.unit_of_work() as session:
        for number, (agent, day, outcome) in enumerate(outcomes):
            session.add(
                CitizenRequest(
                    number=f"T{number}",
                    title="问",
                    agent_id=agent,
                    received_at=clock() - timedelta(days=days[day]),
                    outcome=outcome.value,
                )
            )
    with database.reading() as session:
        rows = {row.name: row for row in own_rows(session, 1, clock())}
    assert [(row.own.online, row.own.total) for row in rows.values()] == [
        (1, 1),
        (1, 2),
        (1, 2),
        (0, 1),
    ]
    assert (rows["本周"].own.rate, rows["本周"].everyone.total) == (50.0, 3)
    assert rows["今天"].everyone.rate == 100.0
    assert "我的数字" in desk.client.get("/desk/mine").text
