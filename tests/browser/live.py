"""The program as a person starts it: a server of its own, with the demo city, on a free port."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_SECONDS = 180


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(folder: Path, *, demo: bool = True, **settings: str) -> Iterator[str]:
    """``make run`` on a data folder; gives the base address once it is ready.

    :param demo: with the demo city; without it the installation is empty. What the program
        prints is in ``server.log`` beside the folder.
    :param settings: more of the environment, e.g. ``KB_OCR="0"``.
    """
    port = free_port()
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("KB_")}
    environment = inherited | {
        "KB_DATA": str(folder),
        "PORT": str(port),
        "KB_RATE_LIMITS": "off",
        **settings,
    }
    log = (folder.parent / "server.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "kb", "serve", "--with-worker", *(["--demo"] if demo else [])],
        cwd=ROOT,
        env=environment,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        base = f"http://127.0.0.1:{port}"
        wait_ready(process, base, folder.parent / "server.log")
        yield base
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)
        log.close()


def wait_ready(process: "subprocess.Popen[bytes]", base: str, log: Path) -> None:
    """Until ``/readyz`` is 200; says what the server printed when it is not in time."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{base}/readyz", timeout=5) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except (OSError, urllib.error.URLError):
            time.sleep(0.3)
    raise TimeoutError(f"the server did not become ready:\n{log.read_text('utf-8')[-2000:]}")
