"""The engine of 工单 by hand: returns, asks, pauses, rulings, merging, knowledge. No database."""

from datetime import timedelta
from typing import Any

import pytest

from kb.errors import IllegalTransition, InvalidInput, PermissionDenied
from kb.terms import ClockKind
from kb.work_orders.clocks import Clock, as_data
from kb.work_orders.commands import decide
from kb.work_orders.events import Event, EventKind
from kb.work_orders.facts import Accountable, Ask, FollowUpState
from kb.work_orders.fold import fold
from kb.work_orders.state import OrderState, State
from tests.kb.hotline import at

NOW = at("2026-05-07 10:24")
DUE = at("2026-05-13 10:24")
UNIT, OTHER = 7, 8


def clocks(due: str = "2026-05-13 10:24") -> dict[str, Any]:
    made = {
        ClockKind.ACKNOWLEDGE: Clock(NOW, at("2026-05-08 10:24"), "1 工作日"),
        ClockKind.RETURN: Clock(NOW, at("2026-05-11 10:24"), "2 工作日"),
        ClockKind.RESOLVE: Clock(NOW, at(due), "5 工作日", ("起算", "到期")),
    }
    return {"clocks": as_data(made)}


def resolve_by(due: str) -> dict[str, Any]:
    return {"clocks": as_data({ClockKind.RESOLVE: Clock(NOW, at(due), "5 工作日")})}


class Order:
    """An order under the hand: commands are decided, their events kept."""

    def __init__(self) -> None:
        self.events = [Event(EventKind.ACCEPTED, NOW, 1)]
        self.minutes = 0

    def __call__(self, kind: EventKind, minutes: int = 1, actor_id: int = 1, **data: Any) -> State:
        self.minutes += minutes
        when = NOW + timedelta(minutes=self.minutes)
        event = decide(self.state, kind, actor_id=actor_id, at=when, data={"text": "因为"} | data)
        self.events.append(event)
        return self.state

    @property
    def state(self) -> State:
        return fold(self.events)

    def sent(self, unit_id: int = UNIT, **data: Any) -> State:
        return self(EventKind.DISPATCHED, unit_id=unit_id, unit="某局", **clocks(), **data)

    def working(self) -> "Order":
        self.sent()
        self(EventKind.ACKNOWLEDGED)
        return self

    def resolved(self) -> "Order":
        self.working()
        self(EventKind.REPLIED, to="centre_review")
        self(EventKind.RESOLVED)
        return self


def test_the_first_return_is_free_and_the_promise_goes_on() -> None:
    order = Order()
    order.sent()
    state = order(EventKind.RETURNED, basis="三定")
    assert (state.step, state.accountable) == (OrderState.ACCEPTED, Accountable())
    assert state.due_at == DUE
    assert state.clocks[ClockKind.RESOLVE].is_running
    assert state.acknowledge_due_at is None
    later = order(EventKind.DISPATCHED, unit_id=OTHER, unit="另局", **clocks("2026-05-20 10:24"))
    assert later.due_at == DUE


def test_the_second_return_is_ruled_on_and_then_only_joint_handling_is_left() -> None:
    order = Order()
    order.sent()
    order(EventKind.RETURNED, basis="三定")
    order.sent(OTHER)
    asked = order(EventKind.RETURNED, basis="三定")
    assert order.events[-1].kind is EventKind.RETURN_ASKED
    assert asked.accountable == Accountable(OTHER)  # still theirs while it is ruled on
    assert asked.pending is not None and asked.pending.ask is Ask.RETURN
    with pytest.raises(IllegalTransition, match="退单申请还在等待批复"):
        order(EventKind.RETURNED, basis="三定")
    order(EventKind.RETURN_GRANTED)
    with pytest.raises(InvalidInput, match="联合办理"):
        order.sent(UNIT)
    state = order.sent(UNIT, assisting=[{"unit_id": OTHER, "unit": "另局", "task": "配合"}])
    assert [part.unit_id for part in state.current_parts] == [UNIT, OTHER]
    assert state.accountable == Accountable(UNIT)
    with pytest.raises(IllegalTransition, match="不能再退单"):
        order(EventKind.RETURNED, basis="三定")


def test_a_refused_return_stays_and_is_not_asked_again() -> None:
    order = Order()
    order.sent()
    order(EventKind.RETURNED, basis="三定")
    order.sent(OTHER)
    order(EventKind.RETURNED, basis="三定")
    state = order(EventKind.RETURN_REFUSED)
    assert (state.step, state.unit_id, state.pending) == (OrderState.DISPATCHED, OTHER, None)
    with pytest.raises(IllegalTransition, match="裁定由本单位办理"):
        order(EventKind.RETURNED, basis="三定")


def test_a_return_after_its_limit_or_without_a_basis_is_refused() -> None:
    order = Order()
    order.sent()
    with pytest.raises(InvalidInput, match="依据"):
        order(EventKind.RETURNED)
    with pytest.raises(IllegalTransition, match="退单时限（2 工作日）已过"):
        order(EventKind.RETURNED, minutes=6 * 24 * 60, basis="三定")


def test_an_extension_moves_the_clock_only_when_it_is_granted() -> None:
    order = Order().working()
    asked = order(EventKind.EXTENSION_ASKED, limit="2 工作日")
    assert (asked.due_at, asked.extensions) == (DUE, 0)
    granted = order(EventKind.EXTENSION_GRANTED, **resolve_by("2026-05-15 10:24"))
    assert granted.due_at == at("2026-05-15 10:24")
    assert granted.clocks[ClockKind.RESOLVE].start == NOW
    with pytest.raises(IllegalTransition, match="已延期 1 次"):
        order(EventKind.EXTENSION_ASKED, limit="2 工作日")


def test_an_extension_is_asked_before_expiry_and_never_shortens() -> None:
    order = Order().working()
    order(EventKind.EXTENSION_ASKED, limit="2 工作日")
    with pytest.raises(InvalidInput, match="不能早于"):
        order(EventKind.EXTENSION_GRANTED, **resolve_by("2026-05-12 10:24"))
    late = Order().working()
    with pytest.raises(IllegalTransition, match="时限已过"):
        late(EventKind.EXTENSION_ASKED, minutes=7 * 24 * 60, limit="2 工作日")


def test_a_pause_ends_by_itself_and_nobody_answers_inside_it() -> None:
    order = Order().working()
    until = at("2026-05-09 10:24")
    order(EventKind.PAUSE_ASKED, until=until.isoformat())
    assert order.state.pause(NOW + timedelta(hours=1)) is None  # asking stops nothing
    order(EventKind.PAUSE_GRANTED, until=until.isoformat(), **resolve_by("2026-05-15 10:24"))
    assert order.state.pause(until - timedelta(seconds=1)) is not None
    assert order.state.pause(until) is None
    with pytest.raises(IllegalTransition, match="请先恢复办理"):
        order(EventKind.REPLIED)
    state = order(EventKind.RESUMED, **resolve_by("2026-05-13 12:00"))
    assert state.due_at == at("2026-05-13 12:00")
    assert order(EventKind.REPLIED).step is OrderState.CENTRE_REVIEW


def test_waiting_for_review_or_sending_back_stops_no_clock() -> None:
    order = Order().working()
    order(EventKind.REPLIED, to="unit_review", actor_id=5)
    with pytest.raises(PermissionDenied, match="另一位审核人"):
        order(EventKind.UNIT_PASSED, actor_id=5)
    order(EventKind.UNIT_PASSED, actor_id=6)
    order(EventKind.SENT_BACK)
    clock = order.state.clocks[ClockKind.RESOLVE]
    assert clock.is_running and clock.due == DUE
    assert order.state.sent_back == "因为"
    order(EventKind.REPLIED)
    assert not order(EventKind.RESOLVED).clocks[ClockKind.RESOLVE].is_running


def test_the_centre_answers_while_it_rules_and_names_the_lead() -> None:
    order = Order().working()
    order(EventKind.RULING_OPENED, asked=[{"unit_id": UNIT}, {"unit_id": OTHER}])
    assert order.state.accountable == Accountable()
    with pytest.raises(IllegalTransition, match="正在核定"):
        order(EventKind.REPLIED)
    with pytest.raises(PermissionDenied):
        order(EventKind.OPINION_GIVEN, unit_id=99)
    order(EventKind.OPINION_GIVEN, unit_id=OTHER)
    state = order(EventKind.RULED, unit_id=OTHER, unit="另局", **clocks("2026-05-30 10:24"))
    assert (state.accountable, state.due_at) == (Accountable(OTHER), DUE)


def test_declining_needs_evidence_and_a_signature() -> None:
    order = Order().working()
    with pytest.raises(InvalidInput, match="证明材料"):
        order(EventKind.DECLINE_ASKED, basis="条例")
    with pytest.raises(InvalidInput, match="签字"):
        order(EventKind.DECLINE_ASKED, basis="条例", files=[3])
    order(EventKind.DECLINE_ASKED, basis="条例", files=[3], signer="王局长")
    state = order(EventKind.DECLINE_GRANTED)
    assert (state.step, state.settled) == (OrderState.RESOLVED, "declined")
    assert state.reply == "因为"


def test_the_unit_signs_before_the_centre_rules_on_declining() -> None:
    order = Order().working()
    papers = {"basis": "条例", "files": [3], "signer": "王局长"}
    before = order.state
    asked = order(EventKind.DECLINE_ASKED, actor_id=1, to="unit", **papers)
    assert asked.pending is not None and asked.pending.in_unit
    assert (asked.accountable, asked.clocks) == (Accountable(UNIT), before.clocks)
    for early in (EventKind.DECLINE_GRANTED, EventKind.DECLINE_REFUSED):
        with pytest.raises(IllegalTransition, match="等待本单位审核人签批"):
            order(early)
    with pytest.raises(IllegalTransition, match="要答复请先撤回"):
        order(EventKind.REPLIED)
    with pytest.raises(PermissionDenied, match="另一位审核人"):
        order(EventKind.DECLINE_SIGNED, actor_id=1)
    signed = order(EventKind.DECLINE_SIGNED, actor_id=2)
    assert signed.pending is not None and not signed.pending.in_unit
    assert (signed.step, signed.clocks) == (OrderState.ACKNOWLEDGED, before.clocks)
    with pytest.raises(IllegalTransition, match="没有等待签批的不予办理申请"):
        order(EventKind.DECLINE_SIGNED, actor_id=2)
    assert order(EventKind.DECLINE_GRANTED).settled == "declined"


def test_a_declining_sent_back_in_the_unit_is_over_and_the_clock_went_on() -> None:
    order = Order().working()
    papers = {"basis": "条例", "files": [3], "signer": "王局长"}
    order(EventKind.DECLINE_ASKED, to="unit", **papers)
    with pytest.raises(InvalidInput, match="为什么退回"):
        order(EventKind.DECLINE_RETURNED, actor_id=2, text=" ")
    state = order(EventKind.DECLINE_RETURNED, actor_id=2)
    assert state.pending is None
    assert state.clocks[ClockKind.RESOLVE].is_running and state.due_at == DUE
    assert order(EventKind.REPLIED).step is OrderState.CENTRE_REVIEW


def test_a_declining_of_the_time_before_units_signed_counts_as_signed() -> None:
    order = Order().working()
    order(EventKind.DECLINE_ASKED, basis="条例", files=[3], signer="王局长")
    with pytest.raises(IllegalTransition, match="没有等待签批"):
        order(EventKind.DECLINE_SIGNED, actor_id=2)
    assert order(EventKind.DECLINE_GRANTED).settled == "declined"


def test_reopening_starts_a_new_clock_and_a_new_call_back() -> None:
    order = Order().resolved()
    order(EventKind.CALL_ATTEMPTED, result="busy")
    assert order.state.follow_up is FollowUpState.TRIED
    order(EventKind.FOLLOWED_UP, satisfaction="dissatisfied")
    state = order(EventKind.REOPENED, **resolve_by("2026-05-20 10:24"))
    assert (state.step, state.due_at) == (OrderState.ACKNOWLEDGED, at("2026-05-20 10:24"))
    assert (state.satisfaction, state.attempts, state.follow_up) == (None, (), FollowUpState.NONE)
    assert state.accountable == Accountable(UNIT)


def test_a_reopening_takes_no_clock_of_the_first_answer_over() -> None:
    order = Order()
    reply = {ClockKind.REPLY: Clock(NOW, at("2026-05-11 10:24"), "2 工作日")}
    data = {"clocks": clocks()["clocks"] | as_data(reply)}
    order(EventKind.DISPATCHED, unit_id=UNIT, unit="某局", **data)
    order(EventKind.ACKNOWLEDGED)
    order(EventKind.EXTENSION_ASKED, limit="2 工作日")
    order(EventKind.EXTENSION_GRANTED, **resolve_by("2026-05-15 10:24"))
    order(EventKind.REPLIED)
    order(EventKind.RESOLVED)
    before = list(order.events)
    # Reopened on 05-15, three days after the old limits for answering and returning.
    new = {
        ClockKind.RESOLVE: Clock(NOW, at("2026-05-22 09:00"), "5 工作日"),
        ClockKind.REPLY: Clock(NOW, at("2026-05-18 09:00"), "1 工作日"),
        ClockKind.RETURN: Clock(NOW, at("2026-05-18 09:00"), "1 工作日"),
    }
    state = order(EventKind.REOPENED, minutes=8 * 24 * 60, clocks=as_data(new))
    assert {kind: state.clocks[kind].due for kind in new} == {
        kind: clock.due for kind, clock in new.items()
    }
    assert all(state.clocks[kind].is_running for kind in new)
    assert order(EventKind.EXTENSION_ASKED, limit="2 工作日").pending is not None
    order(EventKind.ASK_WITHDRAWN)
    with pytest.raises(IllegalTransition, match="退单时限（1 工作日）已过"):
        order(EventKind.RETURNED, minutes=4 * 24 * 60, basis="三定")

    # As it was stored when a reopening carried one clock: answering ends with resolving, and the
    # time for returning is over.
    old = Order()
    old.events, old.minutes = before, order.minutes - 4 * 24 * 60
    state = old(EventKind.REOPENED, **resolve_by("2026-05-22 09:00"))
    assert state.clocks[ClockKind.REPLY].due == at("2026-05-22 09:00")
    with pytest.raises(IllegalTransition, match="退单时限（2 工作日）已过"):
        old(EventKind.RETURNED, basis="三定")


def test_an_ask_to_return_is_ruled_on_before_the_order_goes_elsewhere() -> None:
    order = Order()
    order.sent()
    order(EventKind.RETURNED, basis="三定")
    order.sent(OTHER)
    order(EventKind.RETURNED, basis="三定")
    for kind, data in (
        (EventKind.REASSIGNED, {"unit_id": UNIT, **clocks()}),
        (EventKind.RULING_OPENED, {"asked": [{"unit_id": UNIT}]}),
        (EventKind.MERGED, {"into": "A"}),
    ):
        with pytest.raises(IllegalTransition, match="先同意或不同意退单"):
            order(kind, **data)
    state = order(EventKind.RETURN_GRANTED)
    assert (state.returns, state.step) == (2, OrderState.ACCEPTED)


def test_every_supervision_can_be_closed_also_after_another_was_issued() -> None:
    order = Order().working()
    for _ in range(2):
        order(EventKind.SUPERVISED)
        order(EventKind.SUPERVISION_ANSWERED)
    order(EventKind.SUPERVISED)

    def closed() -> list[bool]:
        return [one.closed_at is not None for one in order.state.supervisions]

    order(EventKind.SUPERVISION_CLOSED, number=1)
    assert closed() == [True, False, False]
    for number, words in ((1, "没有等待办结"), (3, "还没有答复"), (4, "没有等待办结")):
        with pytest.raises(IllegalTransition, match=words):
            order(EventKind.SUPERVISION_CLOSED, number=number)
    order(EventKind.SUPERVISION_ANSWERED)
    order(EventKind.SUPERVISION_CLOSED)  # without a number, as it was once stored: all of them
    assert closed() == [True, True, True]


def test_a_dissatisfied_requester_is_not_filed_away_without_a_word() -> None:
    order = Order().resolved()
    order(EventKind.FOLLOWED_UP, satisfaction="dissatisfied")
    with pytest.raises(InvalidInput, match="不再重办的理由"):
        order(EventKind.ARCHIVED, purpose="help", text=" ")
    assert order(EventKind.ARCHIVED, purpose="help", text="已解释").step is OrderState.ARCHIVED
    redone = Order().resolved()
    redone(EventKind.FOLLOWED_UP, satisfaction="dissatisfied")
    redone(EventKind.REOPENED, **resolve_by("2026-05-20 10:24"))
    redone(EventKind.REPLIED, to="centre_review")
    redone(EventKind.RESOLVED)
    redone(EventKind.FOLLOWED_UP, satisfaction="satisfied")
    assert redone(EventKind.ARCHIVED, purpose="help", text="").step is OrderState.ARCHIVED


def test_discontent_by_the_link_waits_for_a_call_and_stops_no_clock() -> None:
    order = Order().working()
    order(EventKind.REPLIED, to="centre_review")
    due = as_data({ClockKind.CALL_BACK: Clock(NOW, at("2026-05-15 10:24"), "2 工作日")})
    order(EventKind.RESOLVED, clocks=due)
    with pytest.raises(InvalidInput, match="不满意的原因"):
        order(EventKind.OBJECTED, text="")
    state = order(EventKind.OBJECTED, text="又停水", reason="问题没有解决")
    assert (state.step, state.follow_up) == (OrderState.RESOLVED, FollowUpState.DUE)
    assert (state.satisfaction, state.satisfaction_reason) == (
        "dissatisfied",
        "问题没有解决：又停水",
    )
    assert state.clocks[ClockKind.CALL_BACK].is_running
    with pytest.raises(IllegalTransition, match="已经收到"):
        order(EventKind.OBJECTED)
    called = order(EventKind.FOLLOWED_UP, satisfaction="fairly")
    assert (called.satisfaction, called.follow_up) == ("fairly", FollowUpState.DONE)
    with pytest.raises(IllegalTransition, match="已经回访过"):
        order(EventKind.OBJECTED)


def test_a_consultation_is_archived_with_its_knowledge_outcome_only() -> None:
    order = Order().resolved()
    with pytest.raises(InvalidInput, match="还没有回访"):
        order(EventKind.ARCHIVED, purpose="consultation")
    order(EventKind.FOLLOWED_UP, satisfaction="satisfied")
    with pytest.raises(InvalidInput, match="知识成果"):
        order(EventKind.ARCHIVED, purpose="consultation")
    with pytest.raises(InvalidInput, match="知识条目"):
        order(EventKind.ARCHIVED, purpose="consultation", knowledge="created")
    state = order(EventKind.ARCHIVED, purpose="consultation", knowledge="created", item_id=4)
    assert state.step is OrderState.ARCHIVED
    assert state.knowledge is not None and state.knowledge.item_id == 4


def test_merging_hands_the_earlier_promise_on() -> None:
    main = Order().working()
    state = main(EventKind.MERGE_TAKEN, order="B", **resolve_by("2026-05-20 10:24"))
    assert state.due_at == DUE  # never later
    state = main(EventKind.MERGE_TAKEN, order="C", **resolve_by("2026-05-12 09:00"))
    assert (state.due_at, state.merged) == (at("2026-05-12 09:00"), ("B", "C"))
    # 答复 too: this order has no such promise of its own, or a later one.
    for due in ("2026-05-10 09:00", "2026-05-09 09:00"):
        reply = {ClockKind.REPLY: Clock(NOW, at(due), "2 工作日")}
        state = main(EventKind.MERGE_TAKEN, order=due, clocks=as_data(reply))
        assert state.clocks[ClockKind.REPLY].due == at(due)
    follower = Order().working()
    merged = follower(EventKind.MERGED, into="A")
    assert (merged.step, merged.accountable) == (OrderState.MERGED, Accountable())
    back = follower(EventKind.UNMERGED)
    assert (back.step, back.due_at) == (OrderState.ACCEPTED, DUE)
    assert back.clocks[ClockKind.RESOLVE].is_running


def test_events_from_before_clocks_were_carried_still_add_up() -> None:
    old = {
        "unit_id": UNIT,
        "unit": "某局",
        "acknowledge_due_at": at("2026-05-08 10:24").isoformat(),
        "due_at": DUE.isoformat(),
        "due_steps": ["起算", "到期"],
    }
    kinds = (EventKind.ACKNOWLEDGED, EventKind.REPLIED, EventKind.RESOLVED)
    rest = [
        Event(kind, NOW + timedelta(hours=n), 1, {"text": "好"}) for n, kind in enumerate(kinds)
    ]
    events = [Event(EventKind.ACCEPTED, NOW, 1), Event(EventKind.DISPATCHED, NOW, 1, old), *rest]
    assert fold(events[:4]).step is OrderState.CENTRE_REVIEW
    state = fold(events)
    assert (state.step, state.due_at, state.due_steps) == (
        OrderState.RESOLVED,
        DUE,
        ("起算", "到期"),
    )
    assert not state.overdue(NOW + timedelta(days=99))


def test_a_ruling_on_whose_matter_it_is_binds_the_unit_it_names() -> None:
    order = Order()
    order.sent()
    order(EventKind.RULING_OPENED, asked=[{"unit_id": OTHER, "unit": "另局"}])
    order(EventKind.OPINION_GIVEN, unit_id=OTHER)
    order(EventKind.RULED, unit_id=OTHER, unit="另局", **clocks())
    with pytest.raises(IllegalTransition, match="裁定由本单位办理，不能退单"):
        order(EventKind.RETURNED, basis="三定")
    # Whoever gets it by a further dispatch was not ruled on.
    order(EventKind.REASSIGNED, unit_id=UNIT, unit="某局", **clocks())
    assert order(EventKind.RETURNED, basis="三定").step == OrderState.ACCEPTED


def test_who_answered_an_order_once_is_rid_of_it_by_a_ruling_alone() -> None:
    order = Order().resolved()
    order(EventKind.REOPENED, **clocks())
    state = order(EventKind.RETURNED, basis="三定")
    assert state.pending is not None and state.pending.ask == Ask.RETURN
    assert (state.accountable, state.returns) == (Accountable(UNIT), 0)
    assert order(EventKind.RETURN_GRANTED).returns == 1


def test_what_the_unit_itself_sent_back_was_no_answer() -> None:
    order = Order().working()
    order(EventKind.REPLIED, to="unit_review")
    order(EventKind.UNIT_SENT_BACK)
    assert order(EventKind.RETURNED, basis="三定").step == OrderState.ACCEPTED
