"""What every page of the demo city weighs: ``python -m bench.pages [--base URL]``.

Somebody of each role follows links from their own first pages until no new page of the permission
map is found; one address of each is then opened in Chromium, first with an empty cache, then again.
Printed, the worst first: the kilobytes transferred by the first visit (bar 150) and by the second
(30), how many requests come before anything is drawn (5; style sheets and blocking scripts, with
the page itself) and how far things move by themselves while the page loads (layout shift, 0.01).
Pages of the map that no link leads to are counted.
"""

import argparse
import sys
from dataclasses import dataclass
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, Page

from bench.demo_site import chromium, site
from bench.site_pages import found_by, pages_of, routes

FIRST_KB, AGAIN_KB, BEFORE, SHIFT = 150.0, 30.0, 5, 0.01
SETTLE_MS = 400
WATCH = """() => {
  window.moved = 0;
  new PerformanceObserver((list) => {
    list.getEntries().forEach((one) => { if (!one.hadRecentInput) { window.moved += one.value; } });
  }).observe({ type: 'layout-shift', buffered: true });
}"""
BLOCKING = """() => 1 + performance.getEntriesByType('resource')
  .filter((one) => one.renderBlockingStatus === 'blocking').length"""


@dataclass(frozen=True)
class Weight:
    """One page."""

    endpoint: str
    person: str
    path: str
    first_kb: float
    again_kb: float
    before: int
    shift: float

    @property
    def over(self) -> list[str]:
        """The bars it breaks."""
        measured = {
            "first": self.first_kb > FIRST_KB,
            "again": self.again_kb > AGAIN_KB,
            "requests": self.before > BEFORE,
            "shift": self.shift > SHIFT,
        }
        return [name for name, is_over in measured.items() if is_over]


def weigh(page: Page, endpoint: str, person: str, path: str) -> Weight:
    """Open a page twice, the first time with nothing kept."""
    cdp = page.context.new_cdp_session(page)
    sizes: list[float] = []
    cdp.on("Network.loadingFinished", lambda done: sizes.append(done["encodedDataLength"]))
    cdp.send("Network.enable")
    cdp.send("Network.clearBrowserCache")

    def visit() -> float:
        sizes.clear()
        page.goto(path, wait_until="load")
        page.wait_for_timeout(SETTLE_MS)
        return sum(sizes) / 1000

    first = visit()
    before: Any = page.evaluate(BLOCKING)
    page.evaluate(WATCH)
    page.wait_for_timeout(50)
    shift: Any = page.evaluate("window.moved")
    again = visit()
    cdp.detach()
    return Weight(endpoint, person, path, first, again, before, shift)


def run(browser: Browser, base: str, app: Flask) -> tuple[list[Weight], set[str]]:
    """Every page found, and the pages of the map that nobody was led to."""
    known = set[str]()
    weights = [
        weigh(page, endpoint, person, path)
        for person, page, found in found_by(browser, base, app, known)
        for endpoint, path in found.items()
    ]
    return weights, pages_of(app) - known


def report(weights: list[Weight], missed: set[str]) -> bool:
    """Print the pages, the worst first; True when none breaks a bar."""
    for one in sorted(weights, key=lambda one: (-len(one.over), -one.first_kb)):
        print(
            f"{one.endpoint} ({one.person} {one.path}): {one.first_kb:.0f} KB, again "
            f"{one.again_kb:.0f} KB, {one.before} requests, shift {one.shift:.3f}"
            f"{'  OVER: ' + ', '.join(one.over) if one.over else ''}"
        )
    print(f"not linked from any page, or not a page: {', '.join(sorted(missed))}")
    print(f"first visit, most: {max(one.first_kb for one in weights):.0f} KB ({FIRST_KB:.0f})")
    print(f"again, most: {max(one.again_kb for one in weights):.0f} KB ({AGAIN_KB:.0f})")
    print(f"requests before content, most: {max(one.before for one in weights)} ({BEFORE})")
    print(f"layout shift, most: {max(one.shift for one in weights):.3f} ({SHIFT})")
    over = sum(bool(one.over) for one in weights)
    print(f"pages over a bar: {over} of {len(weights)} (0)")
    return not over


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--base", default="", help="a running server with the demo city")
    options = parser.parse_args()
    with chromium() as browser, routes() as app, site(options.base) as base:
        met = report(*run(browser, base, app))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
