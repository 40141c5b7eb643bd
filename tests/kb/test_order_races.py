"""Two people on one order at the same moment: one event, one refusal that shows it."""

import threading
from collections.abc import Callable
from datetime import timedelta
from itertools import count

from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.db import Database
from kb.errors import IllegalTransition
from kb.models import Unit, WorkOrder
from kb.services import undoing
from kb.services import work_orders as orders
from kb.services.orders.projecting import differences
from kb.services.work_orders import By, StaleOrder
from kb.terms import Purpose, Role
from tests.kb.hotline import PROFILE, Hotline, at

NOW = at("2026-05-07 10:24")
Give = Callable[[Session, WorkOrder, By], object]


def _race(
    database: Database, number: str, first: tuple[Actor, Give], second: tuple[Actor, Give]
) -> tuple[list[str], list[tuple[int, str]]]:
    """Both have the same page open; what each got, and what the refused one was shown."""
    barrier = threading.Barrier(2)
    results: list[str] = []
    shown: list[tuple[int, str]] = []

    def run(actor: Actor, give: Give) -> None:
        with database.reading() as session:
            seen = orders.get_order(session, number, actor).event_count
        barrier.wait()
        try:
            with database.unit_of_work() as session:
                order = orders.get_order(session, number, actor)
                give(session, order, By(actor, NOW + timedelta(minutes=9), PROFILE, seen))
            results.append("done")
        except StaleOrder as stale:
            results.append(stale.code)
            shown.extend((one.seq, one.kind.value) for one in stale.since)
        except IllegalTransition as refused:
            results.append(refused.code)

    threads = [threading.Thread(target=run, args=who) for who in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(results), shown


def _scene(database: Database) -> tuple[str, list[int]]:
    with database.unit_of_work() as session:
        city = Hotline(session)
        units = [city.unit("汀州水务集团"), city.unit("汀州市住房和城乡建设局")]
        request = city.request(NOW, purpose=Purpose.HELP)
        return city.order(request, NOW).number, [unit.id for unit in units]


def _two(session: Session, role: Role, unit_id: int | None = None) -> list[Actor]:
    city = Hotline(session, count(50))
    unit = session.get(Unit, unit_id) if unit_id is not None else None
    return [city.actor(role, unit=unit) for _ in range(2)]


def _whole(database: Database, number: str) -> list[str]:
    with database.reading() as session:
        order = orders.get_order(session, number, Actor(0, "", None, frozenset({Role.DISPATCHER})))
        assert differences(order) == []
        assert [row.seq for row in order.events] == list(range(1, order.event_count + 1))
        return [row.kind for row in order.events]


def test_two_dispatchers_send_one_order_once(any_database: Database) -> None:
    number, units = _scene(any_database)
    with any_database.unit_of_work() as session:
        people = _two(session, Role.DISPATCHER)
    results, shown = _race(
        any_database,
        number,
        (people[0], lambda s, o, by: orders.dispatch(s, o, by, unit_id=units[0])),
        (people[1], lambda s, o, by: orders.dispatch(s, o, by, unit_id=units[1])),
    )
    assert results == ["done", "stale_version"]
    assert shown == [(2, "dispatched")]
    assert _whole(any_database, number) == ["accepted", "dispatched"]


def test_two_clerks_answer_once_and_the_other_sees_it(any_database: Database) -> None:
    number, units = _scene(any_database)
    with any_database.unit_of_work() as session:
        dispatcher = Actor(0, "派单", None, frozenset({Role.DISPATCHER}))
        order = orders.get_order(session, number, dispatcher)
        orders.dispatch(session, order, By(dispatcher, NOW, PROFILE), unit_id=units[0])
        clerks = _two(session, Role.UNIT_CLERK, units[0])
        orders.acknowledge(session, order, By(clerks[0], NOW, PROFILE))
    results, shown = _race(
        any_database,
        number,
        (clerks[0], lambda s, o, by: orders.reply(s, o, by, text="已修好")),
        (clerks[1], lambda s, o, by: orders.return_order(s, o, by, text="不归我", basis="三定")),
    )
    assert results == ["done", "stale_version"]
    assert len(shown) == 1
    kinds = _whole(any_database, number)
    assert kinds[:3] == ["accepted", "dispatched", "acknowledged"]
    assert kinds[3:] in (["replied"], ["returned"])
    assert shown == [(4, kinds[3])]


def test_cancelling_and_sending_one_order_happens_once(any_database: Database) -> None:
    number, units = _scene(any_database)
    with any_database.unit_of_work() as session:
        people = _two(session, Role.DISPATCHER)
    results, shown = _race(
        any_database,
        number,
        (people[0], lambda s, o, by: orders.dispatch(s, o, by, unit_id=units[0])),
        (people[1], lambda s, o, by: orders.cancel(s, o, by, text="误登记")),
    )
    assert results == ["done", "stale_version"]
    kinds = _whole(any_database, number)
    assert kinds in (["accepted", "dispatched"], ["accepted", "cancelled"])
    assert shown == [(2, kinds[1])]
    with any_database.reading() as session:
        order = orders.get_order(session, number, people[0])
        was_sent = kinds[1] == "dispatched"
        assert order.request.outcome == ("handed_over" if was_sent else "invalid")


def _raised(database: Database, number: str) -> Actor:
    """The agent who raised the order."""
    with database.reading() as session:
        order = orders.get_order(session, number, Actor(0, "", None, frozenset({Role.DISPATCHER})))
        return Actor(order.events[0].actor_id or 0, "坐席", None, frozenset({Role.AGENT}))


def _take_back(session: Session, order: WorkOrder, by: By) -> object:
    return undoing.take_back(session, order, By(by.actor, by.now, by.profile))


def test_taking_back_and_sending_one_order_happens_once(any_database: Database) -> None:
    number, units = _scene(any_database)
    agent = _raised(any_database, number)
    with any_database.unit_of_work() as session:
        dispatcher = _two(session, Role.DISPATCHER)[0]
    results, _ = _race(
        any_database,
        number,
        (agent, _take_back),
        (dispatcher, lambda s, o, by: orders.dispatch(s, o, by, unit_id=units[0])),
    )
    # Whoever asks after it was sent is told where the order stands.
    assert results in (["done", "stale_version"], ["done", "illegal_transition"])
    kinds = _whole(any_database, number)
    assert kinds in (["accepted", "dispatched"], ["accepted", "cancelled"])
    with any_database.reading() as session:
        outcome = orders.get_order(session, number, dispatcher).request.outcome
        assert outcome == ("handed_over" if kinds[1] == "dispatched" else "open")


def test_two_clicks_at_once_take_an_order_back_once(any_database: Database) -> None:
    number, _ = _scene(any_database)
    agent = _raised(any_database, number)
    results, _ = _race(any_database, number, (agent, _take_back), (agent, _take_back))
    assert results == ["done", "done"]
    assert _whole(any_database, number) == ["accepted", "cancelled"]
