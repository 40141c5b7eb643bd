"""Search, requests, work orders and figures by token, from question to archive."""

from datetime import date
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, select

from kb.models import CitizenRequest, Conflict, KnowledgeItem
from kb.terms import ConflictState, Role
from tests.web.api_v1.city import ApiClient, City

CANARY = "朱雀暗号七五三"


def _api(client: FlaskClient, city: City, *roles: Role) -> ApiClient:
    return ApiClient(client, city.token(*roles))


def test_search_gives_cards_and_as_of_looks_back(client: FlaskClient, city: City) -> None:
    old = city.publish("居民医保缴费通告", valid_until=date(2026, 4, 30))
    agent = _api(client, city, Role.AGENT)
    now = agent.get("/search?q=居民医保缴费").json
    then = agent.get("/search?q=居民医保缴费&as_of=2026-04-01").json
    assert [card["item_id"] for card in now["cards"]] == []
    assert now["answered"] is False
    assert [card["item_id"] for card in then["cards"]] == [old]
    card = then["cards"][0]
    # Its end was stated and lay within thirty days even then.
    assert (card["standing"], card["standing_today"]) == ("expiring", "expired")
    assert card["since"] == "有效期到 2026-04-30 为止，今天已经到期。"


def test_search_filters_and_limits(client: FlaskClient, city: City) -> None:
    water = city.other_unit()
    here = city.publish("居民医保怎么补缴")
    city.publish("居民医保补缴窗口", unit_id=water, facts={"conclusion": "一楼。"})
    agent = _api(client, city, Role.AGENT)
    found = agent.get("/search?q=居民医保补缴&unit=澜川市教育局&kind=qa").json["cards"]
    assert [card["item_id"] for card in found] == [here]
    assert len(agent.get("/search?q=居民医保补缴&limit=1").json["cards"]) == 1
    for query, name in (
        ("q=", "q"),
        ("q=医保&limit=0", "limit"),
        ("q=医保&limit=x", "limit"),
        ("q=医保&kind=x", "kind"),
        ("q=医保&unit=没有", "unit"),
        ("q=医保&as_of=2026-13-01", "as_of"),
        ("q=医保&audience=internal", "audience"),
        ("q=？！", "q"),
        ("", "q"),
    ):
        answer = agent.get(f"/search?{query}")
        assert answer.status_code == 422, query
        assert answer.json["error"]["fields"][0]["name"] == name


def test_internal_entries_stay_in_their_unit(client: FlaskClient, city: City) -> None:
    hidden = city.hide(f"{CANARY}怎么答", facts={"conclusion": f"{CANARY}的口径。"})
    own = _api(client, city, Role.UNIT_CLERK).get(f"/search?q={CANARY}").json
    other = ApiClient(client, city.token(Role.UNIT_CLERK, unit_id=city.other_unit()))
    assert [card["item_id"] for card in own["cards"]] == [hidden]
    assert other.get(f"/search?q={CANARY}").json["cards"] == []
    assert other.get(f"/documents/{hidden}").status_code == 404


def test_a_card_tells_of_a_conflict_in_words_its_reader_may_see(
    client: FlaskClient, city: City
) -> None:
    water = city.other_unit()
    shown = city.publish("水费怎么交", unit_id=water, facts={"conclusion": "5日内交。"})
    hidden = city.hide(f"{CANARY}水费口径", facts={"conclusion": "9日内交。"})
    with city.database.unit_of_work() as session:
        mine, theirs = (session.get_one(KnowledgeItem, item_id) for item_id in (shown, hidden))
        session.add(
            Conflict(
                attribute="办理时限",
                state=ConflictState.OPEN.value,
                found_at=city.clock(),
                memory_key="k",
                **_side("left", mine, "5日"),
                **_side("right", theirs, "9日"),
            )
        )
    agent = _api(client, city, Role.AGENT).get("/search?q=水费怎么交").json["cards"]
    card = next(card for card in agent if card["item_id"] == shown)
    assert [(c["value"], c["other_value"]) for c in card["conflicts"]] == [("5日", "9日")]
    own = ApiClient(client, city.token(Role.UNIT_CLERK, unit_id=water))
    answer = own.get("/search?q=水费怎么交").json
    (flag,) = answer["cards"][0]["conflicts"]
    assert (flag["attribute"], flag["other_title"]) == ("办理时限", "内部条目")
    assert CANARY not in str(answer) and "9日" not in str(answer)


def _side(name: str, item: KnowledgeItem, value: str) -> dict[str, Any]:
    return {
        f"{name}_item_id": item.id,
        f"{name}_version_id": item.current_version_id,
        f"{name}_ordinal": 1,
        f"{name}_clause": f"{value}内交。",
        f"{name}_value": value,
        f"{name}_start": 0,
    }


def test_a_request_is_resolved_online(client: FlaskClient, city: City) -> None:
    item = city.publish("居民医保断了怎么补缴？")
    agent = _api(client, city, Role.AGENT)
    sent = {"title": "医保补缴", "requester_phone": "13812345678"}
    registered = agent.post("/requests", sent)
    assert registered.status_code == 201, registered.text
    number = registered.json["number"]
    assert number == "LC20260507-0001"
    assert registered.json["requester_phone"] == "138****5678"
    adopted = agent.post(
        f"/requests/{number}/resolve-online", {"item_id": item, "query": "医保断了"}
    )
    assert adopted.status_code == 200, adopted.text
    assert adopted.json["outcome"] == "online"
    assert adopted.json["category"] == "社会保障/居民医保"
    again = agent.post(f"/requests/{number}/resolve-online", {"item_id": item})
    assert again.status_code == 409
    supervisor = _api(client, city, Role.SUPERVISOR)
    figures = supervisor.get("/figures?from=2026-05-07&to=2026-05-07").json
    assert figures["period"] == {"from": "2026-05-07", "to": "2026-05-07"}
    totals = figures["totals"]
    assert (totals["requests"], totals["resolved_online"], totals["open"]) == (1, 1, 0)
    assert totals["resolved_online_rate"] == 100.0
    assert figures["by_purpose"] == [
        {"name": "咨询", "count": 1, "share": 100.0},
    ]
    address = "by_category/社会保障/resolved_online"
    opened = supervisor.get(
        f"/figures/records?from=2026-05-07&to=2026-05-07&address={address}"
    ).json
    assert opened["total"] == 1
    assert opened["records"][0]["number"] == number


def test_registering_twice_under_one_key_is_once(client: FlaskClient, city: City) -> None:
    agent = _api(client, city, Role.AGENT)
    sent, key = {"title": "路灯不亮"}, {"Idempotency-Key": "call-77"}
    first = agent.post("/requests", sent, headers=key)
    again = agent.post("/requests", sent, headers=key)
    assert again.json == first.json
    other = agent.post("/requests", {"title": "别的"}, headers=key)
    assert other.status_code == 422
    with city.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(CitizenRequest)) == 1


def test_an_order_goes_the_whole_way(client: FlaskClient, city: City) -> None:
    city.calendar()
    agent = _api(client, city, Role.AGENT)
    dispatcher = _api(client, city, Role.DISPATCHER)
    clerk = _api(client, city, Role.UNIT_CLERK)
    caller = _api(client, city, Role.FOLLOW_UP_AGENT)
    number = agent.post("/requests", {"title": "路灯不亮", "purpose": "help"}).json["number"]
    order = agent.post(f"/requests/{number}/work-orders", {"query": "路灯不亮"})
    assert order.status_code == 201, order.text
    path = f"/work-orders/{order.json['number']}"
    assert clerk.get(path).status_code == 404
    sent = dispatcher.post(f"{path}/dispatch", {"unit_id": city.unit_id})
    assert sent.status_code == 200, sent.text
    # 求助: five working days from Thursday 05-07; 05-09 is a make-up Saturday.
    assert sent.json["due_at"] == "2026-05-13T10:24:00+08:00"
    assert clerk.get("/work-orders?state=open").json["total"] == 1
    assert clerk.post(f"{path}/acknowledge").json["state"] == "acknowledged"
    assert clerk.post(f"{path}/reply").status_code == 422
    replied = clerk.post(f"{path}/reply", {"text": "已修好，联系 13812345678"})
    assert replied.json["reply"] == "已修好，联系 138****5678"
    reviewer = _api(client, city, Role.UNIT_REVIEWER)
    assert dispatcher.post(f"{path}/resolve").status_code == 409
    assert reviewer.post(f"{path}/pass-review").json["state"] == "centre_review"
    assert dispatcher.post(f"{path}/resolve").json["state"] == "resolved"
    rated = caller.post(f"{path}/follow-up", {"satisfaction": "satisfied"})
    assert rated.json["satisfaction"] == "satisfied"
    assert [event["label"] for event in rated.json["events"]] == [
        "受理",
        "派单",
        "签收",
        "答复",
        "单位审核通过",
        "办结",
        "回访",
    ]
    assert clerk.post(f"{path}/acknowledge").status_code == 409


def test_a_stale_view_and_a_foreign_unit_are_refused(client: FlaskClient, city: City) -> None:
    city.calendar()
    agent, dispatcher = _api(client, city, Role.AGENT), _api(client, city, Role.DISPATCHER)
    number = agent.post("/requests", {"title": "停水"}).json["number"]
    order = agent.post(f"/requests/{number}/work-orders", {}).json
    path = f"/work-orders/{order['number']}"
    dispatcher.post(f"{path}/dispatch", {"unit_id": city.unit_id})
    stale = dispatcher.post(f"{path}/remind", {"seen_events": 1})
    assert stale.status_code == 409
    assert stale.json["error"]["code"] == "stale_version"
    foreign = ApiClient(client, city.token(Role.UNIT_CLERK, unit_id=city.other_unit()))
    assert foreign.get(path).status_code == 404
    assert foreign.post(f"{path}/acknowledge").status_code == 404
    assert foreign.get("/work-orders").json["total"] == 0


def test_the_requester_is_hidden_from_the_unit_when_asked(client: FlaskClient, city: City) -> None:
    city.calendar()
    agent, dispatcher = _api(client, city, Role.AGENT), _api(client, city, Role.DISPATCHER)
    sent = {"title": "举报", "requester_phone": "13812345678", "is_confidential": True}
    number = agent.post("/requests", sent).json["number"]
    path = "/work-orders/" + agent.post(f"/requests/{number}/work-orders", {}).json["number"]
    dispatcher.post(f"{path}/dispatch", {"unit_id": city.unit_id})
    assert dispatcher.get(path).json["requester_phone"] == "138****5678"
    assert _api(client, city, Role.UNIT_CLERK).get(path).json["requester_phone"] == ""


def test_a_unit_that_gave_an_order_back_sees_its_own_part_only(
    client: FlaskClient, city: City
) -> None:
    city.calendar()
    agent, dispatcher = _api(client, city, Role.AGENT), _api(client, city, Role.DISPATCHER)
    sent = {
        "title": "王小明家停水",
        "content": "我是王小明，家里停水",
        "requester_name": "王小明",
        "requester_phone": "13812345678",
        "is_confidential": True,
    }
    number = agent.post("/requests", sent).json["number"]
    path = "/work-orders/" + agent.post(f"/requests/{number}/work-orders", {}).json["number"]
    first, water = _api(client, city, Role.UNIT_CLERK), city.other_unit()
    second = ApiClient(client, city.token(Role.UNIT_CLERK, unit_id=water))
    dispatcher.post(f"{path}/dispatch", {"unit_id": city.unit_id})
    assert "王小明" not in first.get(path).text
    first.post(f"{path}/return", {"text": "不归我们管", "basis": "职责清单第 3 条"})
    dispatcher.post(f"{path}/dispatch", {"unit_id": water})
    second.post(f"{path}/acknowledge")
    replied = second.post(f"{path}/reply", {"text": "水管已经修好"}).json
    assert replied["reply"] == "水管已经修好"
    # Who asked is told nothing of: the reply says neither when nor whether they know.
    assert "informed" in {one["kind"] for one in replied["findings"]}
    seen = first.get(path).json
    assert [event["kind"] for event in seen["events"]] == ["accepted", "dispatched", "returned"]
    assert (seen["reply"], seen["replied_at"], seen["requester_phone"]) == ("", None, "")
    # As it stood when it was given back, not who has it now and how far they are.
    assert (seen["state"], seen["unit_id"], seen["unit"], seen["event_count"]) == (
        "accepted",
        None,
        None,
        3,
    )
    assert second.get(path).json["reply"] == "水管已经修好"


def test_an_unseen_entry_cannot_be_named(client: FlaskClient, city: City) -> None:
    agent = _api(client, city, Role.AGENT)
    draft = city.draft("草稿")
    number = agent.post("/requests", {"title": "停水"}).json["number"]
    for item in (987_654, draft):
        answer = agent.post(f"/requests/{number}/work-orders", {"seen_item_id": item})
        assert answer.status_code == 404
        assert (
            agent.post(f"/requests/{number}/resolve-online", {"item_id": item}).status_code == 404
        )
    assert agent.get(f"/requests/{number}").json["outcome"] == "open"


def test_figures_refuse_impossible_spans(client: FlaskClient, city: City) -> None:
    supervisor = _api(client, city, Role.SUPERVISOR)
    for query in ("from=2026-05-08&to=2026-05-07", "from=2020-01-01", "from=x", "to=0001-01-01"):
        assert supervisor.get(f"/figures?{query}").status_code == 422, query
    assert supervisor.get("/figures").json["period"]["from"] == "2026-04-08"
