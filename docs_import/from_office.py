"""Older Word documents (DOC, WPS), through LibreOffice or antiword where one is installed."""

from __future__ import annotations

import resource
import shutil
import subprocess
import tempfile
from pathlib import Path

from docs_import.document import Block
from docs_import.errors import DocumentUnreadable
from docs_import.from_docx import read_docx
from docs_import.hints import Hints
from docs_import.limits import Limits
from docs_import.lines import text_blocks
from docs_import.markdown_body import one_line
from docs_import.raw import RawDocument
from docs_import.tables import Cell, fill, table_blocks

# Nothing is loaded from the network, no macro runs, no dialogue waits for anyone.
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""  # noqa: E501 - the registry's own format
_SIMPLE = "文档打不开，可能已损坏或设有密码。请用 Word 或 WPS 另存为 DOCX 后再上传。"


def read_doc(data: bytes, limits: Limits) -> RawDocument:
    """Read a DOC or WPS document.

    LibreOffice keeps numbering and headings; antiword, much faster and smaller, is the second
    choice, also when LibreOffice fails or loses a table, as it does with one at the very end.

    :raises DocumentUnreadable: no_reader, when neither is installed; corrupt, when they refuse
        the file; what the reader of DOCX raises.
    """
    office, antiword = shutil.which("soffice"), shutil.which("antiword")
    if not office and not antiword:
        raise DocumentUnreadable(
            "no_reader",
            "读取旧版 Word 文档（DOC/WPS）需要在服务器上安装 LibreOffice 或 antiword，现在都没有。"
            "请联系管理员安装，或用 Word、WPS 另存为 DOCX 后再上传。",
        )
    with tempfile.TemporaryDirectory(prefix="office-") as name:
        folder = Path(name)
        source = folder / "source.doc"
        source.write_bytes(data)
        converted = _by_office(office, source, folder, limits) if office else None
        plain = _by_antiword(antiword, source, limits) if antiword else []
    rich = read_docx(converted, limits) if converted else None
    if rich is not None and _tables(rich.blocks) >= _tables(plain):
        return rich
    if not plain:
        raise DocumentUnreadable("corrupt", _SIMPLE)
    return RawDocument(plain, Hints())


def _tables(blocks: list[Block]) -> int:
    return sum(block.kind == "table" for block in blocks)


def _by_office(program: str, source: Path, folder: Path, limits: Limits) -> bytes | None:
    """Convert to DOCX; None when LibreOffice gives nothing."""
    profile = folder / "profile" / "user"
    profile.mkdir(parents=True)
    (profile / "registrymodifications.xcu").write_text(_PROFILE, "utf-8")
    command = [
        program, f"-env:UserInstallation=file://{folder / 'profile'}", "--headless", "--norestore",
        "--convert-to", "docx:MS Word 2007 XML", "--outdir", str(folder), str(source),
    ]  # fmt: skip
    _run(command, folder, limits)
    target = source.with_suffix(".docx")
    return target.read_bytes() if target.is_file() else None


def _by_antiword(program: str, source: Path, limits: Limits) -> list[Block]:
    """Return the paragraphs and tables; [] when antiword refuses the file."""
    text = _run([program, "-w", "0", "-m", "UTF-8.txt", str(source)], source.parent, limits)
    return _blocks(text, limits)


def _run(command: list[str], folder: Path, limits: Limits) -> str:
    """Return what a converter writes, "" when it takes too long.

    What it leaves running then is ended with the group of this process, by the parent.
    """
    with (folder / "output").open("w+b") as output:
        try:
            subprocess.run(  # noqa: S603 - a fixed command, the file name is our own
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
                timeout=limits.converter_seconds,
                check=False,
                preexec_fn=_raise_memory,
            )
        except subprocess.TimeoutExpired:
            return ""
        output.seek(0)
        return output.read(limits.max_characters * 4).decode("utf-8", errors="replace")


def _raise_memory() -> None:
    """LibreOffice reserves more addresses than it uses: up to the hard limit of this process."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _blocks(text: str, limits: Limits) -> list[Block]:
    """Return antiword's lines as paragraphs, and rows drawn by | as tables."""
    blocks: list[Block] = []
    rows: list[list[Cell]] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|") and line.rstrip().endswith("|"):
            rows.append([Cell(one_line(cell)) for cell in line.strip().strip("|").split("|")])
            continue
        if rows:
            blocks += table_blocks(fill(rows, limits))
            rows = []
        blocks += text_blocks(line)
    return blocks
