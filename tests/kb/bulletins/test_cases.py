"""典型案例: which orders may be told, in which words, and that they still may when it is issued."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.bulletins.basis_reading import basis_from
from kb.bulletins.faults import FiguresRefused
from kb.models import BulletinRow, CitizenRequest, WorkOrder, WorkOrderEvent
from kb.profile import Profile
from kb.services import bulletin_issuing as issuing
from kb.services import bulletin_sections as sections
from kb.services import bulletins
from kb.services.bulletin_cases import add_case, offered, story
from kb.services.bulletin_counting import count
from kb.services.bulletins import By
from kb.terms import BulletinKind
from tests.kb.bulletins.book import MARCH, at, issue

PROFILE = Profile(city="云汀市", figures=basis_from({}))


def _by(actor: Actor, row: BulletinRow | None = None) -> By:
    return By(actor, at("04-05 12:00"), PROFILE, row.rev if row is not None else 0)


def _order(session: Session, number: str) -> WorkOrder:
    return session.scalars(select(WorkOrder).where(WorkOrder.number == number)).one()


def test_only_what_the_figures_count_is_offered_as_a_case(book: Session, editor: Actor) -> None:
    """R2 came by 微信 and was resolved on 8 March, called back content on the 9th."""

    row = bulletins.draft(book, BulletinKind.MONTHLY, MARCH, _by(editor))

    def told(scope: dict[str, Any], as_of: str) -> list[str]:
        figures = basis_from({"scope": scope, "as_of": as_of})
        row.document = count(book, BulletinKind.MONTHLY, "", MARCH, figures, at("04-05 12:00"))
        return [one.number for one in offered(book, row, figures)]

    late = "2026-04-05 12:00:00"
    assert told({}, late) == ["R2-市住建局"]
    assert told({"channels": ["电话"]}, late) == []
    assert told({}, "2026-03-08 12:00:00") == []  # resolved, not yet asked
    _order(book, "R2-市住建局").request_outcome = "invalid"
    book.scalars(
        select(CitizenRequest).where(CitizenRequest.number == "R2")
    ).one().outcome = "invalid"
    book.flush()
    assert told({}, late) == []
    # It counts where 无效 does.
    assert told({"exclude_outcomes": []}, late) == ["R2-市住建局"]


def test_a_case_rated_by_the_link_was_not_called_back(book: Session) -> None:
    order = _order(book, "R2-市住建局")
    data = {"satisfaction": "satisfied", "channel": "link"}
    order.events.append(
        WorkOrderEvent(seq=1, kind="followed_up", at=at("03-09 09:00"), actor_id=None, data=data)
    )
    book.flush()
    assert story(order).endswith("市民在网上评价，对办理结果表示满意。")


def test_a_case_that_may_no_longer_be_told_keeps_the_bulletin(book: Session, editor: Actor) -> None:
    row = bulletins.draft(book, BulletinKind.MONTHLY, MARCH, _by(editor))
    request = _order(book, "R2-市住建局").request
    request.content = "楼道里的灯坏了三个月，夜里看不见台阶，老人摔过两次"
    add_case(book, row, "R2-市住建局", _by(editor, row))
    # An editor puts it another way; it is the same story.
    told = "楼道里的灯坏了三个月，夜里看不见台阶。市住建局已换好。"
    sections.edit(book, row, "cases", told, _by(editor, row))
    bulletins.review(book, row, _by(editor, row))
    assert issuing.check(book, row, PROFILE.figures) == []
    request.is_confidential = True
    book.flush()
    with pytest.raises(FiguresRefused) as refused:
        issue(book, row, _by(editor, row), number="2026年第3期", issued_on=date(2026, 4, 6))
    assert [fault.sentence for fault in refused.value.faults] == [
        "典型案例里写的工单 R2-市住建局 现在不能印：诉求已要求保密。请把它从典型案例里删去"
    ]
    # Taken out, or the section not printed, nothing keeps it.
    sections.edit(book, row, "cases", "供水公司抢修主管道，当晚恢复供水。", _by(editor, row))
    assert issuing.check(book, row, PROFILE.figures) == []
    sections.edit(book, row, "cases", told, _by(editor, row))
    sections.leave_out(book, row, "cases", _by(editor, row), None)
    assert issuing.check(book, row, PROFILE.figures) == []


def _satisfied(session: Session, number: str) -> WorkOrder:
    order = _order(session, number)
    order.satisfaction = "satisfied"
    session.flush()
    return order


def _reply(session: Session, order: WorkOrder, seq: int, text: str) -> None:
    data = {"text": text}
    order.events.append(
        WorkOrderEvent(seq=seq, kind="replied", at=at("03-08 08:00"), actor_id=None, data=data)
    )
    session.flush()


def _named(session: Session, row: BulletinRow) -> list[str]:
    """The orders that keep the bulletin from being issued, by the sentences of the check."""
    faults = issuing.check(session, row, PROFILE.figures)
    return [one.sentence.removeprefix("典型案例里写的工单 ").split()[0] for one in faults]


@pytest.fixture
def twins(book: Session, editor: Actor) -> BulletinRow:
    """A draft that tells two short stories of one unit, R2's and R7's."""
    for number, what in (("R2-市住建局", "电梯"), ("R7-住建局", "路灯")):
        order = _satisfied(book, number)
        order.unit_id = _order(book, "R2-市住建局").unit_id
        order.request.channel = "微信"
        order.request.title, order.request.content = f"{what}坏了", f"{what}坏了"
        _reply(book, order, 1, f"{what}已修好")
    row = bulletins.draft(book, BulletinKind.MONTHLY, MARCH, _by(editor))
    for number in ("R2-市住建局", "R7-住建局"):
        add_case(book, row, number, _by(editor, row))
    bulletins.review(book, row, _by(editor, row))
    assert _named(book, row) == []
    return row


@pytest.mark.parametrize("is_reworded", [False, True])
def test_a_case_taken_out_is_not_told_by_its_neighbour(
    book: Session, editor: Actor, twins: BulletinRow, is_reworded: bool
) -> None:
    _order(book, "R7-住建局").request.is_confidential = True
    book.flush()
    assert _named(book, twins) == ["R7-住建局"]
    both = twins.edits["cases"]["text"]
    first = both.splitlines()[0]
    if is_reworded:
        first = first.replace("市民通过微信反映", "有市民在微信上说")
    sections.edit(book, twins, "cases", first, _by(editor, twins))
    assert _named(book, twins) == []
    # Brought back, alone or in one paragraph with the other, it is named again.
    sections.undo(book, twins, twins.steps[-1].id, "cases", _by(editor, twins))
    assert _named(book, twins) == ["R7-住建局"]
    sections.edit(book, twins, "cases", both.replace("\n", ""), _by(editor, twins))
    assert _named(book, twins) == ["R7-住建局"]


def test_a_case_with_an_answer_that_no_longer_holds_is_named(book: Session, editor: Actor) -> None:
    order = _order(book, "R2-市住建局")
    order.request.content = "灯坏了"
    _reply(book, order, 1, "经查，该处为老旧线路，已列入明年改造计划，请居民耐心等待")
    row = bulletins.draft(book, BulletinKind.MONTHLY, MARCH, _by(editor))
    add_case(book, row, order.number, _by(editor, row))
    bulletins.review(book, row, _by(editor, row))
    told = row.edits["cases"]["text"]
    assert _named(book, row) == []
    # Redone and answered anew, the caller content again: the order counts, its old words do not.
    _reply(book, order, 2, "灯具更换完毕")
    assert _named(book, row) == [order.number]
    order.request.is_confidential = True
    book.flush()
    assert _named(book, row) == [order.number]
    order.request.is_confidential = False
    book.flush()
    # Taken out, it can be put in as it is now.
    sections.edit(book, row, "cases", "", _by(editor, row))
    add_case(book, row, order.number, _by(editor, row))
    assert row.edits["cases"]["text"] != told
    assert _named(book, row) == []


def test_a_section_that_kept_numbers_alone_is_checked(book: Session, twins: BulletinRow) -> None:
    kept = twins.edits["cases"]
    twins.edits = {**twins.edits, "cases": {**kept, "told": list(kept["told"])}}
    _order(book, "R7-住建局").request.is_confidential = True
    book.flush()
    assert _named(book, twins) == ["R7-住建局"]
