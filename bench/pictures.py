"""The pictures of the README, of the demo city: ``python -m bench.pictures [--base URL]``.

Written to ``docs/images``, each at 1440 × 900 with few colours, so that they stay small.
"""

import argparse
import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from bench.demo_site import chromium, open_as, site

FOLDER = Path(__file__).parent.parent / "docs" / "images"
COLOURS = 96


def keep(page: Page, name: str) -> None:
    """The page as it stands, in a file."""
    page.wait_for_timeout(500)  # fonts, and what moves on arrival
    drawn = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    few = drawn.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    path = FOLDER / f"{name}.png"
    few.save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} KB")


def at_desk(page: Page) -> None:
    """A call with its first answer."""
    page.goto("/desk?caller=13900001111&call_id=picture-1")
    page.fill("#q", "租房怎么提公积金")
    page.wait_for_selector("#hit-1")
    page.wait_for_timeout(1000)


def at_order(page: Page) -> None:
    """An order whose reply waits for the centre."""
    page.goto("/dispatch?state=centre_review")
    page.locator("main a[href*='/dispatch/orders/']").first.click()


def at_bulletin(page: Page) -> None:
    """The newest bulletin."""
    page.goto("/supervise/bulletins")
    page.locator("main table a").first.click()


PICTURES: dict[str, tuple[str | None, Callable[[Page], object]]] = {
    "desk": ("zuoxi01", at_desk),
    "public": (None, lambda page: page.goto("/")),
    "supervise": ("fenguan01", lambda page: page.goto("/supervise?span=month")),
    "order": ("paidan01", at_order),
    "bulletin": ("duban01", at_bulletin),
}


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="", help="a running server with the demo city")
    with site(parser.parse_args().base) as base, chromium() as browser:
        for name, (username, go) in PICTURES.items():
            page = open_as(browser, base, username)
            page.context.route("**/tour.js*", lambda route: route.fulfill(body=""))
            go(page)
            keep(page, name)
            page.context.close()


if __name__ == "__main__":
    main()
