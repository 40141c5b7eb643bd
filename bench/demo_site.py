"""The demo city in a real server and a real Chromium, for the benches of the pages."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from demo.load import DEMO_PASSWORD
from tests.browser.live import CHROMIUM, FLAGS, serving

WIDE = (1440, 900)


@contextmanager
def site(base: str) -> Iterator[str]:
    """The address of a running server, or of one started for this run when ``base`` is empty."""
    with (
        TemporaryDirectory() as folder,
        nullcontext(base) if base else serving(Path(folder) / "var") as address,
    ):
        yield address


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of this run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


def open_as(browser: Browser, base: str, username: str | None) -> Page:
    """A page of a person with a cache of their own; ``None`` is the public."""
    width, height = WIDE
    context = browser.new_context(
        base_url=base, viewport={"width": width, "height": height}, locale="zh-CN"
    )
    page = context.new_page()
    if username is not None:
        page.goto("/login")
        page.fill("input[name=username]", username)
        page.fill("input[name=password]", DEMO_PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
    return page
