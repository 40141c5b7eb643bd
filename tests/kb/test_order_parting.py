"""A unit learns that an order is no longer its own, and that what it asked for lapsed."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.db import Database
from kb.models import Notice, Unit, WorkOrder
from kb.services import work_orders
from kb.services.notices import mark_seen
from kb.services.orders.dispatching import Assisting
from kb.services.work_orders import By
from kb.terms import Role
from tests.kb.hotline import Hotline, at

NOW = at("2026-05-07 10:24")


class Scene:
    """An order at the water company, assisted by the roads office, in hand."""

    def __init__(self, session: Session) -> None:
        self.session, self.city = session, Hotline(session)
        self.city.calendar()
        names = ("澜川水务集团", "市政道路处", "市住建局")
        self.water, self.roads, self.works = (self.city.unit(name) for name in names)
        self.desk = self.city.by(self.city.actor(Role.DISPATCHER), NOW)
        self.clerk = self.by(self.water)
        self.order = self.city.order(self.city.request(NOW, category="供水"), NOW)
        self.send(work_orders.dispatch, self.water)
        work_orders.acknowledge(session, self.order, self.clerk)

    def by(self, unit: Unit) -> By:
        return self.city.by(self.city.actor(Role.UNIT_CLERK, unit=unit), NOW)

    def send(self, how: object, unit: Unit, *others: Unit, order: WorkOrder | None = None) -> None:
        assisting = [Assisting(one.id) for one in others or (self.roads,)]
        how(  # type: ignore[operator]
            self.session,
            order or self.order,
            self.desk,
            unit_id=unit.id,
            assisting=assisting,
            text="按职责",
        )

    def told(self) -> dict[str, str]:
        """What each unit is told and has not seen, without the number."""
        self.session.flush()
        query = select(Notice).where(Notice.kind == "order_parted", Notice.is_resolved.is_(False))
        ending = f"：{self.order.number}（供水）"
        return {
            row.unit.name if row.unit is not None else "本人": row.title.removesuffix(ending)
            for row in self.session.scalars(query)
        }


@pytest.fixture
def scene(session: Session) -> Scene:
    return Scene(session)


def test_a_reassigned_order_is_taken_leave_of_with_the_ask_that_waited(scene: Scene) -> None:
    work_orders.ask_extension(
        scene.session, scene.order, scene.clerk, text="等配件", limit="1 工作日"
    )
    scene.send(work_orders.reassign, scene.works, scene.city.unit("市排水处"))
    assert scene.told() == {
        "澜川水务集团": "工单已改派，不再由您单位主办，延期申请不再批复",
        "市政道路处": "工单已改派，您单位不用再协办",
    }
    # It comes back: that it had gone is no news any more, that it left the others is.
    scene.send(work_orders.reassign, scene.water)
    assert scene.told() == {
        "市住建局": "工单已改派，不再由您单位主办",
        "市排水处": "工单已改派，您单位不用再协办",
    }


def test_who_keeps_the_lead_is_told_of_the_lapsed_ask_alone(scene: Scene) -> None:
    until = at("2026-05-09 10:00")
    work_orders.ask_pause(scene.session, scene.order, scene.clerk, text="等配件", until=until)
    scene.send(work_orders.reassign, scene.water, scene.works)
    assert scene.told() == {
        "澜川水务集团": "工单改派后仍由您单位主办，挂起申请不再批复，需要的请重新申请",
        "市政道路处": "工单已改派，您单位不用再协办",
    }


def test_a_ruling_is_told_when_it_is_opened_and_when_it_names_another(scene: Scene) -> None:
    session, order = scene.session, scene.order
    work_orders.ask_extension(session, order, scene.clerk, text="等配件", limit="1 工作日")
    work_orders.open_ruling(session, order, scene.desk, unit_ids=[scene.works.id], text="谁办")
    assert scene.told() == {"澜川水务集团": "工单提交疑难核定，核定前不用办理，延期申请不再批复"}
    scene.send(work_orders.rule, scene.works)
    assert scene.told()["澜川水务集团"] == "工单已核定，不再由您单位主办"


def test_a_merged_order_is_taken_leave_of_by_all_its_units(scene: Scene) -> None:
    other = scene.city.order(scene.city.request(NOW), NOW)
    scene.send(work_orders.dispatch, scene.water, order=other)
    work_orders.merge(scene.session, scene.order, scene.desk, into=other, text="同一处")
    assert scene.told() == {
        "澜川水务集团": "工单已并入别的工单，不再由您单位主办",
        "市政道路处": "工单已并入别的工单，您单位不用再协办",
    }


def test_granted_returns_and_declines_are_told(scene: Scene) -> None:
    session, order = scene.session, scene.order
    work_orders.return_order(session, order, scene.clerk, text="不归我", basis="三定")
    # The free return is the lead's own act; who assisted did nothing.
    assert scene.told() == {"市政道路处": "工单已退回派单，您单位不用再协办"}
    scene.send(work_orders.dispatch, scene.works)
    assert scene.told() == {}
    clerk = scene.by(scene.works)
    work_orders.return_order(session, order, clerk, text="不归我", basis="三定")
    work_orders.rule_return(session, order, scene.desk, granted=True)
    assert scene.told() == {
        "市住建局": "退单申请已同意，不再由您单位主办",
        "市政道路处": "退单申请已同意，您单位不用再协办",
    }


def test_whoever_it_was_assigned_to_in_a_unit_below_is_told_in_person(scene: Scene) -> None:
    squad = scene.city.unit("抢修一队", parent=scene.water)
    head, hand = (scene.city.actor(Role.UNIT_CLERK, unit=unit) for unit in (scene.water, squad))
    by = scene.city.by(head, NOW)
    work_orders.assign(scene.session, scene.order, by, user_id=hand.user_id)
    scene.send(work_orders.reassign, scene.works)
    assert set(scene.told()) == {"澜川水务集团", "本人"}


def test_news_of_a_unit_end_with_the_first_of_that_very_unit(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        scene = Scene(session)
        above = scene.city.unit("市水务局")
        scene.water.parent_id = above.id
        scene.send(work_orders.reassign, scene.works)
        session.flush()
        (row,) = session.scalars(
            select(Notice).where(Notice.kind == "order_parted", Notice.unit_id == scene.water.id)
        )
        boss = scene.city.actor(Role.UNIT_REVIEWER, unit=above)
        mark_seen(session, [row.id], boss.user_id, NOW)
        session.refresh(row)
        assert not row.is_resolved
        mark_seen(session, [row.id], scene.clerk.actor.user_id, NOW)
        session.refresh(row)
        assert row.is_resolved
