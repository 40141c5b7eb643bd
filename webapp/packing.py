"""Pages and JSON travel as gzip where the browser takes it.

A page that repeats what was asked beside a secret gives the secret away by its length, one guess
after the other; so every packed answer is longer by a random amount (as in Django's middleware).
"""

import gzip
import secrets
from io import BytesIO

from flask import Flask, Response, request

SMALLEST_BYTES = 1000  # below, the head of a packet weighs more than what is saved
LEVEL = 4
_PADDING_BYTES = 100
_TYPES = frozenset(
    {
        *("text/html", "text/plain", "text/csv", "application/json", "application/ld+json"),
        *("application/xml", "application/rss+xml", "image/svg+xml"),
    }
)


def init_app(app: Flask) -> None:
    """Pack what leaves the application."""
    app.after_request(pack)


def pack(response: Response) -> Response:
    """The same answer, packed, where that is wanted and worth while."""
    if response.mimetype not in _TYPES or response.direct_passthrough or response.is_streamed:
        return response
    response.vary.add("Accept-Encoding")
    if not _is_wanted(response):
        return response
    response.set_data(_packed(response.get_data()))
    response.headers["Content-Encoding"] = "gzip"
    if response.headers.get("ETag"):
        tag, _ = response.get_etag()
        response.set_etag(str(tag), weak=True)
    return response


def _is_wanted(response: Response) -> bool:
    return (
        response.status_code not in (204, 206, 304)
        and "Content-Encoding" not in response.headers
        and "gzip" in request.accept_encodings
        and (response.content_length or 0) >= SMALLEST_BYTES
    )


def _packed(content: bytes) -> bytes:
    """As gzip, with a name of random length in its head, which every reader passes over."""
    written = BytesIO()
    name = secrets.token_urlsafe(_PADDING_BYTES)[: 1 + secrets.randbelow(_PADDING_BYTES)]
    with gzip.GzipFile(name, "wb", LEVEL, written, mtime=0) as stream:
        stream.write(content)
    return written.getvalue()
