"""A Chinese PDF of 160 pages with tables on some: seconds, memory, and what was found of it.

    python -m bench.pdf_pages [--pages 160] [--peers] [--keep FILE]

The pages are set from the demo city's own texts. The file is read as an upload is, in the limited
child process. `--peers` also reads it with pdfplumber alone (and pypdf where it is installed).
"""

from __future__ import annotations

import argparse
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path

from bench.pdf_writer import Sheet, width_of, write_pdf
from docs_import.isolated import read_isolated

_TEXTS = Path(__file__).parent.parent / "demo" / "knowledge"
_LINE = 28  # ems
_LINES = 26
_TABLE_EVERY = 4
_PEERS = {
    "pdfplumber": (
        "import sys, pdfplumber\n"
        "with pdfplumber.open(sys.argv[1]) as pdf:\n"
        "    for page in pdf.pages:\n"
        "        page.extract_text(); page.extract_tables(); page.close()\n"
    ),
    "pypdf": (
        "import sys, pypdf\n"
        "for page in pypdf.PdfReader(sys.argv[1]).pages:\n"
        "    page.extract_text()\n"
    ),
}


def lines() -> Iterator[str]:
    """Lines of the demo city's texts, again and again, each a page's width at most."""
    paragraphs = [
        "".join(line.split())
        for path in sorted(_TEXTS.rglob("*"))
        if path.suffix in (".md", ".toml")
        for line in path.read_text("utf-8").splitlines()
        if len(re.findall("[一-鿿]", line)) > 12
    ]
    for paragraph in cycle(paragraphs):
        words = "\u3000\u3000" + re.sub(r"[^\w，。；：、（）《》“”%-]", "", paragraph)
        while words:
            count = len(words)
            while width_of(words[:count], 1) > _LINE:
                count -= 1
            yield words[:count]
            words = words[count:]


def document(pages: int) -> tuple[bytes, str]:
    """Return the PDF and the text its reader should find."""
    source, sheets, said = lines(), [], []
    for number in range(1, pages + 1):
        sheet = Sheet()
        sheet.centred(50, "云汀市便民服务知识汇编", 10)
        if number == 1:
            sheet.centred(110, "云汀市便民服务知识汇编（试行）", 22, bold=True)
        rows = 14 if number % _TABLE_EVERY == 0 else 0
        for at in range(_LINES - rows - 2 * (number == 1)):
            words = next(source)
            said.append(words)
            sheet.text(74, 100 + 60 * (number == 1) + 26 * at, words)
        if rows:
            table = [["序号", "事项", "办理地点", "电话"]]
            table += [
                [str(at), f"第{number}页事项{at}", "云汀市江北路18号", f"0000-{number:03}{at:04}"]
                for at in range(1, rows)
            ]
            said += [cell for row in table for cell in row]
            sheet.table(74, 100 + 26 * (_LINES - rows), [40, 150, 150, 108], table)
        sheet.centred(810, f"— {number} —", 10)
        sheets.append(sheet)
    return write_pdf(sheets), "".join(said)


def recall(wanted: str, found: str) -> float:
    """Share of the characters of a text that were found, as often as they stand there."""
    wanted_count = Counter(re.sub(r"\W", "", wanted))
    found_count = Counter(re.sub(r"\W", "", found))
    return (wanted_count & found_count).total() / wanted_count.total()


def main() -> int:
    """Print one line a figure."""
    parser = argparse.ArgumentParser(prog="bench.pdf_pages", description=__doc__)
    parser.add_argument("--pages", type=int, default=160)
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    data, text = document(options.pages)
    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or Path(folder) / "pages.pdf"
        path.write_bytes(data)
        began = time.perf_counter()
        read = read_isolated(path, path.name)
        seconds = time.perf_counter() - began
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        peak = used.ru_maxrss / 1024
        print(f"pages: {read.pages}, tables: {read.tables}, headings: {read.headings}")
        print(f"seconds: {seconds:.1f} (bar: 10)")
        print(f"child_cpu_seconds: {used.ru_utime + used.ru_stime:.1f}")
        print(f"child_peak_mb: {peak:.0f} (bar: 300)")
        print(f"characters_found: {recall(text, read.markdown):.4f} (bar: 0.99)")
        for name, script in _PEERS.items() if options.peers else ():
            _print_peer(name, script, path, seconds)
    return 0


def _print_peer(name: str, script: str, path: Path, ours: float) -> None:
    began = time.perf_counter()
    command = [sys.executable, "-c", script, str(path)]
    ended = subprocess.run(command, capture_output=True, check=False)
    seconds = time.perf_counter() - began
    if b"ModuleNotFoundError" in ended.stderr:
        print(f"{name}: not installed")
    else:
        print(f"{name}_seconds: {seconds:.1f} ({seconds / ours:.1f} times ours)")


if __name__ == "__main__":
    raise SystemExit(main())
