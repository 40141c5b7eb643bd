"""诉求: registered, answered at once or handed over; who may see whose number."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import IllegalTransition, InvalidInput, NotFound, PermissionDenied
from kb.models import AuditRecord, SearchRecord
from kb.profile import Profile
from kb.services import contact_details, requests, undoing
from kb.services.registration import Registration, check
from kb.terms import ItemState, Outcome, Purpose, Role
from tests.kb.hotline import PROFILE, Hotline, at

NOW = at("2026-05-07 10:24")
KEY = b"a key for tests, never a real one"


@pytest.fixture
def agent(city: Hotline) -> Actor:
    return city.actor(Role.AGENT)


def register(session: Session, agent: Actor, **fields: object):
    registration = Registration(**({"title": "水表怎么过户"} | fields))
    return requests.register(
        session, registration, profile=PROFILE, phone_key=KEY, actor=agent, now=NOW
    )


def test_numbers_run_on_within_a_day_and_start_anew(session: Session, agent: Actor) -> None:
    first, second = register(session, agent), register(session, agent)
    assert (first.number, second.number) == ("LC20260507-0001", "LC20260507-0002")
    assert first.outcome == Outcome.OPEN


def test_a_region_nobody_chose_is_read_from_the_place() -> None:
    profile = Profile(city="澜川市", regions=("望山区", "望山区/石桥街道", "望水区"))
    told = Registration("路灯不亮", place="澜川市望山区石桥街道 3 号楼下")
    assert check(told, profile).region == "望山区/石桥街道"
    assert check(replace(told, region="望水区"), profile).region == "望水区"
    assert check(replace(told, place="3 号楼下"), profile).region == ""
    assert check(replace(told, region="不详"), profile).region == ""


def test_a_faulty_registration_names_every_fault() -> None:
    profile = Profile(regions=("望山区",), categories=("公用事业/供水", "教育/义务教育"))
    bad = Registration(
        "  ", content="字" * 5001, channel="飞鸽", category="别的/什么", purpose=Purpose.HELP
    )
    with pytest.raises(InvalidInput) as caught:
        check(bad, profile)
    assert set(caught.value.fields) == {"title", "content", "channel", "category"}
    assert "现有 5001 字" in caught.value.fields["content"]


def test_numbers_typed_into_a_title_are_masked_and_the_phone_is_found_by_hash(
    session: Session, agent: Actor
) -> None:
    request = register(
        session, agent, title="回电 13812341234 咨询过户", requester_phone="138-1234-1234"
    )
    assert request.title == "回电 138****1234 咨询过户"
    assert request.requester_phone == "13812341234"
    assert "1381234" not in request.phone_hash
    since = NOW - timedelta(days=30)
    found = requests.caller_history(session, "13812341234", KEY, since=since)
    assert [row.number for row in found] == [request.number]
    assert requests.caller_history(session, "13812341234", b"another key", since=since) == []


def test_adopting_settles_the_request_and_credits_entry_version_and_unit(
    session: Session, city: Hotline, agent: Actor
) -> None:
    unit = city.unit("澜川水务集团")
    item = city.item(unit, "水表过户", category="公用事业/供水")
    request = register(session, agent)
    adoption = requests.resolve_online(
        session,
        request,
        item_id=item.id,
        passage_ordinal=0,
        query="水表过户 13812341234",
        actor=agent,
        now=NOW,
    )
    session.flush()
    assert (request.outcome, request.resolved_at) == ("online", NOW)
    assert request.category == "公用事业/供水"
    assert (adoption.item_id, adoption.version_id) == (item.id, item.current_version_id)
    assert adoption.unit_id == unit.id
    assert adoption.query == "水表过户 138****1234"
    record = session.scalars(select(SearchRecord).order_by(SearchRecord.id.desc())).first()
    assert record is not None
    assert (record.answered, record.led_to) == (True, "adopted")


def test_a_settled_request_is_not_settled_again(
    session: Session, city: Hotline, agent: Actor
) -> None:
    item = city.item(city.unit("澜川水务集团"), "水表过户")
    request = register(session, agent)
    answer = {"item_id": item.id, "passage_ordinal": 0, "query": "", "actor": agent, "now": NOW}
    requests.resolve_online(session, request, **answer)
    with pytest.raises(IllegalTransition, match="在线办结"):
        requests.resolve_online(session, request, **answer)
    with pytest.raises(IllegalTransition, match="在线办结"):
        requests.hand_over(
            session,
            request,
            profile=PROFILE,
            query="",
            seen_item_id=None,
            actor=agent,
            now=NOW,
        )


def test_an_entry_that_no_longer_holds_cannot_be_adopted(
    session: Session, city: Hotline, agent: Actor
) -> None:
    item = city.item(city.unit("澜川水务集团"), "水表过户")
    item.state = ItemState.WITHDRAWN.value
    session.flush()
    request = register(session, agent)
    with pytest.raises(IllegalTransition, match="不在有效期内"):
        requests.resolve_online(
            session, request, item_id=item.id, passage_ordinal=0, query="", actor=agent, now=NOW
        )
    assert request.outcome == "open"


def test_an_adoption_is_undone_by_its_agent_within_ten_minutes(
    session: Session, city: Hotline, agent: Actor
) -> None:
    item = city.item(city.unit("澜川水务集团"), "水表过户")

    def adopt():
        request = register(session, agent)
        return requests.resolve_online(
            session, request, item_id=item.id, passage_ordinal=0, query="", actor=agent, now=NOW
        )

    first = adopt()
    session.flush()
    with pytest.raises(PermissionDenied):
        undoing.undo_adoption(session, first, actor=city.actor(Role.AGENT), now=NOW)
    request = undoing.undo_adoption(session, first, actor=agent, now=NOW + timedelta(minutes=10))
    assert (request.outcome, request.resolved_at) == ("open", None)
    assert first.undone_at == NOW + timedelta(minutes=10)
    acts = session.scalars(select(AuditRecord.action).order_by(AuditRecord.id)).all()
    assert acts == ["request.resolve_online", "request.undo_adoption"]
    with pytest.raises(IllegalTransition, match="已经撤销"):
        undoing.undo_adoption(session, first, actor=agent, now=NOW)
    second = adopt()
    session.flush()
    with pytest.raises(IllegalTransition, match="超过 10 分钟"):
        undoing.undo_adoption(
            session, second, actor=agent, now=NOW + timedelta(minutes=10, seconds=1)
        )


def test_handing_over_raises_an_order_and_keeps_the_answer_that_was_there(
    session: Session, city: Hotline, agent: Actor
) -> None:
    item = city.item(city.unit("澜川水务集团"), "水表过户")
    request = register(session, agent)
    order = requests.hand_over(
        session,
        request,
        profile=PROFILE,
        query="水表过户",
        seen_item_id=item.id,
        actor=agent,
        now=NOW,
    )
    assert request.outcome == "handed_over"
    assert (order.state, order.unit_id, order.lost_item_id) == ("accepted", None, item.id)
    assert order.number == "LCGD20260507-0001"
    assert [event.kind for event in order.events] == ["accepted"]


def test_a_request_is_read_by_the_centre_and_admins_only(
    session: Session, city: Hotline, agent: Actor
) -> None:
    request = register(session, agent)
    assert requests.get_request(session, request.number, agent) is request
    assert requests.get_request(session, request.number, city.actor(Role.ADMIN)) is request
    clerk = city.actor(Role.UNIT_CLERK, unit=city.unit("市教育局"))
    for number, actor in ((request.number, clerk), ("LC20260507-9999", agent)):
        with pytest.raises(NotFound):
            requests.get_request(session, number, actor)


@pytest.fixture
def caller(session: Session, agent: Actor):
    return register(
        session,
        agent,
        requester_name="李小明",
        requester_phone="13812341234",
        content="李小明反映高层没水，回电 13812341234",
    )


def test_contact_details_are_masked_and_shown_on_a_reason_that_is_kept(
    session: Session, city: Hotline, caller
) -> None:
    dispatcher = city.actor(Role.DISPATCHER)
    assert contact_details.masked(caller, dispatcher).phone == "138****1234"
    assert "李小明" not in contact_details.masked(caller, dispatcher).name
    shown = contact_details.reveal(
        session, caller, order=None, reason="回电 13812341234 核实", actor=dispatcher, now=NOW
    )
    assert (shown.name, shown.phone) == ("李小明", "13812341234")
    row = session.scalars(
        select(AuditRecord).where(AuditRecord.action == "request.reveal_contact")
    ).one()
    assert (row.actor_id, row.object_id) == (dispatcher.user_id, caller.number)
    assert row.detail == {"reason": "回电 138****1234 核实", "order": ""}


@pytest.mark.parametrize("reason", ["", "   ", "看一下", "字" * 201])
def test_without_a_proper_reason_nothing_is_shown(
    session: Session, city: Hotline, caller, reason: str
) -> None:
    with pytest.raises(InvalidInput, match="查看原因"):
        contact_details.reveal(
            session,
            caller,
            order=None,
            reason=reason,
            actor=city.actor(Role.DISPATCHER),
            now=NOW,
        )


def test_a_unit_may_call_its_own_requester_but_learns_nothing_of_a_confidential_one(
    session: Session, city: Hotline, caller
) -> None:
    water, works = city.unit("澜川水务集团"), city.unit("市住房和城乡建设局")
    order = city.dispatched(city.order(caller, NOW), water, NOW)
    clerk = city.actor(Role.UNIT_CLERK, unit=water)
    stranger = city.actor(Role.UNIT_CLERK, unit=works)
    assert contact_details.may_reveal(caller, order, clerk)
    assert not contact_details.may_reveal(caller, order, stranger)
    assert not contact_details.may_reveal(caller, None, clerk)
    caller.is_confidential = True
    assert contact_details.masked(caller, clerk).is_withheld
    assert contact_details.masked(caller, clerk).phone == ""
    assert "李小明" not in contact_details.shown_content(caller, clerk)
    assert "13812341234" not in contact_details.shown_content(caller, clerk)
    with pytest.raises(PermissionDenied):
        contact_details.reveal(
            session, caller, order=order, reason="上门前联系", actor=clerk, now=NOW
        )
    assert contact_details.may_reveal(caller, order, city.actor(Role.DISPATCHER))


def test_a_unit_no_longer_uncovers_the_number_of_an_order_it_has_settled(
    session: Session, city: Hotline, caller
) -> None:
    water = city.unit("澜川水务集团")
    order = city.dispatched(city.order(caller, NOW), water, NOW)
    clerk = city.actor(Role.UNIT_CLERK, unit=water)
    assert contact_details.may_reveal(caller, order, clerk)
    city.resolved(order, water, NOW)
    assert not contact_details.may_reveal(caller, order, clerk)
    with pytest.raises(PermissionDenied, match="不由您办理"):
        contact_details.reveal(
            session, caller, order=order, reason="回电核实情况", actor=clerk, now=NOW
        )
    assert contact_details.may_reveal(caller, order, city.actor(Role.DISPATCHER))
