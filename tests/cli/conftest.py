"""The commands as a person runs them: a process of their own on a data folder of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
Kb = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def kb(data_folder: Path) -> Kb:
    """``kb("search", "…")`` runs the command and gives its output and exit status."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("KB_")}
    environment = inherited | {"KB_DATA": str(data_folder)}

    def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kb", *map(str, words)],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    assert run("setup").returncode == 0
    return run


def output(done: subprocess.CompletedProcess[str]) -> Any:
    """The one JSON document a command printed."""
    return json.loads(done.stdout)
