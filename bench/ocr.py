"""How well scans are read: our own texts drawn, worn like scans, recognised and compared.

    python -m bench.ocr [--pages 6] [--wear clean,scan,bad] [--file SCAN.pdf]

For each quality: the share of characters of the page that were not read (`missing`) and of
characters read that the page does not have (`wrong`), signs and order left aside; how many places
a page a person is asked to look at, and how many of the wrong characters are among them; seconds a
page with the models loaded; and the most memory of the child. `--file` recognises a file without
comparing and prints what a person would be asked to look at. Needs the extra (`make ocr`) and
fonts-noto-cjk. Exit 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from bench.scan_writer import BAD, CLEAN, SCAN, Drawn, Wear, draw, has_font, pdf_of, worn
from docs_import.document import ReadLine
from docs_import.markdown_read import read
from docs_import.ocr.available import WOULD_ADD, is_available
from docs_import.ocr.limits import MAX_PAGES
from docs_import.ocr.pictures import IMAGE
from docs_import.ocr.recogniser import Recogniser
from docs_import.read import read_bytes

KNOWLEDGE = Path(__file__).parent.parent / "demo" / "knowledge"
WEARS = {wear.name: wear for wear in (CLEAN, SCAN, BAD)}
MISSING_BAR = 0.5  # percent
PEAK_BAR_MB = 1024
_TABLE = (
    "云汀市便民服务中心窗口一览",
    "|窗口|电话|地址|",
    "|社保服务|0999-8211066|中山路18号|",
    "|医保服务|0999-8211077|中山路18号|",
    "|不动产登记|0999-8213350|清河街7号|",
    "|户籍办理|0999-8219034|柳荫路121号|",
    "以上窗口周一至周五9:00至17:30开放，逢法定节假日休息，调休工作日照常办理。",
    ">云汀市政务服务管理局",
    ">2026年10月9日",
)


@dataclass
class Tally:
    """Sums over pages."""

    pages: int = 0
    expected: int = 0
    missing: int = 0
    wrong: int = 0
    wrong_marked: int = 0
    doubts: int = 0
    seconds: float = 0.0
    peak_bytes: int = 0
    lost: Counter[str] = field(default_factory=Counter)

    def add(self, expected: str, lines: Sequence[ReadLine]) -> None:
        """Count one page."""
        want, got = Counter(_letters(expected)), Counter(_letters("".join(x.text for x in lines)))
        extra = got - want
        marked = Counter(_letters("".join(x.text[a:b] for x in lines for a, b in x.doubtful)))
        self.pages += 1
        self.expected += want.total()
        self.lost += want - got
        self.missing += (want - got).total()
        self.wrong += extra.total()
        self.wrong_marked += (extra & marked).total()
        self.doubts += sum(len(x.doubtful) for x in lines)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def pages_of_ours() -> Iterator[Drawn]:
    """Our own texts as pages: a table of windows, then what the demo's units know."""
    yield from draw(_TABLE)
    for path in sorted(KNOWLEDGE.glob("*.toml")):
        entries = tomllib.loads(path.read_text(encoding="utf-8"))["entries"]
        lines = [f"云汀市便民问答汇编（{path.stem}）"]
        for entry in entries:
            lines += [entry["title"], *_paragraphs(entry["body"])]
        yield from draw(lines, header="云汀市便民问答汇编")


def _paragraphs(markdown: str) -> list[str]:
    return [block.text for placed in read(markdown) if (block := placed.block).text]


def measure(pages: Sequence[Drawn], wear: Wear) -> Tally:
    """Wear, recognise and compare pages."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scan.pdf"
        pictures = [worn(page.picture, wear, seed) for seed, page in enumerate(pages)]
        path.write_bytes(pdf_of(pictures, wear.dpi))
        with Recogniser(path, "pdf") as recogniser:
            recogniser.page(1)  # loads the models
            for number, page in enumerate(pages, 1):
                began = time.perf_counter()
                seen = recogniser.page(number)
                tally.seconds += time.perf_counter() - began
                tally.add(page.words, [line for line in seen.lines if not _is_number(line)])
                tally.peak_bytes = max(tally.peak_bytes, recogniser.peak_bytes)
    return tally


def _is_number(line: ReadLine) -> bool:
    """The page's own head and number, which are no part of its words."""
    return line.box[1] > 0.92 or line.box[3] < 0.08


def report(name: str, tally: Tally) -> bool:
    """Print the figures of one quality; tells whether its bars are met."""
    missing = 100 * tally.missing / max(tally.expected, 1)
    wrong = 100 * tally.wrong / max(tally.expected, 1)
    peak = tally.peak_bytes / 1024 / 1024
    lost = "".join(char * count for char, count in tally.lost.most_common(20))
    print(f"{name}: {tally.pages} pages, {tally.expected} characters")
    print(f"{name}_missing_percent: {missing:.2f} (bar: {MISSING_BAR}) {lost}")
    print(f"{name}_wrong_percent: {wrong:.2f}")
    print(f"{name}_wrong_marked_doubtful: {tally.wrong_marked} of {tally.wrong}")
    print(f"{name}_doubtful_places_a_page: {tally.doubts / tally.pages:.1f}")
    print(f"{name}_seconds_a_page: {tally.seconds / tally.pages:.1f}")
    print(f"{name}_child_peak_mb: {peak:.0f} (bar: {PEAK_BAR_MB})", flush=True)
    return missing <= MISSING_BAR and peak <= PEAK_BAR_MB


def look(path: Path) -> None:
    """Recognise a file and print each doubtful line."""
    kind = read_bytes(path.read_bytes(), path.name)
    file_type = "pdf" if kind.file_type == "pdf" else IMAGE
    with Recogniser(path, file_type) as recogniser:
        for number in range(1, min(kind.pages or 1, MAX_PAGES) + 1):
            began = time.perf_counter()
            page = recogniser.page(number)
            took = time.perf_counter() - began
            doubtful = [line for line in page.lines if line.doubtful]
            print(f"page {number}: {len(page.lines)} lines, {took:.1f} s, turned {page.turned:.1f}")
            for line in doubtful:
                marks = " ".join(line.text[start:end] for start, end in line.doubtful)
                print(f"  {line.confidence:.2f} {line.text}  ⟵ {marks}")
        print(f"child_peak_mb: {recogniser.peak_bytes / 1024 / 1024:.0f} (bar: {PEAK_BAR_MB})")


def main(arguments: list[str] | None = None) -> int:
    """Print the figures; 0 when the bars are met, 2 when nothing can be measured here."""
    parser = argparse.ArgumentParser(prog="bench.ocr", description=__doc__)
    parser.add_argument("--pages", type=int, default=6)
    parser.add_argument("--wear", default=",".join(WEARS))
    parser.add_argument("--file", type=Path)
    options = parser.parse_args(arguments)
    if not is_available():
        print(WOULD_ADD)
        return 2
    if options.file:
        look(options.file)
        return 0
    if not has_font():
        print("没有中文字体（fonts-noto-cjk），画不出测试用的页面。")
        return 2
    pages = list(islice(pages_of_ours(), options.pages))
    met = [report(name, measure(pages, WEARS[name])) for name in options.wear.split(",")]
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
