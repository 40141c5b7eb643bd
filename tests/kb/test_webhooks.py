"""事件推送: what is told to whom, and how it gets there."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import select

from kb.db import Database
from kb.models import (
    KnowledgeItem,
    Notice,
    StoredFile,
    Unit,
    WebhookDelivery,
    WebhookSubscription,
)
from kb.sender import Outside, Sender
from kb.services.entries import PlannedLink
from kb.services.publishing import publish
from kb.services.webhook_sending import BACK_OFF, secret_of, send_again
from kb.services.withdrawing import withdraw
from kb.terms import Audience, LinkKind, ReadState
from kb.webhook_post import DeliveryRefused, http_post, resolve_target
from tests.kb.conftest import EDITOR, NOW
from tests.kb.test_entries import content, draft
from tests.kb.test_publishing import held, published
from tests.web.conftest import ManualClock

ALL = ["entry.published", "entry.superseded", "entry.withdrawn"]


def subscribe(database: Database, events: Sequence[str] = ALL, **more: Any) -> int:
    with database.unit_of_work() as session:
        row = WebhookSubscription(
            name="市政务平台",
            url="https://hook.tingzhou.example/kb",
            events=list(events),
            salt="0" * 32,
            created_at=NOW,
            **more,
        )
        session.add(row)
    return row.id


def told(database: Database) -> list[tuple[str, str]]:
    """Event and title of every delivery, in order."""
    with database.reading() as session:
        rows = session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id))
        return [(row.event, row.payload["entry"]["title"]) for row in rows]


def test_publication_tells_its_subscribers_in_the_same_transaction(
    any_database: Database, unit: Unit
) -> None:
    subscribe(any_database)
    version = draft(any_database, unit, title="入园指南", valid_until=date(2027, 8, 31))
    session = any_database.session()
    publish(session, held(session, version), actor=EDITOR, now=NOW)
    session.rollback()
    assert told(any_database) == []
    with any_database.unit_of_work() as session:
        publish(session, held(session, version), actor=EDITOR, now=NOW)
    with any_database.reading() as session:
        row = session.scalars(select(WebhookDelivery)).one()
        assert (row.event, row.state, row.next_try_at) == ("entry.published", "waiting", NOW)
        assert row.payload["id"] == row.event_id
        assert row.payload["occurred_at"] == "2026-05-07T02:24:00+00:00"
        entry = row.payload["entry"]
        assert (entry["id"], entry["version"], entry["title"]) == (version.item_id, 1, "入园指南")
        assert (entry["unit"], entry["valid_until"]) == ("汀州市教育局", "2027-08-31")


def test_a_successor_tells_that_the_old_entry_was_superseded(
    any_database: Database, unit: Unit
) -> None:
    old = published(any_database, unit, title="旧入园指南")
    subscribe(any_database)
    link = PlannedLink(LinkKind.SUPERSEDES, old.item_id, date(2026, 6, 1))
    published(any_database, unit, title="新入园指南", links=(link,))
    assert sorted(told(any_database)) == [
        ("entry.published", "新入园指南"),
        ("entry.superseded", "旧入园指南"),
    ]
    with any_database.reading() as session:
        query = select(WebhookDelivery).where(WebhookDelivery.event == "entry.superseded")
        row = session.scalars(query).one()
        assert row.payload["entry"]["ended_on"] == "2026-05-31"


def test_only_the_asked_events_of_the_asked_units_are_told(
    any_database: Database, unit: Unit
) -> None:
    with any_database.unit_of_work() as session:
        below = Unit(name="汀州市第一幼儿园", aliases=[], parent_id=unit.id)
        other = Unit(name="汀州市水务局", aliases=[])
        session.add_all([below, other])
    subscribe(any_database, ["entry.withdrawn"])
    subscribe(any_database, ["entry.published"], unit_id=unit.id)
    subscribe(any_database, ["entry.published"], is_active=False)
    mine = published(any_database, below, title="幼儿园的")
    published(any_database, other, title="水务局的")
    assert told(any_database) == [("entry.published", "幼儿园的")]
    with any_database.unit_of_work() as session:
        item = session.get_one(KnowledgeItem, mine.item_id)
        withdraw(session, item, actor=EDITOR, now=NOW, reason="内容有误")
    assert told(any_database)[1:] == [("entry.withdrawn", "幼儿园的")]


def test_internal_entries_are_told_only_where_that_was_allowed(
    any_database: Database, unit: Unit
) -> None:
    subscribe(any_database)
    assert content(audience=Audience.INTERNAL).audience == Audience.INTERNAL
    published(any_database, unit, title="内部口径", audience=Audience.INTERNAL)
    assert told(any_database) == []
    subscribe(any_database, with_internal=True)
    published(any_database, unit, title="内部口径二", audience=Audience.INTERNAL)
    assert told(any_database) == [("entry.published", "内部口径二")]


class Receiver:
    """A real HTTP server on loopback: keeps what it gets, answers what it is told to."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append((dict(self.headers), body))
                status = receiver.answers.pop(0) if receiver.answers else 204
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "http://127.0.0.1:1/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        self.url = f"http://localhost:{self.port}/hook?from=kb"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


LOCAL = ("localhost", "127.0.0.1", "::1")
KEY = "k" * 40


def sender(database: Database, clock: ManualClock, allowed: Sequence[str] = LOCAL) -> Sender:
    return Sender(database, Outside(http_post(allowed, timeout=5), KEY), clock)


def deliveries(database: Database) -> list[WebhookDelivery]:
    with database.reading() as session:
        return list(session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))


def point_to(database: Database, subscription_id: int, url: str) -> None:
    with database.unit_of_work() as session:
        session.get_one(WebhookSubscription, subscription_id).url = url


def test_a_receiver_that_fails_first_gets_the_same_event_again(
    any_database: Database, unit: Unit, receiver: Receiver
) -> None:
    point_to(any_database, subscribe(any_database), receiver.url)
    published(any_database, unit, title="入园指南")
    receiver.answers = [500]
    clock = ManualClock()
    out = sender(any_database, clock)
    while out.turn():
        pass
    row = deliveries(any_database)[0]
    assert (row.state, row.status, row.attempts) == ("waiting", 500, 1)
    assert (row.error, row.next_try_at) == ("接收方回答 500", NOW + timedelta(minutes=1))
    clock.forward(minutes=1)
    while out.turn():
        pass
    row = deliveries(any_database)[0]
    assert (row.state, row.status, row.attempts, row.error) == ("sent", 204, 2, "")
    assert len(receiver.got) == 2
    first, second = (json.loads(body) for _, body in receiver.got)
    assert first == second == row.payload
    assert first["entry"]["title"] == "入园指南"


def test_the_signature_is_the_hmac_of_time_and_body_under_the_shown_secret(
    any_database: Database, unit: Unit, receiver: Receiver
) -> None:
    point_to(any_database, subscribe(any_database), receiver.url)
    published(any_database, unit)
    sender(any_database, ManualClock()).turn()
    headers, body = receiver.got[0]
    secret = secret_of(KEY, "0" * 32)
    stamp, _, given = headers["X-Yingda-Signature"].partition(",v1=")
    assert stamp == f"t={int(NOW.timestamp())}"
    text = f"{int(NOW.timestamp())}.".encode() + body
    assert given == hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    assert headers["X-Yingda-Event"] == "entry.published"
    assert headers["X-Yingda-Event-Id"] == json.loads(body)["id"]
    assert secret != secret_of(KEY, "1" * 32)
    assert secret != secret_of("j" * 40, "0" * 32)


def test_it_is_given_up_after_about_a_day_and_can_be_sent_again(
    any_database: Database, unit: Unit, receiver: Receiver
) -> None:
    point_to(any_database, subscribe(any_database), receiver.url)
    published(any_database, unit)
    receiver.answers = [503] * 20
    clock = ManualClock()
    out = sender(any_database, clock)
    begun = clock()
    while deliveries(any_database)[0].state == "waiting":
        out.turn()
        clock.forward(minutes=1)
    assert len(receiver.got) == len(BACK_OFF) + 1
    assert timedelta(hours=20) < clock() - begun < timedelta(hours=28)
    with any_database.reading() as session:
        found = session.scalars(select(Notice).where(Notice.kind == "webhook_failed")).one()
        assert (found.role, found.title) == (
            "admin",
            "事件推送没有送达：市政务平台，接收方回答 503",
        )
    receiver.answers = []
    row = deliveries(any_database)[0]
    with any_database.unit_of_work() as session:
        send_again(session, row.id, clock())
    out.turn()
    assert deliveries(any_database)[0].state == "sent"
    headers = [headers["X-Yingda-Event-Id"] for headers, _ in receiver.got]
    assert set(headers) == {row.event_id}


def test_redirects_are_not_followed(any_database: Database, unit: Unit, receiver: Receiver) -> None:
    point_to(any_database, subscribe(any_database), receiver.url)
    published(any_database, unit)
    receiver.answers = [302]
    sender(any_database, ManualClock()).turn()
    row = deliveries(any_database)[0]
    assert (row.state, row.status) == ("waiting", 302)
    assert "不跟随" in row.error


def test_a_receiver_that_is_away_does_not_hold_the_sender_for_each_event(
    any_database: Database, unit: Unit
) -> None:
    subscription = subscribe(any_database)
    point_to(any_database, subscription, "http://localhost:1/hook")
    for number in range(3):
        published(any_database, unit, title=f"条目{number}")
    out = sender(any_database, ManualClock())
    out.turn()
    assert out.turn() is False
    rows = deliveries(any_database)
    assert [row.attempts for row in rows] == [1, 0, 0]
    assert {row.state for row in rows} == {"waiting"}
    assert {row.next_try_at for row in rows} == {NOW + timedelta(minutes=1)}


def test_a_subscription_that_ended_is_told_nothing_more(
    any_database: Database, unit: Unit, receiver: Receiver
) -> None:
    subscription = subscribe(any_database)
    point_to(any_database, subscription, receiver.url)
    published(any_database, unit)
    with any_database.unit_of_work() as session:
        session.get_one(WebhookSubscription, subscription).is_active = False
    sender(any_database, ManualClock()).turn()
    assert receiver.got == []
    assert deliveries(any_database)[0].state == "dropped"


@pytest.mark.parametrize(
    ("url", "allowed", "reason"),
    [
        ("http://localhost/x", (), "不在允许推送的名单"),
        ("http://localhost.evil.example/x", ("localhost",), "不在允许推送的名单"),
        ("http://hook.example:8080/x", ("hook.example:80",), "不在允许推送的名单"),
        ("ftp://localhost/x", LOCAL, "https://主机"),
        ("http://user:word@localhost/x", LOCAL, "用户名"),
        ("http://localhost/x#y", LOCAL, "用户名"),
        ("http://localhost:99999/x", LOCAL, "https://主机"),
        ("http:///x", LOCAL, "https://主机"),
        ("http://loc alhost/x", LOCAL, "https://主机"),
        ("http://localhost/x", ("localhost",), "内部地址"),
        (f"http://{'a' * 70}/x", ("a" * 70,), "找不到主机"),
        ("http://127.0.0.1/x", ("127.0.0.2",), "不在允许推送的名单"),
        ("http://169.254.169.254/latest", ("hook.example",), "不在允许推送的名单"),
        ("http://[::ffff:10.0.0.1]/x", ("[::ffff:10.0.0.1]:80",), "内部地址"),
        ("http://2130706433/x", ("2130706433",), "内部地址"),
    ],
)
def test_only_listed_hosts_at_listed_or_public_addresses_are_called(
    url: str, allowed: tuple[str, ...], reason: str
) -> None:
    with pytest.raises(DeliveryRefused, match=reason):
        resolve_target(url, allowed)


def test_a_host_that_is_listed_with_its_inner_address_is_called() -> None:
    target = resolve_target("https://localhost:8443/x", ("localhost:8443", "127.0.0.1", "::1"))
    assert (target.host, target.port) == ("localhost", 8443)
    assert target.address in ("127.0.0.1", "::1")


def test_the_end_of_reading_an_original_is_told_in_its_own_transaction(
    any_database: Database, unit: Unit
) -> None:
    subscribe(any_database, ["document.read", "document.failed"])
    subscribe(any_database, ["document.read", "document.failed"], with_internal=True)
    with any_database.unit_of_work() as session:
        rows = [
            StoredFile(sha256="0" * 64, size_bytes=1, name=name, unit_id=unit.id, uploaded_at=NOW)
            for name in ("好的.docx", "坏的.pdf")
        ]
        session.add_all(rows)
    with any_database.unit_of_work() as session:
        good, bad = (session.get_one(StoredFile, row.id) for row in rows)
        good.read_state = ReadState.READ.value
        bad.read_state, bad.problem = ReadState.FAILED.value, "文件已损坏"
    with any_database.unit_of_work() as session:
        session.get_one(StoredFile, good.id).file_type = "docx"
    told_of = [(row.event, row.payload["document"]) for row in deliveries(any_database)]
    assert sorted((event, one["name"], one["problem"]) for event, one in told_of) == [
        ("document.failed", "坏的.pdf", "文件已损坏"),
        ("document.read", "好的.docx", ""),
    ]
