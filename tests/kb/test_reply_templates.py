"""答复模板: what an outline takes from an order, who keeps it, versions, what was deleted."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.db import Database
from kb.errors import InvalidInput, NotFound, PermissionDenied, StaleVersion
from kb.models import AuditRecord, ReplyTemplate, Unit, UnitDuty, WorkOrder
from kb.replies.templates import PLACES, Template, blanks, shipped, unknown_places
from kb.services import reply_templates, work_orders
from kb.terms import Purpose, Role
from tests.kb.hotline import Hotline, at

NOW = at("2026-05-06 10:00")
TEXT = "{称呼}，您好。您反映的“{标题}”（{编号}），{单位}已于【请填：月日】到场。电话{电话}。"


def order_of(city: Hotline, unit: Unit, **request: object) -> WorkOrder:
    values = {
        "purpose": Purpose.HELP,
        "title": "高层没水",
        "content": "青石里 3 号楼 501 室没水，李小明反映，电话 13812341234",
        "place": "青石里",
        "requester_name": "李小明",
        "requester_phone": "13812341234",
        **request,
    }
    city.calendar()
    order = city.order(city.request(at("2026-05-06 09:00"), **values), at("2026-05-06 09:05"))
    by = city.by(city.actor(Role.DISPATCHER), at("2026-05-06 09:30"))
    work_orders.dispatch(city.session, order, by, unit_id=unit.id)
    return order


@pytest.fixture
def water(city: Hotline) -> Unit:
    return city.unit("澜川水务集团")


@pytest.fixture
def clerk(city: Hotline, water: Unit) -> Actor:
    return city.actor(Role.UNIT_CLERK, unit=water)


def make(session: Session, actor: Actor, unit: Unit | None, name: str = "停水") -> ReplyTemplate:
    return reply_templates.create(
        session,
        unit.id if unit else None,
        name=name,
        purposes=["help"],
        text=TEXT,
        actor=actor,
        now=NOW,
    )


def test_an_outline_takes_from_the_order_and_leaves_the_rest_as_blanks(
    session: Session, city: Hotline, water: Unit, clerk: Actor
) -> None:
    order = order_of(city, water)
    values = reply_templates.values_of(session, order, clerk, NOW)
    filled = Template("停水", (), TEXT).filled(values)
    assert filled == (
        f"李先生/女士，您好。您反映的“高层没水”（{order.number}），澜川水务集团已于"
        "【请填：月日】到场。电话【请填：电话】。"
    )
    assert blanks(filled) == ("月日", "电话")
    session.add(UnitDuty(unit_id=water.id, phone="0999-8800123"))
    session.flush()
    values = reply_templates.values_of(session, order, clerk, NOW)
    assert values["电话"] == "0999-8800123"
    assert values["今天"] == "2026年5月6日"
    assert values["期限"].startswith("2026年5月")
    assert set(values) == set(PLACES)


def test_a_confidential_order_gives_an_outline_nothing_of_the_requester(
    session: Session, city: Hotline, water: Unit, clerk: Actor
) -> None:
    order = order_of(city, water, is_confidential=True)
    values = reply_templates.values_of(session, order, clerk, NOW)
    said = "".join(values.values())
    assert values["称呼"] == "市民朋友"
    for secret in ("李", "1381234", "501"):
        assert secret not in said


def test_an_anonymous_requester_is_a_citizen(
    session: Session, city: Hotline, water: Unit, clerk: Actor
) -> None:
    order = order_of(city, water, requester_name="", requester_phone="")
    assert reply_templates.values_of(session, order, clerk, NOW)["称呼"] == "市民朋友"


def test_shipped_outlines_name_only_what_an_order_has() -> None:
    assert len(shipped()) >= 6
    for one in shipped():
        assert unknown_places(one.text) == ()


def test_own_outlines_stand_before_the_centres_and_those_before_the_shipped(
    session: Session, city: Hotline, water: Unit, clerk: Actor
) -> None:
    make(session, city.actor(Role.DISPATCHER), None, "全市统一")
    make(session, clerk, water, "停水")
    other = city.unit("市教育局")
    make(session, city.actor(Role.UNIT_CLERK, unit=other), other, "学籍")
    offered = reply_templates.offered(session, order_of(city, water), Purpose.HELP)
    assert [one.name for one in offered][:3] == ["停水", "全市统一", "求助：已办结"]
    assert [one.owner for one in offered][:3] == ["本单位", "热线中心", ""]
    assert "学籍" not in [one.name for one in offered]


def test_each_change_is_a_version_and_what_was_deleted_comes_back(
    session: Session, city: Hotline, water: Unit, clerk: Actor
) -> None:
    made = make(session, clerk, water)
    reply_templates.change(
        session,
        made,
        name="停水抢修",
        purposes=[],
        text="抢修完毕，{单位}于【请填：月日】恢复供水。",
        seen_rev=1,
        actor=clerk,
        now=NOW,
    )
    reply_templates.remove(session, made, seen_rev=2, actor=clerk, now=NOW)
    order = order_of(city, water)
    assert "停水抢修" not in [
        one.name for one in reply_templates.offered(session, order, Purpose.HELP)
    ]
    reply_templates.restore(session, made, rev=1, actor=clerk, now=NOW)
    assert (made.name, made.purposes, made.text, made.rev) == ("停水", ["help"], TEXT, 4)
    assert [one.act for one in made.versions] == ["restored", "removed", "changed", "made"]
    acts = session.scalars(select(AuditRecord).where(AuditRecord.object_type == "reply_template"))
    assert [row.detail["act"] for row in acts] == ["made", "changed", "removed", "restored"]


def test_a_race_is_refused_and_writes_nothing(session: Session, water: Unit, clerk: Actor) -> None:
    made = make(session, clerk, water)
    with pytest.raises(StaleVersion):
        reply_templates.change(
            session, made, name="停水", purposes=[], text=TEXT + "再改一次。", seen_rev=0,
            actor=clerk, now=NOW,
        )  # fmt: skip
    assert (made.text, made.rev) == (TEXT, 1)


@pytest.mark.parametrize(
    ("name", "text", "field"),
    [
        ("停", TEXT, "name"),
        ("停水" * 21, TEXT, "name"),
        ("停水", "太短", "text"),
        ("停水", "字" * 4001, "text"),
        ("停水", "{姓名}您好，已经处理好了，请您放心。", "text"),
        ("已有的", TEXT, "name"),
    ],
)
def test_what_cannot_be_kept_is_said(
    session: Session, water: Unit, clerk: Actor, name: str, text: str, field: str
) -> None:
    make(session, clerk, water, "已有的")
    with pytest.raises(InvalidInput) as refused:
        reply_templates.create(
            session, water.id, name=name, purposes=[], text=text, actor=clerk, now=NOW
        )
    assert list(refused.value.fields) == [field]


def test_everybody_keeps_their_own_only(
    session: Session, city: Hotline, water: Unit, clerk: Actor
) -> None:
    own, shared = make(session, clerk, water), make(session, city.actor(Role.ADMIN), None)
    other = city.actor(Role.UNIT_REVIEWER, unit=city.unit("市教育局"))
    with pytest.raises(NotFound):
        reply_templates.get(session, own.id, other)
    assert reply_templates.get(session, shared.id, other) is shared
    with pytest.raises(PermissionDenied):
        reply_templates.remove(session, shared, seen_rev=1, actor=clerk, now=NOW)
    with pytest.raises(PermissionDenied):
        make(session, other, water, "别家的")


def test_templates_are_kept_on_both_databases(any_database: Database) -> None:
    with any_database.unit_of_work() as session:
        city = Hotline(session)
        water = city.unit("澜川水务集团")
        clerk = city.actor(Role.UNIT_CLERK, unit=water)
        made = make(session, clerk, water)
        reply_templates.remove(session, made, seen_rev=1, actor=clerk, now=NOW)
    with any_database.unit_of_work() as session:
        [row] = reply_templates.kept_for(session, clerk, removed=True)
        reply_templates.restore(session, row, rev=None, actor=clerk, now=NOW)
    with any_database.reading() as session:
        assert [row.name for row in reply_templates.kept_for(session, clerk)] == ["停水"]
