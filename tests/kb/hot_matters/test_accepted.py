"""What a bulletin gets of the hot matters that editors accepted, counted by hand."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from kb.bulletins.periods import Period
from kb.db import Database
from kb.hot_matters.accepted import AcceptedMatter, Part
from kb.models import CitizenRequest, FoundMatter, HotMatter, MatterRound
from kb.services.hot_matters import accepted_matters
from tests.kb.bulletins.book import MARCH, Book, at


def found(round_id: int, ordinal: int, members: list[int], earlier: list[int]) -> FoundMatter:
    return FoundMatter(
        round_id=round_id,
        ordinal=ordinal,
        anchor_id=members[0],
        title="",
        size=len(members),
        burst=0.0,
        earlier=earlier,
        member_ids=members,
        units=[],
        districts=[],
        categories=[],
    )


def decision(state: str, name: str, members: list[int], period: Period = MARCH) -> HotMatter:
    return HotMatter(
        first=period.first,
        last=period.last,
        state=state,
        name=name,
        member_ids=members,
        earlier=[1, 2],
    )


def noise(book: Book) -> list[Any]:
    """Four complaints of one site and one 无效; the first two were sent to a unit."""
    told = [
        book.request(
            f"N{day}",
            f"03-0{day} 09:00",
            "转办" if day < 3 else "在线办结",
            title=f"望溪区东园小区旁工地夜里施工，电话 1390000000{day}",
            category="环保/噪声/工地",
            region="望溪区/东园街道",
        )
        for day in (1, 2, 3, 4)
    ]
    book.order(told[0], "市住建局", "03-01 10:00")
    book.order(told[1], "市城管局", "03-02 10:00")
    book.order(told[1], "市住建局", "03-02 11:00")
    told.append(book.request("N5", "03-05 09:00", "无效", title="东园小区工地"))
    return told


def test_an_accepted_matter_counts_its_requests_and_those_its_group_gained(
    any_database: Database,
) -> None:
    with any_database.session() as session:
        ids = [one.id for one in noise(Book(session))]
        round_ = MatterRound(first=MARCH.first, last=MARCH.last, state="done", asked_at=at("04-01"))
        session.add(round_)
        session.flush()
        session.add(found(round_.id, 1, ids[1:4], [3, 1]))
        session.add(found(round_.id, 2, ids[4:], [0, 0]))
        session.add(decision("accepted", "东园小区工地夜间施工", ids[:3]))
        session.add(decision("dismissed", "别的", ids[4:]))
        session.flush()
        assert accepted_matters(session, MARCH) == [
            AcceptedMatter(
                name="东园小区工地夜间施工",
                count=4,
                previous=1,
                units=(Part("市住建局", 2), Part("热线中心", 2)),
                wording="望溪区东园小区旁工地夜里施工，电话 139****0002",
                categories=(Part("环保/噪声", 4),),
                districts=(Part("望溪区", 4),),
                numbers=("N1", "N2", "N3", "N4"),
            )
        ]
        session.rollback()


def test_a_decision_without_its_group_keeps_its_own_requests(any_database: Database) -> None:
    with any_database.session() as session:
        ids = [one.id for one in noise(Book(session))]
        session.add(decision("accepted", "东园小区工地", ids))
        session.add(decision("accepted", "四月的", ids, MARCH.previous()))
        session.flush()
        assert [
            (one.name, one.count, one.previous) for one in accepted_matters(session, MARCH)
        ] == [("东园小区工地", 4, 2)]
        assert accepted_matters(session, MARCH.previous()) == []
        session.rollback()


@pytest.mark.parametrize(("earlier", "is_bursting"), [([1, 1], True), ([2, 1], False), ([], False)])
def test_an_accepted_matter_tells_whether_it_stands_out(
    any_database: Database, earlier: list[int], is_bursting: bool
) -> None:
    """Four requests: three standard deviations above a mean of one, not above one and a half."""
    with any_database.session() as session:
        ids = [one.id for one in noise(Book(session))]
        matter = decision("accepted", "东园小区工地", ids)
        matter.earlier = earlier
        session.add(matter)
        session.flush()
        assert [one.is_bursting for one in accepted_matters(session, MARCH)] == [is_bursting]
        session.rollback()


def test_a_matter_of_limited_channels_still_stands_out_by_all_its_requests(
    any_database: Database,
) -> None:
    with any_database.session() as session:
        matter = decision("accepted", "东园小区工地", [one.id for one in noise(Book(session))])
        matter.earlier = [1, 1]
        session.add(matter)
        session.flush()
        [told] = accepted_matters(session, MARCH, CitizenRequest.number == "N1")
        assert (told.count, told.is_bursting) == (1, True)
        session.rollback()


def test_a_matter_tells_the_names_of_today(any_database: Database) -> None:
    renamed = {"regions": {"望溪区": "望溪新区"}, "categories": {"环保": "生态环境"}}
    with any_database.session() as session:
        session.add(decision("accepted", "东园小区工地", [one.id for one in noise(Book(session))]))
        session.flush()
        [told] = accepted_matters(session, MARCH, renamed=renamed)
        assert told.districts == (Part("望溪新区", 4),)
        assert told.categories == (Part("生态环境/噪声", 4),)
        session.rollback()


def test_no_title_of_a_confidential_request_is_printed(any_database: Database) -> None:
    with any_database.session() as session:
        told = noise(Book(session))
        for one in told:
            one.is_confidential = True
        session.add(decision("accepted", "东园小区工地", [one.id for one in told]))
        session.flush()
        assert [one.wording for one in accepted_matters(session, MARCH)] == [""]
        session.rollback()


def test_nothing_is_accepted_where_nobody_looked(book: Session) -> None:
    assert accepted_matters(book, MARCH) == []
