"""The hostile corpus through a real reading child: the quick files; `bench.hostile_files` all."""

from __future__ import annotations

import http.server
import threading
from collections import Counter
from collections.abc import Iterator

import pytest

from bench.hostile_files.corpus import corpus
from bench.hostile_files.made import Traps
from docs_import.errors import DocumentUnreadable
from docs_import.isolated import read_isolated

QUICK = [each for each in corpus() if not each.heavy]
CANARY = "金丝雀六一七"


@pytest.fixture(scope="module")
def traps(tmp_path_factory) -> Iterator[tuple[Traps, list[str]]]:
    """A file that must not be read and an address that must not be called."""
    canary = tmp_path_factory.mktemp("canary") / "canary.txt"
    canary.write_text(CANARY, "utf-8")
    called: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            called.append(self.path)

    server = http.server.HTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Traps(str(canary), f"http://127.0.0.1:{server.server_address[1]}"), called
    server.shutdown()
    server.server_close()


def test_the_corpus_is_whole():
    assert Counter(each.group for each in corpus()) == {
        "containers": 14, "docx": 14, "ofd": 8, "pdf": 12, "html": 8, "text": 6, "sheets": 4,
        "images": 3, "names": 3,
    }  # fmt: skip
    assert len({(each.group, each.name) for each in corpus()}) == 72


@pytest.mark.parametrize("each", QUICK, ids=[f"{e.group}-{e.name}" for e in QUICK])
def test_a_hostile_file_gets_its_verdict_and_reaches_nothing(tmp_path, traps, each):
    where, called = traps
    path = tmp_path / "upload"
    path.write_bytes(each.make(where))
    try:
        document = read_isolated(path, each.upload)
    except DocumentUnreadable as error:
        verdict, text = error.code, error.message
        assert error.message.endswith("。")
    else:
        verdict = "needs_ocr" if document.needs_ocr else "read"
        text = document.to_json()
    assert (verdict in each.expected, verdict) == (True, verdict), text[:200]
    assert CANARY not in text
    assert called == []
