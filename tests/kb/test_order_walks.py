"""Random lives of orders: nothing the checker knows of is ever found, and it can find things."""

from dataclasses import replace
from pathlib import Path

import pytest

from bench.order_storing import store
from bench.orders import Tally, run, run_one
from kb.terms import ClockKind
from kb.work_orders import fold
from kb.work_orders.changes_sending import Change
from kb.work_orders.conditions import CONDITIONS
from kb.work_orders.events import Event, EventKind
from kb.work_orders.state import State


def test_two_thousand_random_lives_break_no_rule() -> None:
    tally = run(2000, seed=7)
    assert tally.faults == []
    assert tally.sequences == 2000
    assert {*tally.kinds, "accepted"} == {kind.value for kind in EventKind}


def test_what_is_stored_is_what_the_events_add_up_to(tmp_path: Path) -> None:
    walks = [run_one(f"stored:{number}", Tally()) for number in range(25)]
    compared, differing = store(walks, tmp_path / "orders.sqlite3")
    assert differing == []
    assert compared == sum(len(events) for events in walks)


_ORIGINAL = dict(fold.CHANGES)


def _stops_the_clock(state: State, event: Event) -> State:
    clocks = {kind: replace(clock, stopped=event.at) for kind, clock in state.clocks.items()}
    return replace(_ORIGINAL[EventKind.EXTENSION_ASKED](state, event), clocks=clocks)


def _moves_the_promise(state: State, event: Event) -> State:
    after = _ORIGINAL[EventKind.RETURNED](state, event)
    clock = after.clocks.get(ClockKind.RESOLVE)
    if clock is None:
        return after
    late = replace(clock, due=clock.due.replace(year=2099))
    return replace(after, clocks={**after.clocks, ClockKind.RESOLVE: late})


def _leaves_nobody(state: State, event: Event) -> State:
    return replace(_ORIGINAL[EventKind.ACKNOWLEDGED](state, event), unit_id=None)


def _reopens_with_the_old_answer_clock(state: State, event: Event) -> State:
    after = _ORIGINAL[EventKind.REOPENED](state, event)
    old = state.clocks.get(ClockKind.REPLY)
    if old is None:
        return after
    return replace(after, clocks={**after.clocks, ClockKind.REPLY: replace(old, stopped=None)})


def _takes_one_promise_over(state: State, event: Event) -> State:
    after = _ORIGINAL[EventKind.MERGE_TAKEN](state, event)
    clocks = {kind: one for kind, one in after.clocks.items() if kind != ClockKind.REPLY}
    return replace(after, clocks=clocks)


def _promises_afresh(state: State, event: Event) -> State:
    after = _ORIGINAL[EventKind.DISPATCHED](state, event)
    clock = after.clocks[ClockKind.RESOLVE]
    late = replace(clock, due=clock.due.replace(year=2099))
    return replace(after, clocks={**after.clocks, ClockKind.RESOLVE: late})


def _binds_nobody(state: State, event: Event) -> State:
    return replace(_ORIGINAL[EventKind.RULED](state, event), return_refused=False)


def _forgets_who_answered(state: State, event: Event) -> State:
    return replace(_ORIGINAL[EventKind.REOPENED](state, event), answered_by_id=None)


@pytest.mark.parametrize(
    ("kind", "mutant", "words"),
    [
        (EventKind.DISPATCHED, _promises_afresh, "resolve promise of the other order"),
        (EventKind.REOPENED, _reopens_with_the_old_answer_clock, "the old reply clock"),
        (EventKind.MERGE_TAKEN, _takes_one_promise_over, "reply promise of the other order"),
        (EventKind.SUPERVISION_CLOSED, lambda state, event: state, "left over by closing"),
        (EventKind.EXTENSION_ASKED, _stops_the_clock, "clock stopped"),
        (EventKind.RETURNED, _moves_the_promise, "moved later"),
        (EventKind.ACKNOWLEDGED, _leaves_nobody, "nobody|not 1|not 2|not 3|not 4"),
        (EventKind.SENT_BACK, lambda state, event: state, "became centre_review"),
        (EventKind.CANCELLED, lambda state, event: state, "became accepted"),
        (EventKind.RULED, _binds_nobody, "that the centre bound"),
        (EventKind.REOPENED, _forgets_who_answered, "at once by a unit that had answered"),
    ],
)
def test_a_broken_rule_is_found(
    kind: EventKind, mutant: Change, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(fold.CHANGES, kind, mutant)
    tally = run(150, seed=7)
    assert tally.faults
    with pytest.raises(AssertionError, match=words):
        raise AssertionError("\n".join(tally.faults))


def test_an_order_cancelled_after_a_unit_had_it_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CONDITIONS, EventKind.CANCELLED, ())
    assert any("cancelled while it concerned" in fault for fault in run(150, seed=7).faults)


def test_a_state_that_depends_on_more_than_the_events_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calls = iter(range(10**9))

    def moody(state: State, event: Event) -> State:
        return replace(state, reminders=next(calls))

    monkeypatch.setitem(fold.CHANGES, EventKind.REMINDED, moody)
    assert any("recomputed" in fault for fault in run(30, seed=7).faults)
