"""The corpus through the real upload endpoint of a real server."""

from __future__ import annotations

import hashlib
import http.client
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.crash import PORT, ROOT, Stack
from bench.hostile_files.made import Hostile
from bench.hostile_files.watch import Watch

_MIB = 1024
_PATIENCE = 60  # seconds for a batch


@dataclass(frozen=True)
class Result:
    """What became of one upload.

    :ivar verdict: read, needs_ocr, batch, or the code of the refusal.
    :ivar kept: True when the store holds exactly the bytes that were sent.
    """

    group: str
    name: str
    status: int
    verdict: str
    expected: tuple[str, ...]
    seconds: float
    child_mib: int
    recogniser_mib: int
    kept: bool

    @property
    def is_right(self) -> bool:
        """Whether the verdict is one of the expected."""
        return self.verdict in self.expected


def upload_all(
    stack: Stack, folder: Path, token: str, made: list[tuple[Hostile, Path]]
) -> Iterator[Result]:
    """Upload one file after another and yield what became of it, a batch to its end."""
    processes = [process.pid for process in stack.processes.values()]
    for each, path in made:
        data = path.read_bytes()
        started = time.monotonic()
        with Watch(processes) as watch:
            status, answer = _post(token, each.upload, data)
            if "batch_id" in answer:
                answer = _batch(token, int(str(answer["batch_id"])))
        yield Result(
            each.group,
            each.name,
            status,
            _verdict(status, answer),
            tuple(sorted(each.expected)),
            round(time.monotonic() - started, 2),
            watch.peak_kib // _MIB,
            watch.recogniser_kib // _MIB,
            _is_kept(folder, data),
        )


def _post(token: str, name: str, data: bytes) -> tuple[int, dict[str, object]]:
    edge = uuid.uuid4().hex
    head = (
        f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode()
    body = head + data + f"\r\n--{edge}--\r\n".encode()
    kind = f"multipart/form-data; boundary={edge}"
    return _ask("POST", "/api/v1/documents", token, body, {"Content-Type": kind})


def _batch(token: str, batch: int) -> dict[str, object]:
    """Return a batch once nothing of it waits."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        _, answer = _ask("GET", f"/api/v1/batches/{batch}", token)
        if answer.get("state") != "reading":
            return answer
        time.sleep(0.2)
    return {"error": {"code": "the batch was never read"}}


def _ask(
    method: str,
    path: str,
    token: str,
    content: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, object]]:
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=120)
    try:
        sent = {"Authorization": f"Bearer {token}", **(headers or {})}
        connection.request(method, path, content, sent)
        reply = connection.getresponse()
        body = reply.read()
    finally:
        connection.close()
    try:
        return reply.status, json.loads(body)
    except ValueError:
        return reply.status, {}


def _verdict(status: int, answer: dict[str, object]) -> str:
    error = answer.get("error")
    if isinstance(error, dict):
        return str((error.get("context") or {}).get("reason") or error.get("code"))
    entries = answer.get("entries")
    if isinstance(entries, list):
        whole = min(entries, key=lambda entry: entry["path"].count("/"), default={})
        return str(whole["code"]) if whole.get("outcome") == "failed" else "batch"
    return {201: "read", 202: "needs_ocr"}.get(status, str(status))


def _is_kept(folder: Path, data: bytes) -> bool:
    digest = hashlib.sha256(data).hexdigest()
    path = folder / "originals" / digest[:2] / digest
    return path.is_file() and path.read_bytes() == data


def everything_kept_in_words(stack: Stack) -> str:
    """Return every text the database has of the uploads, to look for the canary in it."""
    script = (
        "import json\n"
        "from sqlalchemy import select\n"
        "from webapp.compose import build\n"
        "from webapp.settings import Settings\n"
        "from kb.models import KnowledgeVersion, StoredFile\n"
        "p = build(Settings.from_env())\n"
        "with p.database.reading() as s:\n"
        "    for v in s.scalars(select(KnowledgeVersion)): print(v.title, v.body, v.facts)\n"
        "    for f in s.scalars(select(StoredFile)): print(f.name, f.recognised, f.problem)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=stack.environment | {"PYTHONIOENCODING": "utf-8:replace"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
