"""采纳, undo and 转工单: each settles one request once, credited to what answered it."""

from sqlalchemy import func, select

from kb.db import Database
from kb.models import (
    Adoption,
    AuditRecord,
    CitizenRequest,
    KnowledgeItem,
    SearchRecord,
    Unit,
    WorkOrder,
)
from kb.services import entries, publishing
from kb.terms import Outcome, Role
from tests.web.agent_desk.conftest import EDITOR, WAITING, Desk, Library
from tests.web.conftest import Login, ManualClock


def requests_of(database: Database) -> list[CitizenRequest]:
    with database.reading() as session:
        return list(session.scalars(select(CitizenRequest).order_by(CitizenRequest.id)))


def test_adopting_credits_entry_version_and_unit(desk: Desk, library: Library, database: Database):
    answer = desk.adopt(requester_name="李某", region="临江区")
    (request,) = requests_of(database)
    assert request.outcome == Outcome.ONLINE
    assert request.number == "LC20260507-0001" == answer["request_no"]
    assert request.title == WAITING  # without a title, the caller's own words
    assert request.category == "社会保障/居民医保"  # taken from the entry
    with database.reading() as session:
        (adoption,) = session.scalars(select(Adoption)).all()
        assert (adoption.item_id, adoption.version.number) == (library.insurance, 1)
        assert session.get_one(Unit, adoption.unit_id).name == "市医疗保障局"
        assert adoption.query == WAITING
        assert [row.led_to for row in session.scalars(select(SearchRecord))] == ["adopted"]
    assert answer["own"] == {"online": 1, "total": 1}
    assert "已采纳" in answer["fragments"]["log"]


def test_without_a_call_one_begins_silently(desk: Desk, database: Database):
    answer = desk.adopt()
    (request,) = requests_of(database)
    assert answer["call"]["id"] == request.call_id
    assert 'data-call="' in answer["fragments"]["call_bar"]


def test_a_double_submit_registers_once_and_answers_the_same(desk: Desk, database: Database):
    form = desk.adoption_form(WAITING)
    first = desk.post("/desk/adopt", **form)
    second = desk.post("/desk/adopt", **form)
    assert first.status_code == second.status_code == 200
    assert first.get_json()["request_no"] == second.get_json()["request_no"]
    assert len(requests_of(database)) == 1


def test_a_used_form_with_other_content_is_refused_and_names_the_first(
    desk: Desk, database: Database
):
    form = desk.adoption_form(WAITING)
    desk.post("/desk/adopt", **form)
    again = desk.post("/desk/adopt", **form | {"content": "后来补写的内容"})
    assert again.status_code == 409
    assert "LC20260507-0001" in again.get_json()["error"]["message"]
    assert len(requests_of(database)) == 1


def test_undo_opens_the_request_and_adopting_again_settles_the_same_one(
    desk: Desk, database: Database
):
    answer = desk.adopt()
    undone = desk.post(answer["undo_url"])
    assert undone.status_code == 200
    assert undone.get_json()["own"] == {"online": 0, "total": 1}
    assert [row.outcome for row in requests_of(database)] == [Outcome.OPEN]
    assert f'value="{WAITING}"' in desk.page()  # the question is back in the box
    desk.adopt(title="改过的标题")
    (request,) = requests_of(database)
    assert (request.outcome, request.title) == (Outcome.ONLINE, "改过的标题")


def _order_form(desk: Desk, **more: str) -> dict[str, str]:
    form = {
        "title": WAITING,
        "query": WAITING,
        "purpose": "help",
        "channel": "电话",
        "line": "综合",
    }
    shown = {name: desk.hidden(name) for name in ("token", "call_id")}
    return form | shown | {"continues": desk.continues()} | more


def test_a_repeat_noted_with_an_undone_adoption_is_none_when_the_agent_says_so_later(
    desk: Desk, library: Library, database: Database
) -> None:
    desk.post("/desk/calls", caller="13812345678")
    assert desk.post("/desk/work-orders", **_order_form(desk)).status_code == 200
    (earlier,) = requests_of(database)
    desk.post(f"/desk/calls/{earlier.call_id}/end")
    desk.post("/desk/calls", caller="13812345678")
    answer = desk.adopt(repeat=f"link:{earlier.number}")
    with database.reading() as session:
        noted = session.scalars(select(CitizenRequest).order_by(CitizenRequest.id.desc())).first()
        assert noted is not None and noted.repeats is not None
        assert noted.repeats.number == earlier.number
    desk.post(answer["undo_url"])
    assert desk.post("/desk/work-orders", **_order_form(desk, repeat="")).status_code == 200
    with database.reading() as session:
        _, request = session.scalars(select(CitizenRequest).order_by(CitizenRequest.id))
        assert (request.number, request.outcome) == (answer["request_no"], Outcome.HANDED_OVER)
        assert request.repeats is None
        parted = select(AuditRecord).where(AuditRecord.action == "request.part_repeat")
        (record,) = session.scalars(parted)
        assert (record.object_id, record.detail) == (request.number, {"of": earlier.number})


def test_what_an_undo_left_open_is_no_earlier_request_of_its_own_call(desk: Desk) -> None:
    desk.post("/desk/calls", caller="13812345678")
    answer = desk.adopt(category="社会保障/居民医保")
    desk.post(answer["undo_url"])
    form = {"title": WAITING, "category": "社会保障/居民医保", "call_id": desk.hidden("call_id")}
    said = desk.post("/desk/beside", **form).get_json()
    assert said["repeats"] == 0
    assert answer["request_no"] not in said["parts"]["repeats"]


def test_what_an_undo_left_open_keeps_its_phone_and_shows_it_to_nobody(
    desk: Desk, database: Database
) -> None:
    desk.post("/desk/calls", caller="13812345678")
    answer = desk.adopt(title="等待期多久")
    desk.post(answer["undo_url"])
    page = desk.page()
    assert answer["request_no"] in page
    assert "13812345678" not in page
    assert "登记的号码不变" in page
    desk.adopt(title="等待期多久")
    with database.reading() as session:
        [request] = session.scalars(select(CitizenRequest))
    assert (request.outcome, request.requester_phone) == ("online", "13812345678")


def test_what_an_undo_left_open_goes_on_from_the_list_of_today(
    desk: Desk, database: Database, login_as: Login
) -> None:
    desk.post("/desk/calls", caller="13812345678")
    answer = desk.adopt(title="等待期多久", content="问了两次", requester_phone="13812345678")
    desk.post(answer["undo_url"])
    number = answer["request_no"]
    desk.post(f"/desk/calls/{answer['call_id']}/end")
    assert "继续办理" in desk.client.get("/desk/today").text
    path = f"/desk/requests/{number}/resume"
    other = Desk(login_as(Role.AGENT, name="other"))
    assert other.post(path).status_code == 404
    assert desk.post(path, as_script=False).status_code == 303
    assert "问了两次" in desk.page()
    again = desk.adopt(title="等待期多久", content="问了两次", requester_phone="13911112222")
    assert again["request_no"] == number
    with database.reading() as session:
        [request] = session.scalars(select(CitizenRequest))
    assert (request.outcome, request.requester_phone) == ("online", "13911112222")
    assert desk.post(path).status_code == 409


def test_resuming_lets_what_is_being_typed_wait(desk: Desk, library: Library) -> None:
    answer = desk.adopt()
    desk.post(answer["undo_url"])
    desk.post(f"/desk/calls/{answer['call_id']}/end")
    desk.post("/desk/calls", query="正在问别的")
    assert desk.post(f"/desk/requests/{answer['request_no']}/resume").status_code == 200
    page = desk.page()
    assert f'value="{WAITING}"' in page
    assert "正在问别的" in page.split("data-take-back")[1]


def test_undo_is_refused_twice_late_and_to_others(
    desk: Desk, database: Database, clock: ManualClock, login_as: Login
):
    url = desk.adopt()["undo_url"]

    other = Desk(login_as(Role.AGENT, name="zuoxi2"))
    assert other.post(url).status_code == 404
    clock.forward(minutes=11)
    late = desk.post(url)
    assert late.status_code == 409
    assert "10 分钟" in late.get_json()["error"]["message"]


def test_raising_an_order_prefills_from_the_words_and_keeps_the_lost_answer(
    desk: Desk, library: Library, database: Database
):
    top = desk.search(WAITING)["cards"][0]
    form = {
        "token": desk.hidden("token"),
        "call_id": desk.hidden("call_id"),
        "query": WAITING,
        "content": "窗口说不能补",
        "purpose": "help",
        "seen_item_id": top["item_id"],
    }
    answer = desk.post("/desk/work-orders", **form)
    assert answer.status_code == 200, answer.text
    body = answer.get_json()
    assert body["order_no"] == "LCGD20260507-0001"
    with database.reading() as session:
        (order,) = session.scalars(select(WorkOrder)).all()
        assert order.lost_item_id == library.insurance
        assert order.state == "accepted"
        assert order.request.title == WAITING
        assert order.request.purpose == "help"
        assert order.request.outcome == Outcome.HANDED_OVER
    assert desk.post("/desk/work-orders", **form).get_json()["order_no"] == body["order_no"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(WorkOrder)) == 1


def test_the_same_press_cannot_adopt_and_raise(desk: Desk, database: Database):
    form = desk.adoption_form(WAITING)
    desk.post("/desk/adopt", **form)
    assert desk.post("/desk/work-orders", **form).status_code == 409
    assert [row.outcome for row in requests_of(database)] == [Outcome.ONLINE]


def test_an_expired_entry_cannot_be_adopted(desk: Desk, library: Library, database: Database):
    form = desk.adoption_form(WAITING) | {"item_id": library.expired}
    answer = desk.post("/desk/adopt", **form)
    assert answer.status_code == 409
    assert "不在有效期内" in answer.get_json()["error"]["message"]
    assert requests_of(database) == []


def test_a_card_that_has_a_newer_version_must_be_seen_first(
    desk: Desk, library: Library, database: Database, clock: ManualClock
):
    form = desk.adoption_form(WAITING)
    with database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, library.insurance)
        content = publishing.content_of(item.versions[0])
        version = entries.create_version(session, item, content=content, actor=EDITOR, now=clock())
        publishing.publish(session, version, actor=EDITOR, now=clock())
    answer = desk.post("/desk/adopt", **form)
    assert answer.status_code == 409
    assert "第 2 版" in answer.get_json()["error"]["message"]
    assert requests_of(database) == []


def test_faults_are_named_by_field_and_nothing_is_saved(desk: Desk, database: Database):
    form = desk.adoption_form(
        WAITING, title="长" * 201, region="火星区", requester_phone="139 0000-111"
    )
    answer = desk.post("/desk/adopt", **form)
    assert answer.status_code == 422
    named = {field["name"] for field in answer.get_json()["error"]["fields"]}
    assert named == {"title", "region", "requester_phone"}
    assert "手机号是 11 位，现在写的是 10 位" in answer.text
    assert requests_of(database) == []


def test_without_a_script_faults_bring_the_page_back_with_what_was_typed(
    desk: Desk, database: Database
):
    form = desk.adoption_form(WAITING, title="长" * 201, content="辛苦写下的内容")
    answer = desk.post("/desk/adopt", as_script=False, **form)
    assert answer.status_code == 422
    assert "辛苦写下的内容</textarea>" in answer.text
    assert "标题最多 200 字，现有 201 字" in answer.text


def test_without_a_script_adopting_says_so_on_the_next_page(desk: Desk, database: Database):
    answer = desk.post("/desk/adopt", as_script=False, **desk.adoption_form(WAITING))
    assert answer.status_code == 303
    assert "已采纳，诉求 LC20260507-0001 记为在线办结" in desk.page()


def test_hostile_form_values_are_refused_with_a_sentence(desk: Desk, database: Database):
    good = desk.adoption_form(WAITING)
    for wrong in (
        {"item_id": "一"},
        {"item_id": "9" * 30},
        {"token": ""},
        {"purpose": "ruin"},
        {"requester_phone": "打我电话"},
        {"query": "", "title": "", "item_id": ""},
    ):
        answer = desk.post("/desk/adopt", **good | wrong)
        assert answer.status_code == 422, wrong
        assert answer.get_json()["error"]["message"]
    assert requests_of(database) == []
    strange = good | {"content": "\x00\x07[" * 2000, "place": "\ud800路" * 3}
    strange = {
        k: v.encode("utf-8", "replace") if isinstance(v, str) else v for k, v in strange.items()
    }
    assert desk.post("/desk/adopt", **strange).status_code == 200


def test_own_numbers_and_the_list_behind_them(desk: Desk):
    desk.adopt()
    page = desk.client.get("/desk/today").text
    assert "本人今天受理 1 件，在线办结 1 件" in page
    assert "断保补缴后的待遇等待期" in page
