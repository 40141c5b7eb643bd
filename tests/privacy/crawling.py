"""A reader who opens every page that a link leads to, as far as there are pages of a new kind."""

import re
from collections import Counter, deque
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

_LINK = re.compile(r'(?:href|action|src|data-[a-z-]+)="(/[^"#]*)')
_FILES = (".css", ".js", ".svg", ".woff2", ".png", ".ico")


def crawl(
    app: Flask, client: FlaskClient, starts: tuple[str, ...], per_kind: int
) -> Iterator[tuple[str, str]]:
    """Address and text of every page reached from ``starts``; at most ``per_kind`` an endpoint.

    Pages that only differ in their parameters are told apart by the names of these.
    """
    matcher = app.url_map.bind("localhost")
    waiting, seen, kinds = deque(starts), set(starts), Counter[tuple[str, ...]]()
    while waiting:
        address = waiting.popleft()
        kind = _kind(matcher, address)
        kinds[kind] += 1
        if kinds[kind] > per_kind and address not in starts:
            continue
        answer = client.get(address)
        yield address, answer.text if answer.mimetype.startswith("text") else ""
        if answer.mimetype != "text/html" and answer.status_code != 302:
            continue
        found = [answer.location] if answer.location else _LINK.findall(answer.text)
        for link in found:
            whole = urljoin(address, link.replace("&amp;", "&"))
            if whole not in seen and not urlsplit(whole).path.endswith(_FILES):
                seen.add(whole)
                waiting.append(whole)


def _kind(matcher: "object", address: str) -> tuple[str, ...]:
    parts = urlsplit(address)
    try:
        endpoint, _ = matcher.match(parts.path, method="GET")  # type: ignore[attr-defined]
    except HTTPException:
        return ("?",)
    names = sorted(pair.split("=", 1)[0] for pair in parts.query.split("&") if pair)
    return (endpoint, *names)
