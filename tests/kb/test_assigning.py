"""分派 to a clerk of a unit below the lead: told, they find the order and can handle it."""

import pytest
from sqlalchemy import select

from kb.db import Database
from kb.errors import InvalidInput, NotFound, PermissionDenied
from kb.models import Notice, User
from kb.queries.unit_orders import Tray, TrayFilter, count_trays, list_tray
from kb.services import accounts, contact_details, work_orders
from kb.terms import Role
from tests.kb.hotline import Hotline, at

NOW = at("2026-05-07 10:24")


def test_a_clerk_below_finds_what_is_assigned_to_them_and_answers_it(
    any_database: Database,
) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        city.calendar()
        bureau = city.unit("市城管局")
        squad = city.unit("城管一中队", parent=bureau)
        head, clerk = (city.actor(Role.UNIT_CLERK, unit=unit) for unit in (bureau, squad))
        other = city.actor(Role.UNIT_CLERK, unit=squad)
        viewer = city.actor(Role.EDITOR, unit=squad)
        request = city.request(NOW, requester_phone="13812341234", requester_name="李小明")
        order = city.dispatched(city.order(request, NOW), bureau, NOW)
        number = order.number
        with pytest.raises(NotFound):
            work_orders.get_order(session, number, clerk)
        work_orders.acknowledge(session, order, city.by(head, NOW))
        with pytest.raises(InvalidInput, match="经办人"):
            work_orders.assign(session, order, city.by(head, NOW), user_id=viewer.user_id)
        work_orders.assign(session, order, city.by(head, NOW), user_id=clerk.user_id)
        session.flush()
        (told,) = session.scalars(select(Notice).where(Notice.kind == "order_assigned"))
        assert (told.user_id, told.path) == (clerk.user_id, f"/units/orders/{number}")
        for person, count in ((clerk, 1), (other, 0), (head, 1)):
            trays = count_trays(session, TrayFilter(), actor=person, now=NOW)
            shown = list_tray(session, TrayFilter(), actor=person, now=NOW, page=1, total=count)
            assert (trays[Tray.TODO], trays[Tray.WORKING], len(shown.rows)) == (count,) * 3
        assert work_orders.get_order(session, number, clerk) is order
        assert work_orders.holds_order(order, clerk) and not work_orders.holds_order(order, other)
        assert contact_details.may_reveal(request, order, clerk)
        assert not contact_details.may_reveal(request, order, other)
        with pytest.raises(PermissionDenied):
            work_orders.assign(session, order, city.by(clerk, NOW), user_id=other.user_id)
        work_orders.reply(session, order, city.by(clerk, NOW), text="已到场处理完毕。")
        assert work_orders.state_of(order).reply == "已到场处理完毕。"
        session.refresh(told)
        assert told.is_resolved


def test_whoever_was_moved_to_another_unit_takes_no_order_along(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        city.calendar()
        bureau, other = city.unit("市城管局"), city.unit("市园林局")
        clerk = city.actor(Role.UNIT_CLERK, unit=bureau)
        request = city.request(NOW, requester_phone="13812341234")
        order = city.dispatched(city.order(request, NOW), bureau, NOW)
        work_orders.acknowledge(session, order, city.by(clerk, NOW))
        work_orders.assign(session, order, city.by(clerk, NOW), user_id=clerk.user_id)
        accounts.set_roles(
            session,
            clerk.user_id,
            roles=[Role.UNIT_CLERK],
            unit_id=other.id,
            actor_id=city.actor(Role.ADMIN).user_id,
            now=NOW,
        )
        moved = accounts.actor_of(session, session.get_one(User, clerk.user_id))
        with pytest.raises(NotFound):
            work_orders.get_order(session, order.number, moved)
        assert not work_orders.holds_order(order, moved)
        assert not contact_details.may_reveal(request, order, moved)
        trays = count_trays(session, TrayFilter(), actor=moved, now=NOW)
        assert (trays[Tray.TODO], trays[Tray.WORKING]) == (0, 0)
        by = city.by(moved, NOW)
        with pytest.raises(PermissionDenied):
            work_orders.reply(session, order, by, text="已到场处理完毕。")


def test_whoever_below_may_ask_for_a_pause_may_end_it(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        city.calendar()
        bureau = city.unit("市城管局")
        squad = city.unit("城管一中队", parent=bureau)
        head, clerk = (city.actor(Role.UNIT_CLERK, unit=unit) for unit in (bureau, squad))
        order = city.dispatched(city.order(city.request(NOW), NOW), bureau, NOW)
        work_orders.acknowledge(session, order, city.by(head, NOW))
        work_orders.assign(session, order, city.by(head, NOW), user_id=clerk.user_id)
        until = at("2026-05-20 10:00")
        work_orders.ask_pause(session, order, city.by(clerk, NOW), text="等配件到货", until=until)
        desk = city.by(city.actor(Role.DISPATCHER), NOW)
        work_orders.rule_pause(session, order, desk, granted=True)
        later = at("2026-05-11 09:00")
        work_orders.resume(session, order, city.by(clerk, later), text="配件到了")
        assert work_orders.state_of(order).pause(later) is None
