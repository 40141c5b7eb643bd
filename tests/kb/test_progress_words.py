"""What 查进度 says of a request with several orders, and of one that is done again."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from kb.models import CitizenRequest
from kb.queries.progress import progress_of
from kb.terms import Outcome, Purpose
from kb.work_orders.state import OrderState, State


@pytest.fixture
def asked() -> CitizenRequest:
    return CitizenRequest(
        number="YT20261128-0005",
        purpose=Purpose.COMPLAINT.value,
        outcome=Outcome.HANDED_OVER.value,
        received_at=datetime(2026, 11, 28, 1, tzinfo=UTC),
    )


def at_step(step: OrderState) -> State:
    return replace(State(), step=step)


def test_each_order_of_a_split_request_is_counted_where_it_stands(asked: CitizenRequest) -> None:
    orders = [at_step(OrderState.DISPATCHED), at_step(OrderState.ACKNOWLEDGED)]
    told = progress_of(asked, orders)
    assert told.headline == "已派单，等待签收"
    assert told.explanation == (
        "您的诉求分成 2 张工单，由几个单位分别办理："
        "1 张正在办理，1 张还没有签收。下面是最慢的一张。"
    )
    done = progress_of(asked, [at_step(OrderState.RESOLVED), at_step(OrderState.ARCHIVED)])
    assert done.is_done
    assert "2 张已办结。如有疑问请拨打 12345" in done.explanation


def test_an_order_given_back_is_being_done_again(asked: CitizenRequest) -> None:
    again = replace(at_step(OrderState.ACKNOWLEDGED), reopens=1)
    told = progress_of(asked, [again])
    assert (told.headline, told.explanation) == (
        "正在重新办理",
        "已交回负责的单位重新办理，时限重新计算。",
    )
    assert progress_of(asked, [at_step(OrderState.ACKNOWLEDGED)]).headline == "正在办理"
