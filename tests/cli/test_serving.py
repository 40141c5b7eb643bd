"""``kb serve`` with the worker inside: it ends in order, and the demo is searchable."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from kb.db import Database
from kb.models import WorkerBeat

ROOT = Path(__file__).resolve().parents[2]


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_ready(port: int, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail("the server did not become ready")


def test_a_demo_over_built_indexes_is_searchable_and_the_lease_is_given_back(
    tmp_path: Path,
) -> None:
    port = _free_port()
    environment = os.environ | {"KB_DATA": str(tmp_path), "PORT": str(port)}
    command = [sys.executable, "-m", "kb"]
    subprocess.run([*command, "setup"], cwd=ROOT, env=environment, check=True)
    server = subprocess.Popen(
        [*command, "serve", "--demo", "--with-worker"], cwd=ROOT, env=environment
    )
    try:
        _wait_ready(port)
        database = Database(f"sqlite:///{tmp_path / 'yingda.sqlite3'}")
        with database.reading() as session:
            assert session.get(WorkerBeat, "indexer") is not None
        checked = subprocess.run(
            [*command, "check-index", "--json"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        report = json.loads(checked.stdout)
        assert report["equal"] and report["targets"][0]["in_index"] > 50
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)
    with database.reading() as session:
        assert session.get(WorkerBeat, "indexer") is None
    database.close()
    # The commands promise what the pages of the demo city promise, without naming its rules.
    asked = [*command, "deadline", "--from", "2026-09-30 16:30", "--json"]
    asked += ["--clock", "resolve", "--purpose", "help"]
    rules = ["--profile", "demo/city.toml"]
    plain, named = (
        subprocess.run([*asked, *more], cwd=ROOT, env=environment, capture_output=True, check=True)
        for more in ([], rules)
    )
    assert json.loads(plain.stdout) == json.loads(named.stdout)
