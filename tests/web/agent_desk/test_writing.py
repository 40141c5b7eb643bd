"""Writing a request down: names by typing, repeats shown and decided, nothing lost on a fault."""

import re
from datetime import timedelta
from itertools import count

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kb.calendar import seed_calendar
from kb.db import Database
from kb.models import AuditRecord, CitizenRequest, Unit, WorkOrder
from kb.profile import profile_from
from kb.services import work_orders
from kb.services.work_orders import By
from kb.terms import Role
from tests.kb.hotline import Hotline
from tests.web.conftest import Login, ManualClock
from webapp import create_app
from webapp.settings import Settings

PROFILE = profile_from(
    {
        "code": "LC",
        "channels": ["电话", "来信"],
        "lines": ["综合"],
        "purposes": ["咨询", "投诉", {"name": "求决", "counts_as": "咨询"}],
        "regions": [
            {"name": "临江区", "children": [{"name": "江北街道", "children": ["渡口社区"]}]}
        ],
        "categories": [
            {"name": "城乡建设", "children": [{"name": "供水", "children": ["停水", "水质"]}]}
        ],
        "registering": {"repeat_days": 10},
        "limits": {"resolve": "5 工作日", "by_purpose": {"咨询": "1 工作日"}},
    }
)
PHONE = "13800001111"


@pytest.fixture
def app(settings: Settings, database: Database, clock: ManualClock) -> Flask:
    """A desk without an index: what is written down needs none."""
    with database.unit_of_work() as session:
        seed_calendar(session)
    app = create_app(settings, database, clock=clock, profile=PROFILE)
    app.testing = True
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


class Agent:
    """An agent's browser without a script."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def send(self, path: str, *, as_script: bool = False, **form: str):  # type: ignore[no-untyped-def]
        page = self.client.get("/desk").text
        for name in ("csrf_token", "token", "call_id"):
            found = re.search(f'name="{name}" value="([^"]*)"', page)
            assert found
            form.setdefault(name, found[1])
        headers = {"Accept": "application/json"} if as_script else {}
        return self.client.post(path, data=form, headers=headers)

    def raise_order(self, title: str, **more: str):  # type: ignore[no-untyped-def]
        form = {"title": title, "purpose": "complaint", "channel": "电话", "line": "综合"}
        return self.send("/desk/work-orders", **(form | more))


@pytest.fixture
def agent(login_as: Login) -> Agent:
    return Agent(login_as(Role.AGENT))


def requests_of(database: Database) -> list[CitizenRequest]:
    with database.reading() as session:
        return list(session.scalars(select(CitizenRequest).order_by(CitizenRequest.id)))


def orders_of(database: Database) -> list[WorkOrder]:
    with database.reading() as session:
        return list(session.scalars(select(WorkOrder).order_by(WorkOrder.id)))


def test_the_form_offers_what_the_city_has(agent: Agent) -> None:
    page = agent.client.get("/desk").text
    assert 'value="求决" data-limit="1 工作日"' in page
    assert 'value="help"' not in page  # the city does not offer 求助
    assert '<option value="临江区/江北街道/渡口社区">' in page
    assert '<option value="城乡建设/供水/停水">' in page


@pytest.mark.parametrize(
    ("of", "typed", "items"),
    [
        ("region", "dksq", ["临江区/江北街道/渡口社区"]),
        ("region", "江北", ["临江区/江北街道", "临江区/江北街道/渡口社区"]),
        ("category", "停水", ["城乡建设/供水/停水"]),
        ("category", "zzz", []),
    ],
)
def test_names_are_found_by_typing(agent: Agent, of: str, typed: str, items: list[str]) -> None:
    answer = agent.client.get("/desk/choose", query_string={"of": of, "q": typed})
    assert answer.get_json()["items"] == items


def test_a_short_name_is_filed_under_the_whole_path(agent: Agent, database: Database) -> None:
    answer = agent.raise_order("江北路没有水", region="渡口社区", category="ts", purpose="求决")
    assert answer.status_code == 303, answer.text
    (request,) = requests_of(database)
    assert request.region == "临江区/江北街道/渡口社区"
    assert request.category == "城乡建设/供水/停水"
    assert request.purpose == "求决"


def test_a_fault_names_what_is_near_and_loses_nothing(agent: Agent, database: Database) -> None:
    answer = agent.raise_order(
        "江北路没有水", region="渡口", category="水", content="今早七点起没水", is_confidential="1"
    )
    assert answer.status_code == 422
    assert "没有“渡口”这个选项，是不是：临江区 / 江北街道 / 渡口社区" in answer.text
    assert "今早七点起没水" in answer.text
    assert 'name="region"' in answer.text
    assert 'value="渡口"' in answer.text
    assert re.search(r'name="is_confidential"[^>]* checked', answer.text)
    assert requests_of(database) == []


def _move_back(database: Database, days: int) -> None:
    """The request came that much earlier; moving the clock would log the agent out."""
    with database.unit_of_work() as session:
        session.scalars(select(CitizenRequest)).one().received_at -= timedelta(days=days)


@pytest.fixture
def earlier(agent: Agent, database: Database) -> tuple[str, str]:
    """(request, order) of two days ago: the same caller about the same water."""
    agent.raise_order(
        "江北路连续三天没有水",
        requester_phone=PHONE,
        region="渡口社区",
        category="停水",
        content="楼里都没水",
    )
    (request,), (order,) = requests_of(database), orders_of(database)
    agent.send(f"/desk/calls/{request.call_id}/end")
    _move_back(database, days=2)
    return request.number, order.number


WRITTEN = {
    "title": "江北路连续三天没有水，没人修",
    "content": "楼里都没水",
    "requester_phone": PHONE,
    "region": "渡口社区",
    "category": "停水",
}


def test_what_may_be_the_same_is_shown_while_writing(
    agent: Agent, earlier: tuple[str, str]
) -> None:
    answer = agent.send("/desk/beside", as_script=True, **WRITTEN)
    assert answer.status_code == 200, answer.text
    said = answer.get_json()
    assert said["repeats"] == 1
    html = said["parts"]["repeats"]
    assert "本号码 10 天内已有 1 件" in html
    assert f'建议并单：<span class="num">{earlier[1]}</span>' in html
    assert f'value="link:{earlier[0]}"' in html
    assert f'value="merge:{earlier[1]}"' in html
    assert "同一来电号码" in html
    assert PHONE not in html
    # Nothing is decided for the agent.
    assert re.search(r'name="repeat" form="reg" value="" checked', html)


def test_beyond_the_days_of_the_city_nothing_is_a_repeat(
    agent: Agent, earlier: tuple[str, str], database: Database
) -> None:
    _move_back(database, days=9)
    said = agent.send("/desk/beside", as_script=True, **WRITTEN).get_json()
    assert said["repeats"] == 0
    assert earlier[0] not in said["parts"]["repeats"]


def test_another_matter_of_the_caller_is_history_not_a_repeat(
    agent: Agent, earlier: tuple[str, str]
) -> None:
    form = {"title": "咨询身份证补办", "requester_phone": PHONE}
    said = agent.send("/desk/beside", as_script=True, **form).get_json()
    html = said["parts"]["repeats"]
    assert "本号码 10 天内已有 1 件" in html
    assert "江北路连续三天没有水" in html
    assert "建议并单" not in html  # known from this number, but nothing says it is the same matter


def test_of_a_number_that_brought_many_all_are_counted_and_the_newest_listed(
    agent: Agent, earlier: tuple[str, str], database: Database
) -> None:
    with database.unit_of_work() as session:
        first = session.scalars(select(CitizenRequest)).one()
        for number in range(27):
            invalid = number >= 24
            row = CitizenRequest(
                number=f"LC-{number}",
                received_at=first.received_at + timedelta(hours=number),
                purpose="complaint",
                outcome="invalid" if invalid else "open",
                title="无声电话" if invalid else f"第 {number} 件",
                phone_hash=first.phone_hash,
            )
            session.add(row)
    form = {"title": "咨询身份证补办", "requester_phone": PHONE}
    said = agent.send("/desk/beside", as_script=True, **form).get_json()
    html = said["parts"]["repeats"]
    assert "本号码 10 天内已有 25 件" in html  # the 24 and the earlier one, not the 3 invalid ones
    assert said["repeats"] == 25
    assert "列出其余较近的 19 件" in html
    assert html.count('value="link:') == 20
    assert "第 23 件" in html and "第 4 件" in html
    assert "第 3 件" not in html and "无声电话" not in html


def test_the_desk_tells_what_a_number_brought_as_soon_as_it_calls(
    agent: Agent, earlier: tuple[str, str]
) -> None:
    agent.send("/desk/calls", caller=PHONE)
    page = agent.client.get("/desk").text
    assert "本号码 10 天内已有 1 件" in page
    assert page.index("本号码 10 天内已有 1 件") < page.index('name="purpose"')


def test_nothing_is_said_to_be_missing_before_there_are_words(agent: Agent) -> None:
    agent.send("/desk/calls", caller=PHONE)
    missing = "没有找到相近的诉求"
    for title, is_said in (("", False), ("半夜有施工噪音", True)):
        answer = agent.send("/desk/beside", as_script=True, title=title).get_json()
        assert (missing in answer["parts"]["units"]) is is_said


def test_what_a_call_itself_brought_is_no_earlier_request(agent: Agent) -> None:
    agent.send("/desk/calls", caller=PHONE)
    agent.raise_order("江北路连续三天没有水")
    assert "本号码 10 天内" not in agent.client.get("/desk").text


def test_no_purpose_is_chosen_for_the_agent(agent: Agent, database: Database) -> None:
    page = agent.client.get("/desk").text
    assert not re.search(r'name="purpose"[^>]* checked', page)
    answer = agent.raise_order("楼下烧烤店太吵", purpose="")
    assert answer.status_code == 422
    assert "请选诉求目的：咨询、投诉、求决" in answer.text
    assert requests_of(database) == []


@pytest.mark.parametrize(
    ("title", "purpose"),
    [("楼下烧烤店半夜太吵没人管", "complaint"), ("请问水费怎么交", "consultation")],
)
def test_a_purpose_is_suggested_with_its_reason(agent: Agent, title: str, purpose: str) -> None:
    said = agent.send("/desk/beside", as_script=True, title=title).get_json()["parts"]["purpose"]
    assert f'data-take-purpose="{purpose}"' in said
    assert "说到“" in said


def test_a_purpose_that_the_city_does_not_offer_is_not_suggested(agent: Agent) -> None:
    form = {"title": "举报有人偷排污水"}
    assert agent.send("/desk/beside", as_script=True, **form).get_json()["parts"]["purpose"] == ""


def test_without_a_script_the_page_comes_back_with_all_that_was_written(
    agent: Agent, earlier: tuple[str, str]
) -> None:
    answer = agent.send("/desk/beside", **WRITTEN, place="渡口路 3 号")
    assert answer.status_code == 200
    assert "本号码 10 天内已有 1 件" in answer.text
    assert "江北路连续三天没有水，没人修" in answer.text
    assert "渡口路 3 号" in answer.text


def test_a_wrong_number_is_told_beside_the_form(agent: Agent) -> None:
    answer = agent.send("/desk/beside", title="没水", requester_phone="不知道")
    assert answer.status_code == 422
    assert "来电号码只能有数字" in answer.text


def test_merging_raises_an_order_and_merges_it(
    agent: Agent, earlier: tuple[str, str], database: Database
) -> None:
    answer = agent.raise_order(**WRITTEN, repeat=f"merge:{earlier[1]}")
    assert answer.status_code == 303, answer.text
    first, second = orders_of(database)
    assert (second.state, second.merged_into) == ("merged", first.number)
    old, new = requests_of(database)
    assert new.repeat_of_id == old.id
    with database.reading() as session:
        actions = session.scalars(select(AuditRecord.action)).all()
    assert "request.note_repeat" in actions


def test_linking_leaves_the_order_its_own(
    agent: Agent, earlier: tuple[str, str], database: Database
) -> None:
    assert agent.raise_order(**WRITTEN, repeat=f"link:{earlier[0]}").status_code == 303
    first, second = orders_of(database)
    assert first.state == second.state
    assert second.merged_into == ""
    old, new = requests_of(database)
    assert new.repeat_of_id == old.id


@pytest.mark.parametrize(("how", "left"), [("merge", False), ("link", True)])
def test_parting_orders_keeps_what_an_agent_noted_by_hand(
    agent: Agent,
    earlier: tuple[str, str],
    database: Database,
    clock: ManualClock,
    how: str,
    left: bool,
) -> None:
    agent.raise_order(**WRITTEN, repeat=f"{how}:{earlier[how == 'merge']}")
    with database.unit_of_work() as session:
        first, second = session.scalars(select(WorkOrder).order_by(WorkOrder.id)).all()
        by = By(Hotline(session, count(900)).actor(Role.DISPATCHER), clock(), PROFILE)
        if how == "link":
            work_orders.merge(session, second, by, into=first, text="同一处")
        work_orders.unmerge(session, second, by, text="不是一处")
    assert (requests_of(database)[1].repeat_parted_at is None) is left


def test_without_a_choice_nothing_is_linked(
    agent: Agent, earlier: tuple[str, str], database: Database
) -> None:
    assert agent.raise_order(**WRITTEN).status_code == 303
    assert [one.repeat_of_id for one in requests_of(database)] == [None, None]


@pytest.mark.parametrize(
    ("repeat", "status"), [("swap:X", 422), ("link:", 422), ("link:LC-0", 404), ("merge:LC-0", 404)]
)
def test_a_choice_that_leads_nowhere_registers_nothing(
    agent: Agent, earlier: tuple[str, str], database: Database, repeat: str, status: int
) -> None:
    assert agent.raise_order(**WRITTEN, repeat=repeat).status_code == status
    assert len(requests_of(database)) == 1


def test_an_order_settled_meanwhile_is_not_merged_into_and_nothing_is_lost(
    agent: Agent, earlier: tuple[str, str], database: Database
) -> None:
    agent.raise_order(**WRITTEN, repeat=f"merge:{earlier[1]}")
    merged = orders_of(database)[1].number  # itself merged: nothing can be merged into it
    answer = agent.raise_order(**WRITTEN, repeat=f"merge:{merged}")
    assert answer.status_code == 409
    assert "楼里都没水" in answer.text
    assert len(requests_of(database)) == 2


def test_a_confidential_earlier_request_shows_no_title(agent: Agent, database: Database) -> None:
    agent.raise_order("举报某店", requester_phone=PHONE, category="停水", is_confidential="1")
    with database.unit_of_work() as session:
        request = session.scalars(select(CitizenRequest)).one()
        request.agent_id = request.call_id = None
    form = {"title": "举报某店", "requester_phone": PHONE, "category": "停水"}
    html = agent.send("/desk/beside", as_script=True, **form).get_json()["parts"]["repeats"]
    assert "保密诉求" in html
    assert "举报某店" not in html


def test_the_unit_is_only_hinted_at(agent: Agent, database: Database) -> None:
    with database.unit_of_work() as session:
        session.add(Unit(name="澜川水务集团"))
    form = {"title": "澜川水务集团一直没来修"}
    html = agent.send("/desk/beside", as_script=True, **form).get_json()["parts"]["units"]
    assert "澜川水务集团" in html
    assert "由派单员确定" in html


@pytest.mark.parametrize("path", ["/desk/choose", "/desk/beside"])
def test_only_agents_are_helped(login_as: Login, path: str) -> None:
    client = login_as(Role.DISPATCHER)
    answer = client.get(path) if path.endswith("choose") else client.post(path)
    assert answer.status_code in (400, 403)
