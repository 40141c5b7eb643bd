"""The pages of the demo city, found as people find them: by the links of the pages before."""

import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from flask import Flask
from lxml import html
from playwright.sync_api import Browser, Page
from werkzeug.exceptions import HTTPException

from bench.demo_site import open_as
from webapp.compose import build
from webapp.permission_map import collect
from webapp.settings import Settings

PEOPLE = (
    *(None, "zuoxi01", "jingban_rs", "shenhe_rs", "paidan01"),
    *("bianji01", "huifang01", "duban01", "fenguan01", "admin01"),
)
PER_PERSON = 400  # addresses looked at, so that a list of thousands ends
NOT_PAGES = ("static", "api_", "api-docs", "operations.", "language.", "public_faq.choose")


@contextmanager
def routes() -> Iterator[Flask]:
    """The program with empty data, for its map of addresses."""
    with tempfile.TemporaryDirectory() as folder:
        program = build(Settings.from_env({"KB_DATA": folder}))
        yield program.app()
        program.close()


def found_by(
    browser: Browser, base: str, app: Flask, known: set[str], language: str = ""
) -> Iterator[tuple[str, Page, dict[str, str]]]:
    """Each of ``PEOPLE`` (the public first) logged in, with the pages nobody before them found.

    :param language: the code of another language than Chinese to read the pages in.

    Gives the person, their page, and one address by endpoint; what is found is added to ``known``.
    """
    for person in PEOPLE:
        page = open_as(browser, base, person)
        if language:
            page.request.get(f"/language/{language}")
        found = follow(page, app, known)
        known.update(found)
        yield person or "public", page, found
        page.context.close()


def pages_of(app: Flask) -> set[str]:
    """The endpoints of the map that answer a GET with a page."""
    listed = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    return {name for name in listed & collect().keys() if not name.startswith(NOT_PAGES)}


def follow(page: Page, app: Flask, known: set[str]) -> dict[str, str]:
    """One address for each page that links lead to from this person's first page, new ones only."""
    start = urlsplit(page.url).path
    waiting = deque([start if page.url != "about:blank" else "/"])
    seen: set[str] = set()
    found: dict[str, str] = {}
    adapter = app.url_map.bind("localhost")
    tried: dict[str, int] = {}
    while waiting and len(seen) < PER_PERSON:
        path = waiting.popleft()
        try:
            endpoint, _ = adapter.match(urlsplit(path).path, method="GET")
        except HTTPException:
            continue
        # Three of a kind: the first order or entry of a list may lack what another links to.
        if path in seen or tried.get(endpoint, 0) >= 3 or endpoint.startswith(NOT_PAGES):
            continue
        seen.add(path)
        tried[endpoint] = tried.get(endpoint, 0) + 1
        answer = page.request.get(path)
        if not answer.ok or "text/html" not in answer.headers.get("content-type", ""):
            continue
        if endpoint not in known:
            found.setdefault(endpoint, path)
        for link in html.fromstring(answer.body()).iter("a"):
            parts = urlsplit(link.get("href", ""))
            if not parts.netloc and parts.path.startswith("/"):
                waiting.append(parts._replace(fragment="").geturl())
    return found
