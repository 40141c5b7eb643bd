"""72 hostile files through the upload endpoint of a running server.

    python -m bench.hostile_files [--json] [--only WORD] [--keep FOLDER]

Prints a line a file (verdict, seconds, peak memory of the reading child), then a bar a line as
``name: value (bar)`` and a closing ``N passed, M failed`` line.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench.crash import Stack, prepare
from bench.hostile_files.corpus import write
from bench.hostile_files.made import Traps, hostile, zipped
from bench.hostile_files.uploading import Result, everything_kept_in_words, upload_all
from bench.hostile_files.watch import Listener, own_kib

CANARY = "金丝雀八二六一七"
SLOWEST, LARGEST_CHILD, MOST_GROWTH = 30, 512, 50  # seconds, MiB, MiB
LARGEST_RECOGNISER = 1024  # MiB


def run(only: str, as_json: bool, keep: Path | None) -> bool:
    """The whole trial; True when every bar is met."""
    listener = Listener()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        canary = folder / "canary.txt"
        canary.write_text(CANARY, "utf-8")
        files = folder / "corpus"
        files.mkdir()
        made = write(files, Traps(str(canary), listener.address))
        chosen = [(each, path) for each, path in made if only in f"{each.group} {each.name}"]
        data = folder / "var"
        data.mkdir()
        stack = Stack(data)
        token = prepare(stack)
        for name in ("serve", "worker"):
            stack.start(name)
        try:
            stack.wait_ready()
            _warm_up(stack, data, token, files)
            before = _memory(stack)
            results = []
            for result in upload_all(stack, data, token, chosen):
                results.append(result)
                if not as_json:
                    print(_line(result), flush=True)
            growth = {name: now - before[name] for name, now in _memory(stack).items()}
            words = everything_kept_in_words(stack)
            stack.wait_ready(10)
        finally:
            for name in ("serve", "worker"):
                stack.kill(name)
            listener.close()
            if keep:
                shutil.copytree(files, keep, dirs_exist_ok=True)
                shutil.copy(folder / "stack.log", keep)
    bars = _bars(results, growth, CANARY in words, len(listener.called))
    return _conclude(results, bars, as_json)


def _warm_up(stack: Stack, data: Path, token: str, files: Path) -> None:
    """Two sound files first: what server and worker load once is no growth."""
    text, archive = files / "sound.txt", files / "sound.zip"
    text.write_bytes("云汀市供热服务电话：0999-8234567。".encode())
    archive.write_bytes(zipped({"甲.txt": "云汀市停水通知。", "乙.txt": "云汀市停电通知。"}))
    sound = [
        (hostile("names", path.name, path.name, "read", b""), path) for path in (text, archive)
    ]
    list(upload_all(stack, data, token, sound))


def _memory(stack: Stack) -> dict[str, float]:
    """Return what server and worker hold, in MiB."""
    return {name: own_kib(process.pid) / 1024 for name, process in stack.processes.items()}


def _line(result: Result) -> str:
    sign = "ok " if result.is_right else "BAD"
    wanted = "" if result.is_right else f"  (expected {' or '.join(result.expected)})"
    return (
        f"{sign} {result.group:<10} {result.name:<42} {result.status} {result.verdict:<13}"
        f" {result.seconds:>6.2f} s {result.child_mib:>4} MiB{wanted}"
    )


def _bars(
    results: list[Result], growth: dict[str, float], canary: bool, calls: int
) -> list[tuple[str, object, str, bool]]:
    broken = sum(result.status >= 500 for result in results)
    slowest = max(result.seconds for result in results)
    largest = max(result.child_mib for result in results)
    recogniser = max(result.recogniser_mib for result in results)
    lost = sum(not result.kept for result in results)
    wrong = sum(not result.is_right for result in results)
    return [
        ("files", len(results), "72 without --only", True),
        ("5xx", broken, "0", broken == 0),
        ("slowest file, s", slowest, f"<= {SLOWEST}", slowest <= SLOWEST),
        ("largest child, MiB", largest, f"<= {LARGEST_CHILD}", largest <= LARGEST_CHILD),
        (
            "largest recogniser, MiB",
            recogniser,
            f"<= {LARGEST_RECOGNISER}",
            recogniser <= LARGEST_RECOGNISER,
        ),
        *(
            (f"{name} grew, MiB", round(grown, 1), f"<= {MOST_GROWTH}", grown <= MOST_GROWTH)
            for name, grown in growth.items()
        ),
        ("originals lost or changed", lost, "0", lost == 0),
        ("unexpected verdicts", wrong, "0", wrong == 0),
        ("calls to the outside", calls, "0", calls == 0),
        ("canary in a text", canary, "False", not canary),
    ]


def _conclude(
    results: list[Result], bars: list[tuple[str, object, str, bool]], as_json: bool
) -> bool:
    failed = sum(not ok for *_, ok in bars)
    if as_json:
        told = {"files": [asdict(result) for result in results],
                "bars": {name: value for name, value, *_ in bars}, "failed": failed}  # fmt: skip
        print(json.dumps(told, ensure_ascii=False, indent=1))
        return failed == 0
    for name, value, bar, ok in bars:
        print(f"{name}: {value} ({bar}){'' if ok else '  MISSED'}")
    print(f"{len(bars) - failed} passed, {failed} failed")
    return failed == 0


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="bench.hostile_files", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", default="", help="only files whose group and name hold this")
    parser.add_argument("--keep", type=Path, help="copy the files, manifest and server log here")
    options = parser.parse_args()
    sys.exit(0 if run(options.only, options.json, options.keep) else 1)


if __name__ == "__main__":
    main()
