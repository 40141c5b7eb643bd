"""Every answer of the API fits the schema that openapi.json gives for it."""

import io
import re
import zipfile
from typing import Any

import jsonschema
import pytest
from flask import Flask
from flask.testing import FlaskClient

from kb.terms import Role
from tests.web.api_v1.city import ApiClient, City

DIALECT = jsonschema.Draft202012Validator


def _spec(client: FlaskClient) -> dict[str, Any]:
    answer = client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return answer.json


def _resolved(spec: dict[str, Any], node: Any) -> Any:
    """The response itself where the description points at a shared one."""
    if isinstance(node, dict) and node.get("$ref", "").startswith("#/components/responses/"):
        return spec["components"]["responses"][node["$ref"].rsplit("/", 1)[-1]]
    return node


def _check(spec: dict[str, Any], path: str, method: str, answer: Any) -> None:
    responses = spec["paths"][path][method]["responses"]
    described = responses.get(str(answer.status_code), responses.get("default"))
    schema = _resolved(spec, described)["content"]["application/json"]["schema"]
    DIALECT({**schema, "components": spec["components"]}).validate(answer.json)


class Checked:
    """Calls and checks at once; remembers what was called."""

    def __init__(self, client: FlaskClient, spec: dict[str, Any], token: str) -> None:
        self.api, self.spec = ApiClient(client, token), spec

    def __call__(self, method: str, path: str, status: int, **options: Any) -> Any:
        template = options.pop("template", path.partition("?")[0])
        if method == "POST" and "data" not in options:
            answer = self.api.post(path, options.pop("body", {}), **options)
        else:
            answer = self.api.open(method, path, **options)
        assert answer.status_code == status, answer.text
        _check(self.spec, f"/api/v1{template}", method.lower(), answer)
        CALLED.add((method.lower(), f"/api/v1{template}", str(status)))
        return answer.json


CALLED: set[tuple[str, str, str]] = set()


@pytest.fixture
def call(client: FlaskClient, city: City) -> Checked:
    roles = (Role.AGENT, Role.DISPATCHER, Role.SUPERVISOR, Role.UNIT_CLERK, Role.FOLLOW_UP_AGENT)
    return Checked(client, _spec(client), city.token(*roles))


def test_the_description_is_openapi_31(client: FlaskClient) -> None:
    spec = _spec(client)
    assert spec["openapi"] == "3.1.0"
    assert spec["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for schema in spec["components"]["schemas"].values():
        DIALECT.check_schema(schema)


def test_every_route_is_described(app: Flask, client: FlaskClient) -> None:
    spec = _spec(client)
    described = {
        (method.upper(), path)
        for path, item in spec["paths"].items()
        for method in item
        if method in ("get", "post", "put", "patch", "delete")
    }
    routed = {
        (method, re.sub(r"<(?:int:)?(\w+)>", r"{\1}", str(rule)))
        for rule in app.url_map.iter_rules()
        if str(rule).startswith("/api/v1/") and not str(rule).endswith("openapi.json")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routed == described


def test_every_error_answer_is_described_as_the_error_shape(client: FlaskClient) -> None:
    spec = _spec(client)
    for path, item in spec["paths"].items():
        for method, operation in item.items():
            if method == "parameters":
                continue
            for status, described in operation["responses"].items():
                if status == "default" or status >= "400":
                    content = _resolved(spec, described)["content"]["application/json"]
                    assert content["schema"]["$ref"].endswith("/Error"), (path, method, status)


def test_documents(call: Checked, city: City) -> None:
    body = {"title": "通知", "text": "一、今日停水。\n\n二、明日恢复。", "kind": "notice"}
    pushed = call("POST", "/documents", 201, body=body)
    call("GET", f"/documents/{pushed['id']}", 200, template="/documents/{item_id}")
    call("GET", "/documents/987654", 404, template="/documents/{item_id}")
    call("POST", "/documents", 409, body=body)
    call("POST", "/documents", 422, body={"nothing": 1})
    broken = {"file": (io.BytesIO(b""), "空.pdf")}
    call("POST", "/documents", 422, data=broken)


def test_batches(call: Checked, city: City) -> None:
    table = {"file": (io.BytesIO("问题,答案\n怎么办,这样办。\n".encode()), "问答.csv")}
    made = call("POST", "/documents", 201, data=table)
    there = f"/batches/{made['batch_id']}"
    call("GET", there, 200, template="/batches/{batch_id}")
    call("GET", "/batches/987654", 404, template="/batches/{batch_id}")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as writer:
        writer.writestr("a.md", "# a")
    waiting = call(
        "POST", "/documents", 202, data={"file": (io.BytesIO(archive.getvalue()), "a.zip")}
    )
    orders, template = f"/batches/{waiting['batch_id']}/orders", "/batches/{batch_id}/orders"
    call("POST", orders, 422, body={"how": "draft"}, template=template)
    call("POST", orders, 422, body={"how": "burn"}, template=template)


def test_search(call: Checked, city: City) -> None:
    city.publish("居民医保断了怎么补缴？")
    city.publish("全文", body="第一条 居民医保按年缴费。", facts={})
    found = call("GET", "/search?q=居民医保补缴", 200)
    assert len(found["cards"]) == 2
    call("GET", "/search?q=飞碟着陆许可", 200)
    call("GET", "/search", 422)


def test_requests_and_orders(call: Checked, client: FlaskClient, city: City) -> None:
    city.calendar()
    reviewer = ApiClient(client, city.token(Role.UNIT_REVIEWER))
    item = city.publish("居民医保断了怎么补缴？")
    resolve = "/requests/{number}/resolve-online"
    first = call("POST", "/requests", 201, body={"title": "补缴"})["number"]
    call("GET", f"/requests/{first}", 200, template="/requests/{number}")
    body = {"item_id": item}
    call("POST", f"/requests/{first}/resolve-online", 200, body=body, template=resolve)
    call("POST", f"/requests/{first}/resolve-online", 409, body=body, template=resolve)
    second = call("POST", "/requests", 201, body={"title": "停水"})["number"]
    raised = "/requests/{number}/work-orders"
    order = call("POST", f"/requests/{second}/work-orders", 201, template=raised)
    call("GET", "/work-orders?limit=1", 200)
    at = f"/work-orders/{order['number']}"
    call("GET", at, 200, template="/work-orders/{number}")

    def give(verb: str, status: int = 200, **body: Any) -> None:
        template = f"/work-orders/{{number}}/{verb}"
        call("POST", f"{at}/{verb}", status, body=body, template=template)

    give("dispatch", unit_id=city.unit_id)
    give("return", text="不属于本单位职责", basis="三定方案第 4 条")
    give("dispatch", unit_id=city.unit_id, text="请再核对")
    give("remind", text="请尽快")
    give("note", text="已电话联系")
    give("acknowledge")
    give("acknowledge", 409)

    def reply(**body: Any) -> None:
        """The unit's reviewer is another person, and passes it."""
        give("reply", **body)
        assert reviewer.post(f"{at}/pass-review").status_code == 200

    reply(text="已恢复供水")
    give("send-back", text="请写明恢复时间")
    reply(text="05-07 18:00 已恢复供水")
    give("resolve")
    give("follow-up", satisfaction="dissatisfied", text="没有修好")
    give("reopen", text="又停水了")
    give("progress", text="已到现场", is_done=True)
    give("assign", 422, user_id=999_999)
    give("extend", text="等配件", limit="2 工作日")
    give("refuse-extension", text="今天能修好")
    give("extend", text="配件明天到", limit="1 工作日")
    give("withdraw")
    give("extend", text="配件明天到", limit="1 工作日")
    give("grant-extension")
    give("pause", text="等诉求人回家", until="2026-05-08T09:00:00+08:00")
    give("refuse-pause", text="可以电话联系")
    give("pause", text="等诉求人回家", until="2026-05-08T09:00:00+08:00")
    give("grant-pause")
    give("resume")
    give("supervise", text="今天内说明情况")
    give("close-supervision", 409)
    give("answer-supervision", text="已派人")
    give("close-supervision", text="情况属实")
    give("urgency", urgency="urgent", text="影响全楼")
    give("recompute", 422, text="方案改了")

    def again() -> dict[str, Any]:
        upload = {"file": (io.BytesIO(b"%PDF-1.4"), "现场.pdf")}
        sent = call("POST", f"{at}/files", 201, data=upload, template="/work-orders/{number}/files")
        return {"files": [sent["id"]], "basis": "供水条例第 12 条", "signer": "王局长"}

    give("decline", 422, text="不属于公共管网", basis="供水条例第 12 条")
    give("decline", text="不属于公共管网", **again())
    give("refuse-decline", 409, text="本单位还没有签批")
    assert reviewer.post(f"{at}/return-decline", {"text": "请先排查"}).status_code == 200
    give("decline", text="不属于公共管网", **again())
    assert reviewer.post(f"{at}/sign-decline").status_code == 200
    give("refuse-decline", text="请先排查")
    give("reassign", 422, unit_id=city.unit_id, text="还是它")
    give("open-ruling", unit_ids=[city.unit_id], text="归谁管")
    give("opinion", text="归我单位", basis="三定方案")
    give("rule", unit_id=city.unit_id, text="按三定方案")
    give("acknowledge")
    reply(text="05-07 20:00 已恢复供水，诉求人已知晓", is_informed=True)
    give("review", passed=True)
    give("call-attempt", result="no_answer")
    give("follow-up", satisfaction="satisfied")
    give("archive", 422)
    outcome = {"knowledge": "not_general", "knowledge_text": "个别楼栋"}
    give("archive", 422, **outcome)  # filed under nothing yet
    give("archive", **outcome, category="社会保障/社保卡")
    give("return", 409, text="不归我", basis="三定")
    give("send-back-in-unit", 403, text="改")
    give("pass-review", 403)
    give("grant-return", 409)
    give("refuse-return", 409, text="不同意")
    give("grant-decline", 409)
    third = call("POST", "/requests", 201, body={"title": "停水"})["number"]
    other = call("POST", f"/requests/{third}/work-orders", 201, template=raised)["number"]
    fourth = call("POST", "/requests", 201, body={"title": "停水"})["number"]
    mine = call("POST", f"/requests/{fourth}/work-orders", 201, template=raised)["number"]
    at = f"/work-orders/{mine}"
    give("merge", into=other, text="同一件事")
    give("unmerge", text="不是一件事")
    noted = "/work-orders/{number}/note"
    stale = call("POST", f"{at}/note", 409, body={"text": "记", "seen_events": 1}, template=noted)
    assert [one["label"] for one in stale["error"]["context"]["since"]] == ["并单", "撤销并单"]


def test_figures(call: Checked, city: City) -> None:
    city.register()
    call("GET", "/figures", 200)
    call("GET", "/figures?from=2026-01-01&to=2025-01-01", 422)
    call("GET", "/figures?as_of=0001-01-01T00:00:00", 422)
    opened = call("GET", "/figures/records?address=totals/requests", 200)
    assert opened["total"] == len(opened["records"]) == 1
    call("GET", "/figures/records?address=totals/answered", 200)
    call("GET", "/figures/records?address=totals/none", 404)
    call("GET", "/figures/records", 422)
