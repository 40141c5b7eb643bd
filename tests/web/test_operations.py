"""Alive, ready, and the figures for a monitor."""

import re

from flask.testing import FlaskClient

from kb.db import Database
from kb.models import IndexJob, WorkerBeat
from tests.web.conftest import ManualClock
from webapp import create_app
from webapp.settings import Settings


class ReadySearch:
    """A search that says it serves."""

    def readiness(self) -> list[tuple[str, bool, str]]:
        return [("index", True, "索引正常")]


def test_alive_needs_nothing(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "alive"}


def test_ready_once_database_index_and_worker_serve(
    settings: Settings, database: Database, clock: ManualClock
) -> None:
    client = create_app(settings, database, ReadySearch(), clock).test_client()
    waiting = client.get("/readyz")
    assert waiting.status_code == 503
    assert {c["name"]: c["ready"] for c in waiting.get_json()["checks"]} == {
        "database": True,
        "worker": False,
        "index": True,
    }
    with database.unit_of_work() as session:
        session.add(WorkerBeat(name="indexer", holder="test", seen_at=clock()))
    assert client.get("/readyz").status_code == 200
    clock.forward(seconds=61)
    assert client.get("/readyz").status_code == 503


def test_without_search_it_is_not_ready(client: FlaskClient) -> None:
    assert client.get("/readyz").status_code == 503


def test_metrics_count_requests_and_the_outbox(
    client: FlaskClient, database: Database, clock: ManualClock
) -> None:
    client.get("/healthz")
    client.get("/nowhere")
    with database.unit_of_work() as session:
        for number, parked in enumerate((False, False, True)):
            job = IndexJob(target="staff", object_id=number, enqueued_at=clock(), parked=parked)
            session.add(job)
    clock.forward(seconds=90)
    answer = client.get("/metrics")
    assert answer.content_type == "text/plain; version=0.0.4; charset=utf-8"
    lines = answer.text.splitlines()
    for line in (
        'yingda_http_requests_total{method="GET",status="200"} 1',
        'yingda_http_requests_total{method="GET",status="404"} 1',
        "yingda_http_request_seconds_count 2",
        'yingda_http_request_seconds_bucket{le="+Inf"} 2',
        "yingda_outbox_pending 2",
        "yingda_outbox_lag_seconds 90.000",
        "yingda_outbox_parked 1",
    ):
        assert line in lines
    shape = re.compile(r"^(# (HELP|TYPE) .+|[a-z_]+(\{[^}]*\})? [0-9.e+-]+)$")
    assert all(shape.match(line) for line in lines)
