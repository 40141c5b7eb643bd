"""撤单 in the database: what becomes of the request, of figures, of gaps, and of the order."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.db import Database
from kb.errors import IllegalTransition, PermissionDenied
from kb.models import AuditRecord, CitizenRequest, SearchRecord, WorkOrder
from kb.queries.desk import own_requests_today
from kb.queries.order_hints import like_orders
from kb.queries.progress import find_progress
from kb.queries.request_conditions import was_lost
from kb.queries.request_parts import find_part
from kb.services import requests, undoing
from kb.services import work_orders as orders
from kb.services.at_desk import AtDesk
from kb.services.invalidating import invalidate
from kb.services.orders.projecting import differences
from kb.services.repeat_notes import note_repeat
from kb.services.work_orders import By
from kb.terms import Purpose, Role
from tests.kb.hotline import PROFILE, Hotline, at

NOW = at("2026-05-07 10:24")
SOON = NOW + timedelta(minutes=4)


def _raise(session: Session, city: Hotline, agent: Actor, **more: object) -> WorkOrder:
    """An order of a new request, raised by the agent although an entry was on the card."""
    request = city.request(NOW, agent_id=agent.user_id, requester_phone="13900005678", **more)
    item = city.item(city.unit("澜川水务集团"), "水表过户")
    order = requests.hand_over(
        session,
        request,
        profile=PROFILE,
        query="水表怎么过户",
        seen_item_id=item.id,
        actor=agent,
        now=NOW,
    )
    session.flush()
    return order


def _lost(session: Session) -> list[int]:
    return list(session.scalars(select(CitizenRequest.id).where(was_lost(["consultation"]))))


def _led_to(session: Session) -> list[str]:
    return list(session.scalars(select(SearchRecord.led_to).order_by(SearchRecord.id)))


def test_what_its_agent_takes_back_is_open_again_and_nothing_was_lost(
    any_database: Database,
) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        agent = city.actor(Role.AGENT)
        order = _raise(session, city, agent)
        item_id, number = order.lost_item_id, order.number
        assert _lost(session) == [order.request_id]
        request = undoing.take_back(session, order, By(agent, SOON, PROFILE))
        assert (request.outcome, request.handed_over_at) == ("open", None)
        assert (order.state, order.lost_item_id) == ("cancelled", None)
        assert order.events[-1].data == {"text": "登记的坐席撤回", "lost_item_id": item_id}
        assert _lost(session) == []
        assert _led_to(session) == ["cancelled"]
        acts = session.scalars(select(AuditRecord.action)).all()
        assert "work_order.cancelled" in acts
    with any_database.unit_of_work() as session:
        order = orders.get_order(session, number, agent)
        again = undoing.take_back(session, order, By(agent, SOON, PROFILE))
        assert again.outcome == "open"
        assert [row.kind for row in order.events] == ["accepted", "cancelled"]  # done once


def test_the_cancelled_order_repeats_what_becomes_of_its_request(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        agent = city.actor(Role.AGENT)
        order = _raise(session, city, agent)
        request = undoing.take_back(session, order, By(agent, SOON, PROFILE))
        item = city.item(city.unit("市公积金中心"), "公积金提取", category="住房/公积金")
        requests.resolve_online(
            session, request, item_id=item.id, passage_ordinal=0, query="", actor=agent, now=SOON
        )
        assert differences(order) == []
        assert (order.request_outcome, order.category) == ("online", "住房/公积金")


def test_what_was_taken_back_asks_for_no_earlier_matter_again(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        agent = city.actor(Role.AGENT)
        order = _raise(session, city, agent)
        earlier = city.request(NOW - timedelta(days=1))
        note_repeat(session, order.request, earlier, "link", By(agent, NOW, PROFILE))
        request = undoing.take_back(session, order, By(agent, SOON, PROFILE))
        assert request.repeat_parted_at == SOON
        later = AtDesk(agent, SOON + timedelta(minutes=1), PROFILE, b"key")
        invalidate(session, later, request.number, "来电人不办了")
        assert request.repeat_parted_at == SOON  # nothing was parted twice


def test_it_is_taken_back_by_its_agent_alone_and_within_ten_minutes(
    any_database: Database,
) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        agent, other = city.actor(Role.AGENT), city.actor(Role.AGENT)
        order = _raise(session, city, agent)
        with pytest.raises(PermissionDenied, match="自己登记"):
            undoing.take_back(session, order, By(other, SOON, PROFILE))
        late = NOW + timedelta(minutes=10, seconds=1)
        with pytest.raises(IllegalTransition, match="超过 10 分钟"):
            undoing.take_back(session, order, By(agent, late, PROFILE))
        assert (order.state, order.request.outcome) == ("accepted", "handed_over")
        undoing.take_back(session, order, By(agent, NOW + timedelta(minutes=10), PROFILE))
        assert order.state == "cancelled"


def test_what_the_dispatcher_sent_is_not_taken_back(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        city.calendar()
        agent = city.actor(Role.AGENT)
        order = _raise(session, city, agent, purpose=Purpose.HELP)
        city.dispatched(order, city.unit("市住建局"), SOON)
        with pytest.raises(IllegalTransition, match="待签收"):
            undoing.take_back(session, order, By(agent, SOON, PROFILE))
        assert order.request.outcome == "handed_over"


def test_the_dispatcher_makes_the_request_invalid_and_its_person_is_told_why(
    any_database: Database,
) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        agent, desk = city.actor(Role.AGENT), city.actor(Role.DISPATCHER)
        order = _raise(session, city, agent)
        earlier = city.request(NOW - timedelta(days=1))
        note_repeat(session, order.request, earlier, "link", By(agent, NOW, PROFILE))
        with pytest.raises(PermissionDenied):
            orders.cancel(session, order, By(agent, SOON, PROFILE), text="误登记")
        why = "来电人撤回，号码 13812341234"
        orders.cancel(session, order, By(desk, SOON, PROFILE), text=why)
        assert (order.request.outcome, order.request_outcome) == ("invalid", "invalid")
        assert order.request.repeat_parted_at == SOON  # the earlier one was not asked for twice
        assert differences(order) == []
        number = order.request.number
    with any_database.reading() as session:
        told = find_progress(session, number, "5678")
    assert (told.headline, told.is_done) == ("已撤单", True)
    assert told.explanation == (
        "这件诉求已经撤单，不再办理。原因：来电人撤回，号码 138****1234。"
        "如有疑问请拨打 12345，并报上编号。"
    )
    assert [(step.label, step.at) for step in told.steps] == [("登记", NOW), ("已撤单", SOON)]


def test_with_another_order_left_the_request_stays_handed_over(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        agent, desk = city.actor(Role.AGENT), city.actor(Role.DISPATCHER)
        order = _raise(session, city, agent)
        kept = city.order(order.request, NOW)
        orders.cancel(session, order, By(desk, SOON, PROFILE), text="误登记")
        assert order.request.outcome == "handed_over"
        assert _led_to(session) == ["work_order"]
        assert find_part(session, kept).total == 1
        assert like_orders(session, kept, actor=desk, now=SOON) == []
        number = order.request.number
    with any_database.reading() as session:
        assert find_progress(session, number, "5678").headline == "已受理，等待派单"


def test_the_desk_offers_it_for_ten_minutes(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        agent = city.actor(Role.AGENT)
        order = _raise(session, city, agent)
        session.flush()
        offered = [
            [line.own_order for line in own_requests_today(session, agent.user_id, when)]
            for when in (NOW + timedelta(minutes=10), NOW + timedelta(minutes=11))
        ]
        assert offered == [[order.number], [""]]
