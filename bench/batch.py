"""How long a batch of small files takes, and how much the web process grows.

    python -m bench.batch [--files 1000] [--order draft]

Starts the real server with its worker on a data folder of its own, logs in, sends the files
through the pages' own addresses a few at a time, and waits until every one has been read; with
``--order`` also until all are drafts. Prints one line a figure, with its bar where it has one. The
processor time is of the server, its worker and its readers while they work on the batch: it tells
a slow program from a busy machine.
"""

from __future__ import annotations

import argparse
import http.cookiejar
import json
import os
import re
import secrets
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any

from bench.batch_files import documents
from bench.hostile_files.watch import descendants
from kb.db import Database
from kb.models import Unit
from kb.services.accounts import create_user
from kb.terms import Role
from tests.browser.live import free_port
from webapp.compose import build
from webapp.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
SECONDS_BAR, GROWTH_BAR_MB = 180, 50
FILES_A_REQUEST = 25
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """One person's session over HTTP."""

    def __init__(self, base: str) -> None:
        self.base = base
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar)
        self.token = ""

    def log_in(self, username: str, password: str) -> None:
        """Log in through the page."""
        found = _TOKEN.search(self.get("/login").decode())
        self.token = found[1] if found else ""
        self.post("/login", {"username": username, "password": password}, [])
        found = _TOKEN.search(self.get("/units/batches").decode())
        if found is None:
            raise SystemExit("could not log in")
        self.token = found[1]

    def get(self, path: str) -> bytes:
        """The body of a page."""
        request = urllib.request.Request(self.base + path, headers={"Accept": "*/*"})  # noqa: S310 - ours
        with self._opener.open(request, timeout=120) as answer:
            return bytes(answer.read())

    def post(self, path: str, form: dict[str, str], files: list[tuple[str, bytes]]) -> bytes:
        """The answer to a form with files, as its script would send it."""
        mark = uuid.uuid4().hex
        parts = [("csrf_token", self.token), *form.items(), *(("paths", name) for name, _ in files)]
        body = b"".join(
            f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in parts
        )
        for name, data in files:
            head = f'Content-Disposition: form-data; name="files"; filename="{name}"'
            kind = "Content-Type: application/octet-stream"
            body += f"--{mark}\r\n{head}\r\n{kind}\r\n\r\n".encode() + data + b"\r\n"
        body += f"--{mark}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={mark}",
            "Accept": "application/json" if path != "/login" else "*/*",
            "Origin": self.base,
        }
        request = urllib.request.Request(self.base + path, body, headers)  # noqa: S310 - ours
        with self._opener.open(request, timeout=120) as answer:
            return bytes(answer.read())


class Memory:
    """The most that a process ever held, looked at now and then."""

    def __init__(self, pid: int) -> None:
        self.pid, self.most = pid, 0.0
        self._stop = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def now(self) -> float:
        """Resident megabytes."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024

    def _watch(self) -> None:
        while not self._stop.wait(0.5):
            self.most = max(self.most, self.now())

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()


def _prepare(folder: Path, password: str) -> None:
    environment = _environment(folder, 0)
    subprocess.run(
        [sys.executable, "-m", "kb", "setup"], cwd=ROOT, env=environment, check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    program = build(Settings.from_env(environment))
    _add_person(program.database, program.clock(), password)
    program.close()


def _add_person(database: Database, now: Any, password: str) -> None:
    with database.unit_of_work() as session:
        unit = Unit(name="云汀市政务服务办公室", aliases=[])
        session.add(unit)
        session.flush()
        create_user(
            session,
            username="batch",
            name="批量推送",
            password=password,
            roles=(Role.UNIT_CLERK,),
            unit_id=unit.id,
            now=now,
            must_change_password=False,
        )


def _environment(folder: Path, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    return kept | {"KB_DATA": str(folder), "PORT": str(port or 8000), "KB_RATE_LIMITS": "off"}


def _wait_ready(browser: Browser) -> None:
    for _ in range(600):
        try:
            browser.get("/readyz")
        except OSError:
            time.sleep(0.2)
        else:
            return
    raise SystemExit("the server did not become ready")


def _web_process(server: int) -> int:
    """gunicorn's one worker process, whose parent is the server."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    return int(children[0])


def measure(browser: Browser, memory: Memory, count: int, order: str) -> dict[str, float]:
    """Send, wait, and read the figures off the page's own progress."""
    before, began = memory.now(), time.monotonic()
    opened = json.loads(browser.post("/units/batches", {"key": uuid.uuid4().hex}, []))
    waiting: list[tuple[str, bytes]] = []
    for document in documents(count):
        waiting.append(document)
        if len(waiting) == FILES_A_REQUEST:
            browser.post(opened["files"], {}, waiting)
            waiting = []
    if waiting:
        browser.post(opened["files"], {}, waiting)
    browser.post(opened["received"], {}, [])
    sent = time.monotonic() - began
    _wait(browser, opened["href"])
    done = {"sent_s": sent, "read_s": time.monotonic() - began}
    if order:
        browser.post(f"{opened['href']}/order", {"all": "1", "how": order}, [])
        _wait(browser, opened["href"])
        done["ordered_s"] = time.monotonic() - began
    progress = json.loads(browser.get(f"{opened['href']}/progress"))
    memory.stop()
    growth = max(memory.most, memory.now()) - before
    return done | {
        "files": progress["read"], "settled": progress["settled"], "before_mb": before,
        "growth_mb": growth,
    }  # fmt: skip


def _wait(browser: Browser, href: str) -> None:
    while not json.loads(browser.get(f"{href}/progress"))["is_done"]:
        time.sleep(1)


def _processor_seconds(server: int) -> float:
    """Of the server and every process below it, with the children they have waited for."""
    ticks = 0
    for pid in (server, *descendants(server)):
        try:
            stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except FileNotFoundError:  # it has ended meanwhile; its parent counts it
            continue
        # After the name in brackets: user, system, and both of the children waited for.
        ticks += sum(int(each) for each in stat[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--order", choices=("", "draft", "submit"), default="")
    asked = parser.parse_args()
    password = f"Yunting-{secrets.token_hex(8)}"
    with tempfile.TemporaryDirectory(prefix="bench-batch-") as name:
        folder, port = Path(name), free_port()
        _prepare(folder, password)
        server = subprocess.Popen(
            [sys.executable, "-m", "kb", "serve", "--with-worker"],
            cwd=ROOT,
            env=_environment(folder, port),
            stdout=subprocess.DEVNULL,
        )
        try:
            browser = Browser(f"http://127.0.0.1:{port}")
            _wait_ready(browser)
            browser.log_in("batch", password)
            used = _processor_seconds(server.pid)
            found = measure(browser, Memory(_web_process(server.pid)), asked.files, asked.order)
            found["processor_s"] = _processor_seconds(server.pid) - used
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=60)
    return _tell(found, asked.files)


def _tell(found: dict[str, float], count: int) -> int:
    total = found.get("ordered_s", found["read_s"])
    bar = SECONDS_BAR * count / 1000
    print(f"files read: {found['files']:.0f} ({count})")
    print(f"sent after: {found['sent_s']:.1f} s")
    print(f"read after: {found['read_s']:.1f} s (≤ {bar:.0f} s)")
    if "ordered_s" in found:
        print(f"drafts: {found['settled']:.0f} ({count}), after {found['ordered_s']:.1f} s")
    print(f"processor time: {found['processor_s']:.1f} s")
    print(f"web process before: {found['before_mb']:.0f} MB")
    print(f"web process growth: {found['growth_mb']:.1f} MB (≤ {GROWTH_BAR_MB} MB)")
    is_good = found["files"] == count and total <= bar and found["growth_mb"] <= GROWTH_BAR_MB
    print("1 passed, 0 failed" if is_good else "0 passed, 1 failed")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
