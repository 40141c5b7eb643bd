"""更正登记: what was filed wrongly is put right, with a reason, a history, and a lesson."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.errors import InvalidInput, PermissionDenied, StaleVersion
from kb.models import CategoryLesson, CitizenRequest, WorkOrder
from kb.profile import profile_from
from kb.services import work_orders
from kb.services.category_models import lessons  # noqa: F401 - its listener notes what settles
from kb.services.correcting_requests import correct, told
from kb.services.orders.giving import By
from kb.services.work_orders import state_of
from kb.terms import Outcome, Purpose, Role
from kb.work_orders.events import EventKind
from tests.kb.conftest import NOW
from tests.kb.hotline import Hotline

PROFILE = profile_from(
    {
        "purposes": ["咨询", "投诉", {"name": "求决", "counts_as": "投诉"}],
        "categories": [{"name": "城市管理", "children": ["路灯", "噪音"]}],
        "regions": [{"name": "汀南区", "children": ["柳荫街道"]}, "汀北区"],
    }
)


@pytest.fixture
def hotline(session: Session) -> Hotline:
    hotline = Hotline(session)
    hotline.calendar()
    return hotline


@pytest.fixture
def request_(hotline: Hotline) -> CitizenRequest:
    return hotline.request(NOW, category="城市管理/路灯", region="汀北区", title="楼下太吵")


@pytest.fixture
def order(hotline: Hotline, request_: CitizenRequest) -> WorkOrder:
    return hotline.order(request_, NOW)


@pytest.fixture
def by(hotline: Hotline) -> By:
    return By(hotline.actor(Role.DISPATCHER, name="派单员甲"), NOW, PROFILE)


def test_a_correction_is_kept_shown_and_told_to_the_order(
    session: Session, request_: CitizenRequest, order: WorkOrder, by: By
) -> None:
    made = correct(
        session,
        request_,
        {"category": "噪音", "region": "lyjd", "purpose": "求决"},
        reason="来电人说的是噪音",
        seen=0,
        by=by,
    )
    assert made.changes == {
        "purpose": ["consultation", "求决"],
        "category": ["城市管理/路灯", "城市管理/噪音"],
        "region": ["汀北区", "汀南区/柳荫街道"],
    }
    assert told(made, by) == (
        "诉求目的由“咨询”改为“求决”，类别由“城市管理/路灯”改为“城市管理/噪音”，"
        "区域由“汀北区”改为“汀南区/柳荫街道”"
    )
    assert (request_.category, order.category) == ("城市管理/噪音", "城市管理/噪音")
    last = order.events[-1]
    assert last.kind == EventKind.NOTED.value
    assert last.data["text"].endswith("。来电人说的是噪音")


def test_clocks_that_were_promised_stay(
    session: Session, hotline: Hotline, request_: CitizenRequest, order: WorkOrder, by: By
) -> None:
    from kb.services.work_orders import dispatch

    dispatch(session, order, by, unit_id=hotline.unit("市城市管理局").id)
    due = order.due_at
    correct(session, request_, {"purpose": "complaint"}, reason="是投诉", seen=0, by=by)
    assert order.due_at == due
    assert state_of(order).due_at == due


def test_the_suggestions_learn_the_new_category(session: Session, hotline: Hotline, by: By) -> None:
    request = hotline.request(NOW, outcome=Outcome.ONLINE, category="城市管理/路灯")
    correct(session, request, {"category": "城市管理/噪音"}, reason="填错", seen=0, by=by)
    lesson = session.scalars(
        select(CategoryLesson).where(CategoryLesson.request_id == request.id)
    ).one()
    assert (lesson.category, lesson.learned_in) == ("城市管理/噪音", None)


def test_a_category_from_before_may_stay_while_the_region_is_put_right(
    session: Session, hotline: Hotline, by: By
) -> None:
    request = hotline.request(NOW, category="已撤销/旧类", title="")
    made = correct(
        session,
        request,
        {"category": "已撤销/旧类", "region": "汀北区"},
        reason="补",
        seen=0,
        by=by,
    )
    assert made.changes == {"region": ["", "汀北区"]}


@pytest.mark.parametrize(
    ("wanted", "reason", "field"),
    [
        ({"category": "火星"}, "理由", "category"),
        ({"purpose": "praise"}, "理由", "purpose"),
        ({"category": "城市管理/噪音"}, " ", "reason"),
        ({"category": "城市管理/噪音"}, "长" * 301, "reason"),
        ({"category": "城市管理/路灯"}, "理由", ""),
    ],
)
def test_what_cannot_be_corrected_changes_nothing(
    session: Session,
    request_: CitizenRequest,
    by: By,
    wanted: dict[str, str],
    reason: str,
    field: str,
) -> None:
    with pytest.raises(InvalidInput) as refused:
        correct(session, request_, wanted, reason=reason, seen=0, by=by)
    assert set(refused.value.fields) == ({field} if field else set())
    assert request_.category == "城市管理/路灯"
    assert request_.corrections == []


def test_two_dispatchers_at_once(session: Session, request_: CitizenRequest, by: By) -> None:
    correct(session, request_, {"category": "噪音"}, reason="先改", seen=0, by=by)
    with pytest.raises(StaleVersion, match="改为“城市管理/噪音”"):
        correct(session, request_, {"region": "汀南区"}, reason="后改", seen=0, by=by)
    assert request_.region == "汀北区"


def test_only_a_dispatcher_corrects(
    session: Session, hotline: Hotline, request_: CitizenRequest
) -> None:
    by = By(hotline.actor(Role.AGENT), NOW, PROFILE)
    with pytest.raises(PermissionDenied):
        correct(session, request_, {"category": "噪音"}, reason="理由", seen=0, by=by)


def resolved(session: Session, hotline: Hotline, order: WorkOrder) -> By:
    """The order called back and waiting to be archived; who may."""
    water = hotline.unit("澜川水务集团")
    hotline.dispatched(order, water, NOW)
    hotline.resolved(order, water, NOW)
    caller = By(hotline.actor(Role.FOLLOW_UP_AGENT, name="回访员甲"), NOW, PROFILE)
    work_orders.follow_up(session, order, caller, satisfaction="satisfied")
    return caller


def test_what_nobody_filed_is_filed_before_it_is_archived(
    session: Session, hotline: Hotline
) -> None:
    asked = hotline.request(NOW, title="楼下太吵", purpose=Purpose.COMPLAINT)
    order = hotline.order(asked, NOW)
    caller = resolved(session, hotline, order)
    with pytest.raises(InvalidInput) as refused:
        work_orders.archive(session, order, caller)
    assert refused.value.fields == {"category": "这件诉求还没有归类，请选定类别再归档"}
    with pytest.raises(InvalidInput) as refused:
        work_orders.archive(session, order, caller, category="噪声")
    assert set(refused.value.fields) == {"category"}
    seen = By(caller.actor, caller.now, caller.profile, order.event_count)
    work_orders.archive(session, order, seen, category="噪音")
    assert order.state == "archived"
    assert (asked.category, order.category) == ("城市管理/噪音", "城市管理/噪音")
    (kept,) = asked.corrections
    assert (kept.changes, kept.reason) == ({"category": ["", "城市管理/噪音"]}, "归档时归类")
    assert [row.kind for row in order.events[-2:]] == ["noted", "archived"]
    session.flush()
    learned = session.scalars(select(CategoryLesson.category)).all()
    assert learned == ["城市管理/噪音"]


def test_what_is_filed_is_archived_as_it_is(
    session: Session, hotline: Hotline, request_: CitizenRequest
) -> None:
    request_.purpose = "complaint"
    order = hotline.order(request_, NOW)
    caller = resolved(session, hotline, order)
    with pytest.raises(InvalidInput, match="已经归为“城市管理/路灯”"):
        work_orders.archive(session, order, caller, category="噪音")
    work_orders.archive(session, order, caller)
    assert (order.state, request_.category, request_.corrections) == (
        "archived",
        "城市管理/路灯",
        [],
    )


def test_only_who_archives_is_asked_to_file(session: Session, hotline: Hotline) -> None:
    order = hotline.order(hotline.request(NOW, purpose=Purpose.COMPLAINT), NOW)
    resolved(session, hotline, order)
    with pytest.raises(PermissionDenied):
        work_orders.archive(session, order, By(hotline.actor(Role.AGENT), NOW, PROFILE))


def test_an_old_page_files_nothing(session: Session, hotline: Hotline) -> None:
    asked = hotline.request(NOW, title="楼下太吵", purpose=Purpose.COMPLAINT)
    order = hotline.order(asked, NOW)
    caller = resolved(session, hotline, order)
    old = By(caller.actor, caller.now, caller.profile, order.event_count - 1)
    with pytest.raises(StaleVersion):
        work_orders.archive(session, order, old, category="噪音")
    assert (asked.category, asked.corrections) == ("", [])
