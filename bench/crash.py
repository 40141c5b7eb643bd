"""Kill -9 of server and worker at random moments while documents are pushed.

Nothing that was acknowledged may be lost, and afterwards the index must equal the database:

    python -m bench.crash --kills 100

Prints one line per bar as ``name: value (bar)`` and a closing ``N passed, M failed`` line.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
PORT = 8643


@dataclass
class Tally:
    """What the pushing clients saw."""

    acknowledged: dict[str, int] = field(default_factory=dict)  # title -> document id
    refused: int = 0
    broken: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Stack:
    """The server and the worker as two processes on one data folder."""

    def __init__(self, folder: Path) -> None:
        self.environment = os.environ | {
            "KB_DATA": str(folder),
            "PORT": str(PORT),
            "KB_RATE_LIMITS": "off",
        }
        self.log = (folder.parent / "stack.log").open("ab")
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def command(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a ``kb`` command to its end."""
        return subprocess.run(
            [sys.executable, "-m", "kb", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def start(self, name: str) -> None:
        """Start ``serve`` or ``worker`` in a process group of its own."""
        words = ["serve", "--workers", "1"] if name == "serve" else ["worker"]
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", "kb", *words],
            cwd=ROOT,
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )

    def kill(self, name: str) -> None:
        """``kill -9`` the whole group at once."""
        process = self.processes[name]
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def wait_ready(self, seconds: float = 60) -> None:
        """Until the server answers."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/healthz", timeout=1):
                    return
            except (OSError, urllib.error.URLError):
                time.sleep(0.1)
        raise TimeoutError("the server did not come up; see stack.log")


def push_forever(token: str, name: str, tally: Tally, stop: threading.Event) -> None:
    """Push one document after another; a title counts only after the 201 was read whole."""
    number = 0
    while not stop.is_set():
        number += 1
        title = f"崩溃试验{name}第{number}号通知"
        body = {
            "title": title,
            "text": f"{title}。\n一、时间。自即日起。\n二、地点。{name}号窗口。",
        }
        request = urllib.request.Request(
            f"http://127.0.0.1:{PORT}/api/v1/documents",
            data=json.dumps(body | {"kind": "notice", "publish": True}).encode(),
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
                reply = json.loads(answer.read())
        except urllib.error.HTTPError:
            with tally.lock:
                tally.refused += 1
        except (OSError, ValueError, urllib.error.URLError):
            with tally.lock:
                tally.broken += 1
            time.sleep(0.05)
        else:
            with tally.lock:
                tally.acknowledged[title] = reply["id"]


def prepare(stack: Stack) -> str:
    """A database with one unit and a token that may push; returns the token's secret."""
    done = stack.command("setup")
    if done.returncode:
        raise RuntimeError(done.stderr)
    script = (
        "from webapp.compose import build\n"
        "from webapp.settings import Settings\n"
        "from kb.models import Unit\n"
        "from kb.services.accounts import create_user\n"
        "from kb.services.api_tokens import create_token\n"
        "from kb.terms import Role\n"
        "p = build(Settings.from_env())\n"
        "with p.database.unit_of_work() as s:\n"
        "    u = Unit(name='崩溃试验局', aliases=[], is_trusted=True); s.add(u); s.flush()\n"
        "    person = create_user(s, username='pusher', name='推送员', password='Crash-2026x',\n"
        "        roles=[Role.UNIT_CLERK, Role.UNIT_REVIEWER, Role.EDITOR], unit_id=u.id,\n"
        "        now=p.clock(), must_change_password=False)\n"
        "    print(create_token(s, name='crash', unit_id=u.id, user_id=person.id,\n"
        "        scopes=['documents'], actor_id=person.id, now=p.clock())[1])\n"
    )
    made = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=stack.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise RuntimeError(made.stderr)
    return made.stdout.strip().splitlines()[-1]


def wait_for_traffic(tally: Tally, documents: int, seconds: float = 15) -> None:
    """Until so many more documents were acknowledged: a kill must fall into live traffic."""
    wanted, end = len(tally.acknowledged) + documents, time.monotonic() + seconds
    while len(tally.acknowledged) < wanted and time.monotonic() < end:
        time.sleep(0.01)


def torment(stack: Stack, tally: Tally, kills: int, chance: random.Random) -> int:
    """Kill server, worker or both at random moments; returns how many kills were made."""
    for count in range(1, kills + 1):
        wait_for_traffic(tally, chance.randrange(1, 6))
        time.sleep(chance.uniform(0, 0.6))
        victims = chance.choice((["serve"], ["worker"], ["serve", "worker"]))
        for name in victims:
            stack.kill(name)
        for name in victims:
            stack.start(name)
        if "serve" in victims:
            stack.wait_ready()
        print(f"\rkills: {count}", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return kills


def settle(stack: Stack, seconds: float = 120) -> dict[str, object]:
    """Wait until the outbox is empty, then compare index and database."""
    end = time.monotonic() + seconds
    while True:
        report: dict[str, object] = json.loads(stack.command("check-index", "--json").stdout)
        targets: list[dict[str, int]] = report["targets"]  # type: ignore[assignment]
        if not any(target["waiting"] for target in targets) or time.monotonic() > end:
            return report
        time.sleep(0.5)


def stored_titles(stack: Stack) -> set[str]:
    """Titles of all published versions in the database."""
    script = (
        "from sqlalchemy import select\n"
        "from webapp.compose import build\n"
        "from webapp.settings import Settings\n"
        "from kb.models import KnowledgeVersion\n"
        "p = build(Settings.from_env())\n"
        "with p.database.reading() as s:\n"
        "    for t in s.scalars(select(KnowledgeVersion.title)): print(t)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=stack.environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines())


def run(kills: int, clients: int, seed: int) -> bool:
    """The whole trial; True when every bar is met."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "var"
        folder.mkdir()
        stack = Stack(folder)
        token = prepare(stack)
        for name in ("serve", "worker"):
            stack.start(name)
        stack.wait_ready()
        tally, stop = Tally(), threading.Event()
        threads = [
            threading.Thread(target=push_forever, args=(token, f"甲{i}", tally, stop))
            for i in range(clients)
        ]
        for thread in threads:
            thread.start()
        made = torment(stack, tally, kills, random.Random(seed))
        stop.set()
        for thread in threads:
            thread.join()
        report = settle(stack)
        lost = set(tally.acknowledged) - stored_titles(stack)
        for name in ("serve", "worker"):
            stack.kill(name)
        return conclude(made, tally, lost, report)


def conclude(kills: int, tally: Tally, lost: set[str], report: dict[str, object]) -> bool:
    """Print the figures and the verdict."""
    targets: list[dict[str, list[object]]] = report["targets"]  # type: ignore[assignment]
    off = {
        name: sum(len(target[name]) for target in targets)
        for name in ("missing", "extra", "stale", "duplicate")
    }
    bars = [
        ("acknowledged documents", len(tally.acknowledged), "> 0", len(tally.acknowledged) > 0),
        ("lost", len(lost), "0", not lost),
        *((f"index {name}", count, "0", count == 0) for name, count in off.items()),
        ("index equals database", report["equal"], "True", bool(report["equal"])),
    ]
    print(f"kills: {kills}; requests broken by a kill: {tally.broken}; refused: {tally.refused}")
    for name, value, bar, _ in bars:
        print(f"{name}: {value} ({bar})")
    failed = sum(not ok for *_, ok in bars)
    print(f"{len(bars) - failed} passed, {failed} failed")
    return failed == 0


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    print(f"seed: {options.seed}")
    sys.exit(0 if run(options.kills, options.clients, options.seed) else 1)


if __name__ == "__main__":
    main()
