"""撤单 by hand: only what no unit ever had, by whoever raised it or the dispatch desk."""

from datetime import timedelta

import pytest

from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput, PermissionDenied
from kb.terms import ClockKind, Role
from kb.work_orders.events import EventKind
from kb.work_orders.facts import Accountable
from kb.work_orders.permissions import require
from kb.work_orders.state import OrderState
from tests.kb.test_order_engine import NOW, UNIT, Order, resolve_by


def test_an_order_raised_by_mistake_is_cancelled_before_it_is_sent() -> None:
    order = Order()
    state = order(EventKind.CANCELLED, text="来电人撤回")
    assert state.step == OrderState.CANCELLED
    assert not state.is_open
    assert state.accountable == Accountable()  # the centre, as of all that is over
    with pytest.raises(IllegalTransition, match="已撤单"):
        order.sent()
    with pytest.raises(IllegalTransition, match="已撤单"):
        order(EventKind.CANCELLED)
    with pytest.raises(IllegalTransition, match="已撤单"):
        order(EventKind.URGENCY_CHANGED, urgency="urgent")
    assert order(EventKind.NOTED, text="来电人致谢") == state


def test_cancelling_is_given_with_words() -> None:
    with pytest.raises(InvalidInput, match="为什么撤单"):
        Order()(EventKind.CANCELLED, text="  ")


def test_what_a_unit_ever_had_is_not_cancelled() -> None:
    order = Order()
    order.sent()
    with pytest.raises(IllegalTransition, match="待签收"):
        order(EventKind.CANCELLED)
    order(EventKind.RETURNED, basis="三定方案")
    with pytest.raises(IllegalTransition, match="派出过"):
        order(EventKind.CANCELLED)


def test_an_order_in_ruling_is_not_cancelled() -> None:
    order = Order()
    order(EventKind.RULING_OPENED, asked=[{"unit_id": UNIT, "unit": "某局"}])
    with pytest.raises(IllegalTransition, match="正在核定"):
        order(EventKind.CANCELLED)


def test_an_order_that_took_another_in_lets_go_of_it_before_it_is_cancelled() -> None:
    order = Order()
    order(EventKind.MERGE_TAKEN, order="LCGD-2", **resolve_by("2026-05-12 10:24"))
    with pytest.raises(IllegalTransition, match="并入了这张工单（LCGD-2）"):
        order(EventKind.CANCELLED)
    order(EventKind.MERGE_RELEASED, order="LCGD-2")
    state = order(EventKind.CANCELLED)
    clock = state.clocks[ClockKind.RESOLVE]
    assert clock.stopped == NOW + timedelta(minutes=4)  # the promise it had taken over ends too


def test_an_agent_cancels_what_they_raised_themselves() -> None:
    state = Order().state  # raised by 1
    agent = frozenset({Role.AGENT})
    require(EventKind.CANCELLED, state, Actor(1, "坐席", None, agent))
    require(EventKind.CANCELLED, state, Actor(3, "派单员", None, frozenset({Role.DISPATCHER})))
    with pytest.raises(PermissionDenied, match="自己登记"):
        require(EventKind.CANCELLED, state, Actor(2, "别的坐席", None, agent))
    with pytest.raises(PermissionDenied):
        require(EventKind.CANCELLED, state, Actor(1, "督办", None, frozenset({Role.SUPERVISOR})))
