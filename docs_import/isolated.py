"""Read a file in a child process that may take only so much memory, time and disk.

A parser that a hostile file drives into the ground takes the child with it, not the web process.
The child gets no environment but what Python needs, so no secret can leak into an error. It sets
its own limits before it sees a byte of the file: code between fork and exec is not safe in a web
process with threads.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from docs_import.document import ParsedDocument
from docs_import.errors import DocumentUnreadable
from docs_import.limits import Limits
from docs_import.sniff import too_large

_TIMEOUT = "读取这份文件用时过长，已停止。请把文件拆小或另存为更简单的格式后再上传。"
_MEMORY = "读取这份文件需要的内存超出上限，已停止。请把文件拆小或去掉其中的大表格、大图片后再上传。"
_CRASHED = "读取这份文件时解析程序异常退出，文件可能已损坏。请用办公软件打开并另存后再上传。"
# What Python, C++ and Rust say before they end for want of memory.
_NO_MEMORY = (b"MemoryError", b"bad_alloc", b"out of memory", b"memory allocation of")
_ROOT = Path(__file__).resolve().parent.parent
_MAX_ANSWER = 64 * 1024 * 1024


def read_isolated(path: Path, filename: str, limits: Limits | None = None) -> ParsedDocument:
    """Return the document in a file.

    :param path: where the bytes lie; read here, so the child needs no access to it.
    :param filename: the name the file came with.
    :raises DocumentUnreadable: as `docs_import.read.read_bytes`, and timeout, out_of_memory,
        crashed when the child did not survive.
    """
    limits = limits or Limits()
    size = path.stat().st_size
    if size > limits.max_bytes:
        raise too_large(size, limits)
    header = json.dumps({"filename": filename, "limits": asdict(limits)}).encode() + b"\n"
    return document_of(run_child("docs_import.child", header + path.read_bytes(), limits))


def run_child(module: str, data: bytes, limits: Limits) -> bytes:
    """Run one of our modules as a limited process and return what it wrote.

    :param data: its standard input: one line of JSON with the limits it must set, then a file.
    :raises DocumentUnreadable: timeout, out_of_memory, crashed when it did not survive.
    """
    with tempfile.TemporaryDirectory(prefix="docs-import-") as folder:
        return run_child_in(Path(folder), module, data, limits)


def run_child_in(folder: Path, module: str, data: bytes, limits: Limits) -> bytes:
    """As `run_child`, in a folder whose files the caller wants."""
    output, code, errors = _run(module, data, str(folder), limits)
    _check_ended(output, code, errors)
    return output


def _run(module: str, data: bytes, folder: str, limits: Limits) -> tuple[bytes, int, bytes]:
    command = [sys.executable, "-m", module]
    process = subprocess.Popen(  # noqa: S603 - our own module, no argument from outside
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder,
        env=environment(folder),
        start_new_session=True,
        close_fds=True,
    )
    try:
        output, errors = process.communicate(data, timeout=limits.wall_seconds)
    except subprocess.TimeoutExpired as error:
        _end_group(process.pid)
        process.communicate()
        raise timed_out(limits) from error
    _end_group(process.pid)
    return output, process.returncode, errors


def _end_group(leader: int) -> None:
    """End the child, if it still runs, and a converter it may have left behind."""
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def environment(folder: str) -> dict[str, str]:
    """What a reading child may know: where Python's modules are, and a folder of its own."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "PYTHONPATH": os.pathsep.join([str(_ROOT), *(p for p in sys.path if p)]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "OPENBLAS_NUM_THREADS": "1",
        "LANG": "C.UTF-8",
        "TMPDIR": folder,
        "HOME": folder,
    }


def _check_ended(output: bytes, code: int, errors: bytes) -> None:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise DocumentUnreadable("timeout", _TIMEOUT, signal=-code)
    if code != 0 or not output or len(output) > _MAX_ANSWER:
        # PDFium aborts without a word when it gets no more memory.
        in_silence = code == -signal.SIGABRT and not errors.strip()
        if in_silence or any(sign in errors for sign in _NO_MEMORY):
            raise DocumentUnreadable("out_of_memory", _MEMORY)
        raise DocumentUnreadable("crashed", _CRASHED, exit_code=code, detail=_detail(errors))


def timed_out(limits: Limits) -> DocumentUnreadable:
    """The error of a file that took longer than it may."""
    return DocumentUnreadable("timeout", _TIMEOUT, seconds=limits.wall_seconds)


def document_of(output: bytes) -> ParsedDocument:
    """The document in a child's answer.

    :raises DocumentUnreadable: the error that the child reports instead.
    """
    answer = json.loads(output)
    raise_error(answer)
    return ParsedDocument.from_json(json.dumps(answer["document"]))


def raise_error(answer: dict[str, Any]) -> None:
    """Raise the error a child reports in its answer, if it reports one.

    :raises DocumentUnreadable: that error.
    """
    if "error" in answer:
        error = answer["error"]
        message = error["message"] or _MEMORY
        raise DocumentUnreadable(error["code"], message, **error["context"])


def _detail(errors: bytes) -> str:
    """The last line of the traceback names the exception; it goes to the log only."""
    lines = errors.decode("utf-8", errors="replace").strip().splitlines()
    return lines[-1].split(":")[0][:80] if lines else ""
