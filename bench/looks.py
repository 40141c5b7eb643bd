"""How every page of the demo city looks: ``python -m bench.looks [--large] [--into DIR]``.

Every page that links lead to is opened at 1440, 1024 and 390 pixels, in light and in dark, at 320
pixels, and at 720 (which is 1440 with 200 % zoom). Printed is what is wrong there: content wider
than the screen, a script's error, and axe-core's serious and critical findings when ``AXE_CORE``
names its script (npm: axe-core). Pictures to be looked at are left in the folder.
"""

import argparse
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page

from bench.demo_site import chromium, site
from bench.site_pages import found_by, routes
from tests.browser.test_pages import serious

HEIGHT = 900
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
VIEWS = (
    *((width, theme) for theme in THEMES for width in (1440, 1024, 390)),
    (720, THEMES[0]),
    (320, THEMES[0]),
)
# The desk is a screen for two monitors: its own language says it needs 1280 pixels.
WIDE_ONLY = {"agent_desk.home"}
NARROWEST_DESK = 1024
WIDER = """() => {
  const root = document.documentElement;
  if (root.scrollWidth <= root.clientWidth) { return ''; }
  const scrolls = (one) => one && one !== document.body &&
    (getComputedStyle(one).overflowX !== 'visible' || scrolls(one.parentElement));
  const last = [...document.querySelectorAll('body *')].filter((one) =>
    one.getBoundingClientRect().right > root.clientWidth + 1 && !scrolls(one.parentElement)).pop();
  return `${root.scrollWidth} of ${root.clientWidth}: ` +
    (last ? `${last.tagName}.${last.className} ${last.textContent.trim().slice(0, 30)}` : '');
}"""


@dataclass(frozen=True)
class Fault:
    """What is wrong with a page in some views."""

    kind: str
    endpoint: str
    view: str
    said: str


def look(page: Page, endpoint: str, path: str, into: Path | None, axe: str) -> list[Fault]:
    """One page in every view."""
    faults: list[Fault] = []
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    for width, theme in VIEWS:
        if endpoint in WIDE_ONLY and width < NARROWEST_DESK:
            continue
        page.set_viewport_size({"width": width, "height": HEIGHT})
        page.emulate_media(color_scheme=theme)
        page.goto(path, wait_until="networkidle")
        view = f"{width} {theme}"
        wider = str(page.evaluate(WIDER))
        faults += [Fault("wider", endpoint, view, wider)] if wider else []
        if axe:
            faults += [Fault("axe", endpoint, view, said) for said in serious(page, axe)]
        if into is not None:
            page.screenshot(path=into / f"{endpoint}-{width}-{theme}.png", full_page=True)
    return faults + [Fault("script", endpoint, "any", error) for error in dict.fromkeys(errors)]


def report(looked: int, faults: list[Fault], axe: str) -> bool:
    """Print the faults and their counts; True when there are none."""
    for one in faults:
        print(f"{one.kind} {one.endpoint} at {one.view}: {one.said}")
    print(f"pages looked at: {looked}, in up to {len(VIEWS)} views")
    for kind, name in (("wider", "wider than the screen"), ("script", "script errors")):
        print(f"{name}: {sum(one.kind == kind for one in faults)} (0)")
    serious_ones = sum(one.kind == "axe" for one in faults)
    print(f"axe-core, serious or critical: {serious_ones if axe else 'AXE_CORE is not set'} (0)")
    return not faults


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m bench.looks", description=__doc__)
    parser.add_argument("--base", default="", help="a running server with the demo city")
    parser.add_argument("--language", default="", help="another language than Chinese: en")
    parser.add_argument("--large", action="store_true", help="in 关怀版, the large type")
    parser.add_argument("--into", type=Path, help="a folder for the pictures")
    options = parser.parse_args()
    script = Path(os.environ.get("AXE_CORE", ""))
    axe = script.read_text("utf-8") if script.is_file() else ""
    if options.into is not None:
        options.into.mkdir(parents=True, exist_ok=True)
    looked, faults = 0, list[Fault]()
    with chromium() as browser, routes() as app, site(options.base) as base:
        for _, page, found in found_by(browser, base, app, set(), options.language):
            page.route("**/tour.js*", lambda route: route.fulfill(body=""))
            # The link to the other size was among those that were followed.
            page.request.get(f"/appearance?large={int(options.large)}")
            for endpoint, path in found.items():
                looked += 1
                faults += look(page, endpoint, path, options.into, axe)
    return 0 if report(looked, faults, axe) else 1


if __name__ == "__main__":
    sys.exit(main())
