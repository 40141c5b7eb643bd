"""Units and like requests as the pages ask for them, on a database."""

from datetime import timedelta
from itertools import count

from sqlalchemy import event, insert
from sqlalchemy.orm import Session

from kb.models import CatalogueAssisting, CatalogueEntry, CitizenRequest, Unit
from kb.profile import Profile
from kb.services.similar_requests import HIDDEN_TITLE, Form, similar_requests
from kb.services.suggesting import suggest_units
from kb.suggesting.units import ASSISTING, LEAD
from kb.terms import Outcome
from tests.kb.conftest import NOW
from tests.kb.hotline import Hotline
from tests.kb.suggesting.telling import CATEGORIES, HEAT, NOISE

PROFILE = Profile(city="云汀市", categories=CATEGORIES, regions=("汀南区", "汀北区"))


def entry(session: Session, lead: Unit, *assisting: Unit, **more: object) -> CatalogueEntry:
    row = CatalogueEntry(
        lead_unit_id=lead.id,
        valid_from=(NOW - timedelta(days=10)).date(),
        assisting=[CatalogueAssisting(unit_id=unit.id) for unit in assisting],
        **more,
    )
    session.add(row)
    session.flush()
    return row


def test_units_come_from_the_catalogue_with_role_basis_and_reason(session: Session) -> None:
    hotline = Hotline(session)
    city, police = hotline.unit("市城市管理局"), hotline.unit("市公安局")
    row = entry(
        session,
        city,
        police,
        matter="夜间施工噪音",
        words=["夜间施工"],
        category=NOISE,
        basis="市城市管理局三定规定第四条",
    )
    found = suggest_units(session, "工地夜间施工太吵", "汀南区", NOISE, NOW, profile=PROFILE)
    assert [(one.name, one.role) for one in found] == [
        ("市城市管理局", LEAD),
        ("市公安局", ASSISTING),
    ]
    assert (found[0].entry_id, found[0].basis) == (row.id, "市城市管理局三定规定第四条")
    assert "夜间施工" in found[0].reasons[0]


def test_a_row_that_has_ended_or_not_begun_suggests_nobody(session: Session) -> None:
    unit = Hotline(session).unit("市城市管理局")
    row = entry(session, unit, matter="夜间施工噪音", words=["夜间施工"], category=NOISE)
    row.valid_until = (NOW - timedelta(days=1)).date()
    session.flush()
    assert suggest_units(session, "夜间施工", "", NOISE, NOW, profile=PROFILE) == []
    row.valid_from, row.valid_until = (NOW + timedelta(days=1)).date(), None
    session.flush()
    assert suggest_units(session, "夜间施工", "", NOISE, NOW, profile=PROFILE) == []


def test_a_unit_that_is_closed_is_not_suggested(session: Session) -> None:
    unit = Hotline(session).unit("市城市管理局")
    entry(session, unit, matter="夜间施工噪音", words=["夜间施工"], category=NOISE)
    unit.is_active = False
    session.flush()
    assert suggest_units(session, "夜间施工", "", NOISE, NOW, profile=PROFILE) == []


def test_suggesting_units_takes_at_most_ten_queries(session: Session) -> None:
    hotline = Hotline(session)
    for at in range(30):
        unit = hotline.unit(f"第{at}街道办事处")
        entry(session, unit, unit, matter=f"事项{at}", words=["施工"], category=NOISE)
    request = hotline.request(NOW, category=NOISE, title="夜间施工", content="夜间施工吵人")
    session.flush()
    said = count()
    connection = session.connection()
    event.listen(connection, "before_cursor_execute", lambda *_: next(said))
    suggest_units(session, request, "汀南区", NOISE, NOW, profile=PROFILE)
    assert next(said) <= 10


def asked(session: Session, title: str, days_ago: int = 1, **more: object) -> CitizenRequest:
    hotline = Hotline(session, NUMBERS)
    at = NOW - timedelta(days=days_ago)
    request = hotline.request(at, title=title, outcome=Outcome.HANDED_OVER, **more)
    session.flush()
    return request


NUMBERS = count(1000)
COLD = "清和里小区三栋暖气冰凉，室温只有十四度"


def test_the_same_caller_about_the_same_matter_is_a_repeat_appeal(session: Session) -> None:
    earlier = asked(session, "暖气不热", content=COLD, phone_hash="a" * 64, category=HEAT)
    form = Form("暖气还是不热", "三栋暖气还是冰凉", phone_hash="a" * 64, category=HEAT)
    (found,) = similar_requests(session, form, NOW)
    assert (found.request_id, found.is_repeat) == (earlier.id, True)
    assert found.reasons[:2] == ("同一来电号码", f"同一事项：{HEAT}")


def test_a_busy_matter_does_not_push_out_what_the_same_caller_said(session: Session) -> None:
    """201 newer requests about the same matter in the district, one more than are compared."""
    same = {"content": COLD, "category": HEAT, "region": "汀南区"}
    earlier = asked(session, "暖气不热", 3, phone_hash="a" * 64, **same)
    busy = {"received_at": NOW - timedelta(hours=1), "title": "暖气不热", "outcome": "open", **same}
    rows = [{"number": f"B-{n}", "purpose": "help", **busy} for n in range(201)]
    session.execute(insert(CitizenRequest), rows)
    form = Form("暖气不热", COLD, phone_hash="a" * 64, category=HEAT, region="汀南区")
    assert similar_requests(session, form, NOW)[0].request_id == earlier.id


def test_others_about_the_same_place_are_found_but_are_no_repeat(session: Session) -> None:
    earlier = asked(session, "暖气不热", content=COLD, place="清和里小区", phone_hash="a" * 64)
    form = Form("暖气不热", COLD, place="清和里小区", phone_hash="b" * 64)
    (found,) = similar_requests(session, form, NOW)
    assert (found.request_id, found.is_repeat) == (earlier.id, False)
    assert "同一地点：清和里小区" in found.reasons


def test_a_place_written_with_gaps_is_the_same_place(session: Session) -> None:
    earlier = asked(session, "电梯坏了", place="梧桐苑 7 幢", category=NOISE)
    form = Form("老人下不了楼", place="梧桐苑7幢", category=NOISE)
    found = similar_requests(session, form, NOW)
    assert [one.request_id for one in found] == [earlier.id]
    assert "同一地点：梧桐苑 7 幢" in found[0].reasons


def test_the_same_caller_about_something_else_is_left_alone(session: Session) -> None:
    asked(session, "暖气不热", content=COLD, phone_hash="a" * 64, category=HEAT)
    form = Form("夜间施工", "工地半夜施工噪音", phone_hash="a" * 64, category=NOISE)
    assert similar_requests(session, form, NOW) == []


def test_only_the_last_days_count(session: Session) -> None:
    asked(session, "暖气不热", 31, content=COLD, phone_hash="a" * 64, category=HEAT)
    form = Form("暖气不热", COLD, phone_hash="a" * 64, category=HEAT)
    assert similar_requests(session, form, NOW) == []
    assert len(similar_requests(session, form, NOW, days=40)) == 1


def test_a_confidential_request_shows_no_title_and_no_reason_holds_a_phone(
    session: Session,
) -> None:
    asked(
        session,
        "暖气不热 钱小满",
        content=COLD,
        place="清和里 13912345678",
        requester_name="钱小满",
        is_confidential=True,
    )
    form = Form("暖气不热", COLD, place="清和里 13912345678")
    (found,) = similar_requests(session, form, NOW)
    assert found.title == HIDDEN_TITLE
    assert "13912345678" not in "".join(found.reasons)
