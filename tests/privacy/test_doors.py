"""500 canaries came in through the doors of the product: where each may be read, and where not.

Nobody reads a phone or an ID number in full without saying why (the reveal is tested elsewhere);
strangers read nothing at all; the unit of a 保密 order learns nothing of who asked.
"""

import io
import json
import os
import re
import zipfile
from collections.abc import Iterable
from random import Random

import pytest
from sqlalchemy import select

from kb.db import Base
from kb.mail_post import SmtpServer, smtp_send
from kb.models import (
    AuditRecord,
    MailMessage,
    Notice,
    OrderFile,
    User,
    WebhookDelivery,
    WorkOrder,
)
from kb.sender import Outside, Sender
from kb.services.gap_round import run_round
from kb.services.upkeep import UPKEEP_JOB
from kb.terms import Role
from kb.webhook_post import Headers
from tests.kb.mail_server import mail_server
from tests.privacy.conftest import Filled
from tests.privacy.crawling import crawl
from tests.privacy.persons import bytes_leak, leaks, persons
from tests.privacy.planting import DOORS, MERGED_CALLERS, title_of
from tests.privacy.town import HANDLER, STRANGER, Town
from tests.web.conftest import csrf_token
from webapp.compose import handlers

# 诉求 and 工单 of this year.
_NUMBER = re.compile("LC(?:GD)?2026")
NUMBERS = tuple(number for person in persons() for number in person.numbers)


def secrets_of(filled: Filled) -> list[str]:
    secret = (order.person for order in filled.planted if order.is_secret)
    return [one for person in secret for one in (*person.canaries, *person.reached)]


def found_in(pages: Iterable[tuple[str, str]], canaries: Iterable[str] | None = None) -> list[str]:
    """Where something was read: address and canaries."""
    wanted = list(canaries) if canaries is not None else None
    return [f"{address}: {found}" for address, text in pages if (found := leaks(text, wanted))]


def test_everybody_came_in_and_their_orders_stand_at_every_step(filled: Filled) -> None:
    with filled.town.program.database.reading() as session:
        states = set(session.scalars(select(WorkOrder.state)))
    assert len(filled.planted) >= 65
    assert {"dispatched", "acknowledged", "centre_review", "resolved", "merged"} <= states
    kept = bytes_leak([p for p in filled.town.data.iterdir() if ".sqlite3" in p.name])
    assert len(set(kept)) >= 400  # what follows would find them


def test_the_public_reads_nobody(filled: Filled) -> None:
    town = filled.town
    starts = (
        "/",
        "/questions",
        "/notices",
        "/notices.rss",
        "/ask",
        "/track",
        "/sitemap.xml",
        "/robots.txt",
    )
    starts += ("/search?q=楼道灯不亮", f"/entry/{town.entry}", "/suggest?q=楼道灯", "/metrics")
    pages = list(crawl(town.app, town.app.test_client(), starts, 4))
    assert len(pages) > 12
    assert found_in(pages) == []


def test_progress_tells_nothing_of_who_asked_also_of_a_merged_order(filled: Filled) -> None:
    public, pages = filled.town.app.test_client(), []
    csrf = csrf_token(public, "/track")
    for one in filled.planted:
        form = {"csrf_token": csrf, "number": one.request, "tail": one.person.phone[-4:]}
        answer = public.post("/track", data=form)
        assert one.request in answer.text
        pages.append((f"/track {one.request}", answer.text))
    assert found_in(pages) == []


@pytest.mark.parametrize("role", [Role.UNIT_CLERK, Role.UNIT_REVIEWER])
def test_another_unit_reads_nobody(filled: Filled, role: Role) -> None:
    town = filled.town
    pages = list(crawl(town.app, town.browser(role, STRANGER), ("/units", "/units/orders"), 2))
    pages += [
        (path, town.api(role, STRANGER).get(path).text)
        for one in filled.planted[:: 1 if role is Role.UNIT_CLERK else 10]
        for path in (f"/work-orders/{one.order}", f"/requests/{one.request}")
    ]
    pages.append(("/search", town.api(role, STRANGER).get("/search?q=楼道灯不亮").text))
    assert len(pages) > 30
    assert found_in(pages) == []


@pytest.mark.parametrize("role", [Role.UNIT_CLERK, Role.UNIT_REVIEWER])
def test_the_unit_of_a_confidential_order_reads_nothing_of_who_asked(
    filled: Filled, role: Role
) -> None:
    town, secret = filled.town, secrets_of(filled)
    own = [one for one in filled.planted if one.is_secret]
    own = own if role is Role.UNIT_CLERK else own[:8]
    paths = [f"/units/orders/{one.order}" for one in own]
    starts = ("/units", "/units/orders?list=all", "/reminders", "/units/gaps", *paths)
    browser, api = town.browser(role, HANDLER), town.api(role, HANDLER)
    pages = list(crawl(town.app, browser, starts, 1))
    pages += [(f"API {one.order}", api.get(f"/work-orders/{one.order}").text) for one in own]
    pages += [("API list", api.get(f"/work-orders?limit=100&page={n}").text) for n in (1, 2)]
    assert sum(address in paths for address, _ in pages) == len(own) >= 8
    assert found_in(pages, secret) == []
    assert found_in(pages, NUMBERS) == []


def test_a_letter_stays_whole_and_no_unit_opens_that_of_a_confidential_requester(
    filled: Filled,
) -> None:
    town, by_phone = filled.town, {person.phone: person for person in persons()}
    clerk, opened = town.browser(Role.UNIT_CLERK, HANDLER), []
    with town.program.database.reading() as session:
        letters = session.scalars(select(OrderFile).where(OrderFile.name.contains("来信"))).all()
        orders = {row.order_id: session.get_one(WorkOrder, row.order_id) for row in letters}
        secret = {one.id for one in orders.values() if one.request.is_confidential}
        people = {one.id: by_phone[one.request.requester_phone] for one in orders.values()}
        numbers = {one.id: one.number for one in orders.values()}
    assert len(letters) > 15 and 5 < len(secret) < len(orders)
    assert found_in([(row.name, row.name) for row in letters], NUMBERS) == []
    for row in letters:
        whole = (town.data / "originals").rglob(f"{row.sha256}*")
        assert bytes_leak(list(whole)), "nothing was planted in the letter"
        path = f"/units/orders/{numbers[row.order_id]}/files/{row.id}/file"
        answer = clerk.get(path)
        if row.order_id in secret:
            assert answer.status_code in (403, 404), path
        elif answer.status_code == 200:
            opened += leaks(answer.data.decode("utf-8", "replace"))
    # What was handed on with a merge: the open letter, never that of a 保密 requester.
    hidden = [one for key in secret for one in people[key].canaries]
    assert opened and not set(opened) & set(hidden)
    merged = set(leaks("".join(opened), persons_numbers(MERGED_CALLERS)))
    assert merged == set(persons_numbers(MERGED_CALLERS[1:]))


def persons_numbers(callers: tuple[int, ...]) -> list[str]:
    return [persons()[2::DOORS][number].phone for number in callers]


@pytest.mark.parametrize(
    ("role", "starts"),
    [
        (Role.AGENT, ("/desk/today", "/corrections/mine", "/reminders")),
        (Role.DISPATCHER, ("/dispatch?state=all", "/dispatch/requests", "/dispatch/catalogue")),
        (Role.FOLLOW_UP_AGENT, ("/follow-up", "/follow-up?pile=tried", "/reminders")),
        (Role.SUPERVISOR, ("/supervise", "/supervise/papers", "/supervise/declined")),
        (Role.EDITOR, ("/units", "/units/gaps", "/units/corrections", "/lab")),
        (Role.ADMIN, ("/admin", "/admin/audit", "/admin/mails", "/admin/webhooks")),
    ],
)
def test_the_centre_reads_no_number_in_full(
    filled: Filled, role: Role, starts: tuple[str, ...]
) -> None:
    town = filled.town
    pages = list(crawl(town.app, town.browser(role), starts, 1))
    assert len(pages) > len(starts)
    assert found_in(pages, NUMBERS) == []


def test_the_centre_reads_the_phone_masked(filled: Filled) -> None:
    browser = filled.town.browser(Role.DISPATCHER)
    for one in filled.planted[:6]:
        page = browser.get(f"/dispatch/orders/{one.order}").text
        assert one.person.masked_phone in page


def test_the_api_shows_numbers_masked_and_orders_to_their_people_only(filled: Filled) -> None:
    town, pages = filled.town, []
    for role in (Role.DISPATCHER, Role.AGENT, Role.EDITOR, Role.ADMIN, Role.SUPERVISOR):
        api = town.api(role)
        for one in filled.planted[:8]:
            pages += [
                (f"{role} {path}", api.get(path).text)
                for path in (f"/work-orders/{one.order}", f"/requests/{one.request}")
            ]
        pages.append((f"{role} list", api.get("/work-orders?limit=100").text))
    figures = "/figures/records?from=2026-03-01&to=2026-05-08&address="
    pages.append(("figures", town.api(Role.SUPERVISOR).get(f"{figures}totals/requests").text))
    assert found_in(pages, NUMBERS) == []


_EXPORTS = (
    (Role.DISPATCHER, "", "/dispatch/orders.xlsx?state=all", "/dispatch"),
    (Role.SUPERVISOR, "", "/supervise/orders/export?list=sign&format=csv", "/supervise/orders"),
    (Role.SUPERVISOR, "", "/supervise/orders/export?list=sign&format=xlsx", "/supervise/orders"),
    (Role.SUPERVISOR, "", "/supervise/papers/export?list=all&format=csv", "/supervise/papers"),
    (Role.SUPERVISOR, "", "/supervise/declined/export?list=all&format=csv", "/supervise/declined"),
    (
        *(Role.SUPERVISOR, ""),
        "/supervise/figures/records/export?from=2026-05-01&to=2026-05-08&address=totals/requests",
        "/supervise/orders",
    ),
    (
        *(Role.SUPERVISOR, ""),
        "/supervise/figures/records/export?from=2026-05-01&to=2026-05-08&address=totals/requests",
        "/supervise/orders",
    ),
    (Role.UNIT_CLERK, HANDLER, "/dispatch/orders.xlsx?state=all", "/units/orders"),
    (Role.UNIT_CLERK, STRANGER, "/dispatch/orders.xlsx?state=all", "/units/orders"),
)


@pytest.mark.parametrize(("role", "unit", "path", "page"), _EXPORTS)
def test_no_export_carries_a_person_out(
    filled: Filled, role: Role, unit: str, path: str, page: str
) -> None:
    browser = filled.town.browser(role, unit)
    answer = browser.post(path, data={"csrf_token": csrf_token(browser, page)})
    assert answer.status_code == 200, answer.text
    text = _unpacked(answer.data)
    assert unit == STRANGER or _NUMBER.search(text)
    assert found_in([(path, text)], NUMBERS) == []
    assert found_in([(path, text)], secrets_of(filled)) == []
    if unit == STRANGER:
        assert found_in([(path, text)]) == []


def test_no_table_of_words_rows_or_questions_carries_a_person_out(filled: Filled) -> None:
    tables = (
        (Role.ADMIN, "/admin/dictionary/export"),
        (Role.DISPATCHER, "/dispatch/catalogue/export"),
        (Role.EDITOR, "/admin/search-lab/queries/export.csv"),
    )
    pages = []
    for role, path in tables:
        answer = filled.town.browser(role).get(path)
        assert answer.status_code == 200, path
        pages.append((path, _unpacked(answer.data)))
    assert found_in(pages) == []


def _unpacked(data: bytes) -> str:
    if not data.startswith(b"PK"):
        return data.decode("utf-8-sig")
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist())


def test_notices_mails_and_events_tell_of_nobody(filled: Filled) -> None:
    town = filled.town
    town.write_mails()
    with town.program.database.reading() as session:
        notices = [("notice", row.title) for row in session.scalars(select(Notice))]
        mails = [("mail", f"{m.subject}\n{m.body}") for m in session.scalars(select(MailMessage))]
        rows = session.scalars(select(WebhookDelivery))
        events = [("event", json.dumps(row.payload, ensure_ascii=False)) for row in rows]
    assert len(notices) > 50 and len(mails) > 1 and len(events) > 50
    assert found_in([*notices, *mails, *events]) == []


def test_what_the_mail_server_and_the_receiver_of_events_get_tells_of_nobody(
    filled: Filled,
) -> None:
    """Read off the wire: mails as a real server took them, events as they were posted."""
    town, posted = filled.town, []
    town.write_mails()

    def post(url: str, headers: Headers, body: bytes) -> int:
        posted.append(("event", f"{url}\n{dict(headers)}\n{body.decode('unicode_escape')}"))
        posted.append(("event", body.decode()))
        return 204

    with mail_server() as inbox:
        server = SmtpServer("127.0.0.1", inbox.port, "kb@lanchuan.example", starttls=False)
        outside = Outside(post, "k" * 32, smtp_send(server), server.sender)
        sender = Sender(town.program.database, outside, town.clock)
        while sender.turn():
            pass
    mails = [("mail", f"{mail.items()}\n{mail.get_content()}") for mail in inbox.mails]
    assert len(mails) > 1 and any("/units/orders" in text for _, text in mails)
    assert len(posted) > 100
    assert set(inbox.recipients) <= {f"{name}@lanchuan.example" for name in _usernames(town)}
    assert found_in([*mails, *posted]) == []


def _usernames(town: Town) -> set[str]:
    with town.program.database.reading() as session:
        return set(session.scalars(select(User.username)))


def test_what_the_search_remembers_shows_others_nobody(filled: Filled) -> None:
    """Learned words, the adopted questions, the lessons, and the gaps with their questions."""
    town = filled.town
    run_round(town.program.database, town.program.search, town.clock)
    shown_to_all = ("learned_query", "gap", "judged_query")
    masked = ("search_record", "gap_query", "adoption", "entry_vote", "category_lesson")
    pages = {name: _table(town, name) for name in (*shown_to_all, *masked)}
    assert len(pages["search_record"]) > 500 and len(pages["gap_query"]) > 100
    assert found_in([(name, pages[name]) for name in shown_to_all]) == []
    assert found_in([(name, pages[name]) for name in masked], NUMBERS) == []


def _table(town: Town, name: str) -> str:
    with town.program.database.reading() as session:
        rows = session.execute(select(Base.metadata.tables[name])).all()
    return "\n".join(str(tuple(row)) for row in rows)


def test_a_draft_prefilled_from_a_reply_names_nobody(filled: Filled) -> None:
    town = filled.town
    settled = [one for one in filled.planted if _state(town, one.order) == "resolved"]
    agent, pages = town.browser(Role.FOLLOW_UP_AGENT), []
    for one in settled[:8]:
        path = f"/orders/{one.order}/knowledge"
        page = agent.get(path)
        assert page.status_code == 200
        pages.append((path, page.text))
    assert len(pages) == 8
    assert found_in(pages, NUMBERS) == []
    forms = [(path, text.split('id="k-draft"', 1)[1].split("</form>")[0]) for path, text in pages]
    assert all("楼道灯不亮" in form for _, form in forms)
    assert found_in(forms) == []


def _state(town: Town, number: str) -> str:
    with town.program.database.reading() as session:
        return session.scalars(select(WorkOrder.state).where(WorkOrder.number == number)).one()


def test_the_message_and_the_page_of_an_evaluation_name_nobody(filled: Filled) -> None:
    town, agent = filled.town, filled.town.browser(Role.FOLLOW_UP_AGENT)
    public, pages = town.app.test_client(), []
    for one in filled.planted:
        page = agent.get(f"/follow-up/{one.order}").text
        if "/rate/" not in page:
            continue
        message = page[page.index("【澜川市") :].split("</", 1)[0]
        token = message.split("/rate/", 1)[1].split(" ", 1)[0]
        answer = public.get(f"/rate/{token}")
        assert answer.status_code == 200 and one.request in answer.text
        pages += [("message", message), ("/rate/", answer.text)]
    assert len(pages) >= 10
    assert found_in(pages) == []


def test_an_error_page_repeats_no_address(filled: Filled, monkeypatch: pytest.MonkeyPatch) -> None:
    town, public, pages = filled.town, filled.town.app.test_client(), []
    agent = town.browser(Role.AGENT)
    for person in persons()[:10]:
        for path in (f"/{person.phone}", f"/entry/{person.name}", f"/rate/{person.id_number}"):
            answer = public.get(path)
            assert answer.status_code == 404
            pages.append((path, answer.text))
        for path in (f"/desk/entry/{person.door}", f"/dispatch/orders/{person.phone}"):
            answer = agent.get(path)
            assert answer.status_code in (403, 404)
            pages.append((path, answer.text))
        answer = town.api(Role.AGENT).get(f"/work-orders/{person.phone}")
        assert answer.status_code == 404
        pages.append(("API", answer.text))
    monkeypatch.setattr("webapp.public_faq.asking.submit", _break)
    for person in persons()[:3]:
        form = {"csrf_token": csrf_token(public, "/ask"), "token": f"broken-{person.phone}-000"}
        answer = public.post("/ask", data=form | {"title": title_of(person)})
        assert answer.status_code == 500
        pages.append(("/ask", answer.text))
    assert found_in([(path[:6], text) for path, text in pages]) == []


def _break(*_args: object, **_values: object) -> None:
    raise RuntimeError("broken on purpose")


def test_a_file_that_nobody_handed_in_is_gone_after_its_week(filled: Filled) -> None:
    """Its bytes and its name; what is noted of the clearing names neither."""
    town, one = filled.town, filled.planted[0]
    data = one.person.said(Random(7)).encode()
    answer = town.api(Role.UNIT_CLERK, HANDLER).open(
        "POST",
        f"/work-orders/{one.order}/files",
        data={"file": (io.BytesIO(data), f"{one.person.name}{one.person.phone}.txt")},
    )
    assert answer.status_code == 201, answer.text
    with town.program.database.reading() as session:
        sha256 = session.get_one(OrderFile, answer.json["id"]).sha256
    path = town.program.files.path(sha256)
    assert leaks(path.read_text())
    written = town.clock().timestamp()
    os.utime(path, (written, written))
    town.forward(hours=8 * 24)
    handlers(town.program)[UPKEEP_JOB]({})
    assert not path.exists()
    with town.program.database.reading() as session:
        assert session.get(OrderFile, answer.json["id"]) is None
        noted = select(AuditRecord).where(AuditRecord.action == "order_file.clear")
        assert sha256 in [row.detail["sha256"] for row in session.scalars(noted)]


def test_the_log_the_audit_and_the_files_beside_the_database_hold_nobody(filled: Filled) -> None:
    """Last, so that it sees what all the reading above has left behind."""
    town = filled.town
    with town.program.database.reading() as session:
        audit = [
            (row.action, f"{row.object_id} {json.dumps(row.detail, ensure_ascii=False)}")
            for row in session.scalars(select(AuditRecord))
        ]
    assert len(audit) > 50
    assert found_in(audit) == []
    assert len(town.log.lines) > 20
    assert found_in([("log", line) for line in town.log.lines]) == []
    kept = town.data / "originals"
    files = [
        path
        for path in town.data.rglob("*")
        if path.is_file() and kept not in path.parents and ".sqlite3" not in path.name
    ]
    assert any("indexes" in path.parts for path in files)
    assert bytes_leak(files) == []
