"""A dry run that is broken off: what it leaves of the database is cleared."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Kb

_TRY = """
import time
from webapp.cli.main import opened
from webapp.cli.rehearsing import rehearsal
with opened() as program, rehearsal(program):
    print("at work", flush=True)
    time.sleep(300)
"""
Begin = Callable[[], subprocess.Popen[str]]


@pytest.fixture
def begin(kb: Kb, data_folder: Path) -> Iterator[Begin]:
    """Begins a dry run that goes on until it is ended."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("KB_")}
    begun: list[subprocess.Popen[str]] = []

    def run() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", _TRY],
            cwd=ROOT,
            env=inherited | {"KB_DATA": str(data_folder)},
            stdout=subprocess.PIPE,
            text=True,
        )
        begun.append(process)
        assert process.stdout is not None and process.stdout.readline() == "at work\n"
        return process

    yield run
    for process in begun:
        process.kill()
        process.communicate(timeout=60)


def _copies(data_folder: Path) -> int:
    return len(list(data_folder.glob(".rehearsal-*/rehearsal.db")))


def test_one_that_is_asked_to_end_leaves_nothing(begin: Begin, data_folder: Path) -> None:
    process = begin()
    assert _copies(data_folder) == 1
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 128 + signal.SIGTERM
    assert list(data_folder.glob(".rehearsal-*")) == []


def test_what_a_killed_one_left_goes_with_the_next_or_by_tidying(
    kb: Kb, begin: Begin, data_folder: Path
) -> None:
    killed = begin()
    killed.kill()
    killed.wait(timeout=60)
    assert _copies(data_folder) == 1
    goes_on = begin()
    assert _copies(data_folder) == 1  # its own
    assert kb("tidy").returncode == 0
    assert _copies(data_folder) == 1  # somebody is at work in it
    goes_on.kill()
    goes_on.wait(timeout=60)
    assert kb("tidy").returncode == 0
    assert list(data_folder.glob(".rehearsal-*")) == []
