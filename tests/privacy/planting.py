"""The persons come in through the doors of the product, each by one, and their orders are handled.

A fifth each: the public's form, the API, the desk, records of another system, and questions,
calls, votes and corrections that become no request.
"""

import io
import random
from dataclasses import dataclass
from datetime import timedelta

from kb.models import WorkOrder
from kb.terms import Role
from tests.privacy.persons import Person, persons
from tests.privacy.town import CATEGORY, HANDLER, Town
from tests.web.conftest import csrf_token
from tests.web.unit_orders.conftest import PNG

DOORS = 5
# Of the callers: a 保密 one and another, whose letters come with an order merged into an open one.
MERGED_CALLERS = (4, 5)
_TITLE = "{name}反映翠湖花苑{door}楼道灯不亮，电话{phone}"
_RECORDS_HEAD = (
    "request_no,received_at,channel,line,purpose,category1,category2,district,"
    "requester_phone,title,content,outcome,resolved_at\n"
)
_RECORD_ORDERS = (
    "order_no,request_no,unit,role,dispatched_at,acknowledge_due_at,acknowledged_at,due_at,"
    "resolved_at,follow_up_at,satisfaction\n"
)


@dataclass(frozen=True)
class Planted:
    """Whose order it is; ``is_secret`` when they asked for 保密."""

    person: Person
    order: str
    request: str
    is_secret: bool


def title_of(person: Person) -> str:
    return _TITLE.format(name=person.name, door=person.door, phone=person.phone)


def plant(town: Town) -> list[Planted]:
    """Let everybody in; returns the orders of the three doors that lead to orders of ours."""
    rng = random.Random(5)
    of_door = [persons()[door::DOORS] for door in range(DOORS)]
    browser = town.app.test_client()
    csrf = csrf_token(browser, "/ask")
    for number, person in enumerate(of_door[0]):
        form = _form(person, rng, is_secret=number % 2 == 0) | {"csrf_token": csrf}
        answer = browser.post("/ask", data=form | {"token": f"planted-{person.phone}-0000000"})
        assert answer.status_code == 200 and "LC2026" in answer.text, answer.text
    for number, person in enumerate(of_door[1]):
        _send_to_the_api(town, person, rng, is_secret=number % 2 == 0)
    _call(town, of_door[2], rng)
    _import_records(town, of_door[3], rng)
    _only_ask(town, of_door[4], rng)
    planted = _planted(town)
    for number, one in enumerate(planted):
        _handle(town, one, rng, number)
        if number % 22 == 11:
            into = {"into": planted[number - 11].order, "text": one.person.said(rng)}
            merged = town.api(Role.DISPATCHER).post(f"/work-orders/{one.order}/merge", into)
            assert merged.status_code == 200, merged.text
    town.forward(hours=30)  # what was not acknowledged is late, and people are told
    town.work()
    return planted


def _form(person: Person, rng: random.Random, *, is_secret: bool) -> dict[str, object]:
    return {
        "title": title_of(person),
        "content": person.said(rng),
        "purpose": rng.choice(["consultation", "help"]),
        "place": f"翠湖花苑{person.door}",
        "requester_name": person.name,
        "requester_phone": person.phone,
        **({"is_confidential": True} if is_secret else {}),
    }


def _send_to_the_api(town: Town, person: Person, rng: random.Random, *, is_secret: bool) -> None:
    api = town.api(Role.AGENT)
    sent = _form(person, rng, is_secret=is_secret) | {"category": CATEGORY}
    registered = api.post("/requests", sent)
    assert registered.status_code == 201, registered.text
    number = registered.json["number"]
    answer = api.post(f"/requests/{number}/work-orders", {"query": person.said(rng)})
    assert answer.status_code == 201, answer.text


def _call(town: Town, callers: tuple[Person, ...], rng: random.Random) -> None:
    """At the desk, with letters; whoever is answered at once teaches the search their words."""
    browser = town.browser(Role.AGENT)
    csrf, main = {"csrf_token": csrf_token(browser, "/password")}, ""
    for number, person in enumerate(callers):
        browser.post("/desk/calls", data=csrf | {"caller": person.phone})
        page = browser.get("/desk").text
        form = csrf | _form(person, rng, is_secret=number % 2 == 0)
        form |= {name: _hidden(page, name) for name in ("token", "call_id")}
        form |= {"channel": "电话", "line": "综合", "category": CATEGORY}
        if number % 4 == 3:
            path, shown = "/desk/adopt", {"item_id": town.entry, "version": 1, "passage": 0}
        else:
            path, shown = "/desk/work-orders", {"seen_item_id": town.entry}
        form |= {"query": f"{person.said(rng)}怎么报修", **shown}
        if path == "/desk/work-orders":
            form["files"] = [_letter(person, rng)]
            if number in MERGED_CALLERS:
                form["repeat"] = f"merge:{main}"
        answer = browser.post(path, data=form, headers={"Accept": "application/json"})
        assert answer.status_code == 200, answer.text
        if number == 1:
            main = answer.get_json()["order_no"]
        browser.post(f"/desk/calls/{answer.get_json()['call_id']}/end", data=csrf)


def _letter(person: Person, rng: random.Random) -> tuple[io.BytesIO, str]:
    """来信: somebody scanned it under the writer's name; what it says stays inside the file."""
    content = f"%PDF-1.4 {person.said(rng)}".encode()
    return io.BytesIO(content), f"{person.name}来信{person.phone} {person.door}.pdf"


def _hidden(page: str, name: str) -> str:
    return page.split(f'name="{name}" value="', 1)[1].split('"', 1)[0]


def _import_records(town: Town, told: tuple[Person, ...], rng: random.Random) -> None:
    requests, orders = [_RECORDS_HEAD], [_RECORD_ORDERS]
    for number, person in enumerate(told):
        outcome = "转办," if number % 2 else "在线办结,2026-03-02 09:04:00"
        requests.append(
            f"YT{number},2026-03-02 09:00:00,电话,综合,咨询,城市管理,设施,汀南区,{person.phone},"
            f"{title_of(person).replace(',', '，')},{person.said(rng)},{outcome}\n"
        )
        if number % 2:
            orders.append(
                f"YT{number}-1,YT{number},{HANDLER},主办,2026-03-02 10:30:00,2026-03-03 10:30:00,"
                "2026-03-02 11:00:00,2026-03-09 10:30:00,2026-03-08 09:00:00,,\n"
            )
    units = f"name,kind,parent\n{HANDLER},市直部门,\n汀南区,县区,\n"
    texts = {"units": units, "requests": "".join(requests), "work_orders": "".join(orders)}
    texts["call_counts"] = "date,offered,answered\n2026-03-02,310,305\n"
    admin, path = town.browser(Role.ADMIN), "/admin/records"
    files = [(io.BytesIO(text.encode()), f"{name}.csv") for name, text in texts.items()]
    answer = admin.post(
        path,
        data={"csrf_token": csrf_token(admin, path), "files": files},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303, answer.text
    town.work()
    token = csrf_token(admin, path)
    said = admin.post(f"{answer.location}/confirm", data={"csrf_token": token})
    assert said.status_code == 303, admin.get(answer.location).text
    town.work()
    assert "整组导入" in admin.get(answer.location).text


def _only_ask(town: Town, askers: tuple[Person, ...], rng: random.Random) -> None:
    """Searches, suggestions as they type, votes, and corrections of what the answer said."""
    agent, public = town.browser(Role.AGENT), town.app.test_client()
    vote = f"/entry/{town.entry}/vote"
    voter, reporter = csrf_token(public, vote), csrf_token(agent, "/password")
    for person in askers:
        said = person.said(rng)
        assert public.get("/search", query_string={"q": said}).status_code == 200
        public.get("/suggest", query_string={"q": said})
        form = {"csrf_token": voter, "useful": "0", "reason": "other_matter", "said": said}
        assert public.post(vote, data=form).status_code == 303
        agent.get("/desk/search", query_string={"q": said})
        form = {"item": str(town.entry), "version": "1", "passage": "0", "kind": "other"}
        answer = agent.post("/corrections", data=form | {"said": said, "csrf_token": reporter})
        assert answer.status_code in (302, 303, 409), answer.text


def _planted(town: Town) -> list[Planted]:
    by_phone = {person.phone: person for person in persons()}
    with town.program.database.reading() as session:
        found = session.query(WorkOrder).filter(WorkOrder.state == "accepted")
        return [
            Planted(
                by_phone[order.request.requester_phone],
                order.number,
                order.request.number,
                order.request.is_confidential,
            )
            for order in found.order_by(WorkOrder.id)
        ]


def _handle(town: Town, one: Planted, rng: random.Random, number: int) -> None:
    """Every step with the person's words in it; it stops at one of the steps, many at the first."""

    def give(role: Role, path: str, **sent: object) -> None:
        api = town.api(role, HANDLER if role in (Role.UNIT_CLERK, Role.UNIT_REVIEWER) else "")
        text = one.person.said(rng)
        answer = api.post(f"/work-orders/{one.order}/{path}", {"text": text} | sent)
        assert answer.status_code == 200, f"{path}: {answer.text}"

    unit, said = town.unit_ids[HANDLER], one.person.said(rng)
    stop = number % 11
    give(Role.DISPATCHER, "dispatch", unit_id=unit, basis=said)
    if stop in (0, 7, 8, 9):
        return
    give(Role.UNIT_CLERK, "acknowledge")
    give(Role.UNIT_CLERK, "note")
    give(Role.SUPERVISOR, "remind")
    if stop == 1:
        give(Role.SUPERVISOR, "supervise")
        return
    if stop == 2:
        file_id = _upload(town, one)
        give(Role.UNIT_CLERK, "decline", basis=said, signer="城管局长", files=[file_id])
        if number % 2:  # the others wait for the centre
            return
        give(Role.UNIT_REVIEWER, "sign-decline")
        return
    if stop == 3:
        if number % 2:
            give(Role.UNIT_CLERK, "extend", limit="2 工作日")
            return
        until = (town.clock() + timedelta(days=2)).isoformat()
        give(Role.UNIT_CLERK, "pause", until=until)
        give(Role.DISPATCHER, "grant-pause")
        return
    give(Role.UNIT_CLERK, "reply", is_informed=True)
    give(Role.UNIT_REVIEWER, "pass-review")
    if stop == 4:
        return
    give(Role.DISPATCHER, "resolve")
    if stop == 5:
        give(Role.FOLLOW_UP_AGENT, "call-attempt", result="no_answer")
        return
    give(Role.FOLLOW_UP_AGENT, "follow-up", satisfaction="dissatisfied", reason="问题没有解决")
    if number % 22 == 10:
        give(Role.FOLLOW_UP_AGENT, "reopen")


def _upload(town: Town, one: Planted) -> int:
    """A photo that somebody named after the person."""
    name = f"{one.person.name}{one.person.phone}.png"
    answer = town.api(Role.UNIT_CLERK, HANDLER).open(
        "POST", f"/work-orders/{one.order}/files", data={"file": (io.BytesIO(PNG), name)}
    )
    assert answer.status_code == 201, answer.text
    file_id: int = answer.json["id"]
    return file_id
