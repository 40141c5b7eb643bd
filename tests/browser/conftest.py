"""A real Chromium before the real server with the demo city."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from demo.load import DEMO_PASSWORD
from tests.browser.live import CHROMIUM, FLAGS, serving

ARTIFACTS = Path(__file__).parent.parent.parent / "test-artifacts"
Open = Callable[..., Page]
ENDS_CALL = re.compile(r'action="([^"]+)" data-end>.*?name="csrf_token"[^>]*value="([^"]+)"', re.S)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: browser tests need it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base address of a server with the demo city, or with a copy of ``TEST_SITE``.

    ``TEST_SITE`` names a data folder that holds the demo city among more (``bench.volume``).
    """
    folder = tmp_path_factory.mktemp("site") / "var"
    if os.environ.get("TEST_SITE"):
        shutil.copytree(os.environ["TEST_SITE"], folder)
    with serving(folder) as base:
        yield base


@pytest.fixture
def open_as(browser: Browser, site: str) -> Iterator[Open]:
    """``open_as("zuoxi01", "/desk")`` gives a page of a logged-in person; ``None`` is the public.

    Every page is watched: an error in a script or a blocked resource fails the test.
    """
    with opening(browser, site) as open_page:
        yield open_page


@contextmanager
def opening(browser: Browser, site: str) -> Iterator[Open]:
    """Pages of a server's people, closed at the end; any fault on one of them is an error."""
    contexts = []
    agents = []
    faults: list[str] = []

    def open_page(username: str | None, path: str, *, width: int = 1440, height: int = 900) -> Page:
        context = browser.new_context(
            base_url=site, viewport={"width": width, "height": height}, locale="zh-CN"
        )
        contexts.append(context)
        # These people know their pages: no tour lies over them after the log-in.
        context.route("**/tour.js*", lambda route: route.fulfill(body=""))
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{path}: {error}"))
        page.on(
            "console",
            lambda message: (
                faults.append(f"{path}: {message.text}")
                if "Content Security Policy" in message.text
                else None
            ),
        )
        if username is not None:
            page.goto("/login")
            page.fill("input[name=username]", username)
            page.fill("input[name=password]", DEMO_PASSWORD)
            page.press("input[name=password]", "Enter")
            page.wait_for_url(lambda url: "/login" not in url)
            if username.startswith("zuoxi"):
                agents.append(context)
        page.goto(path)
        return page

    yield open_page
    try:
        for context in agents:
            end_call(context)
    finally:
        for context in contexts:
            context.close()
    assert faults == [], faults


def end_call(context: BrowserContext) -> None:
    """End the call an agent is in, so that the next test begins at an idle desk."""
    page = context.request.get("/desk").text()
    if "data-end>" not in page:
        return
    found = ENDS_CALL.search(page)
    assert found, "the form that ends a call is written in another way"
    answer = context.request.post(found[1], form={"csrf_token": found[2]})
    assert answer.ok, answer.text()
