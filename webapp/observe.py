"""A number for every request, and what the requests cost."""

import secrets
import threading
import time
from collections import Counter
from typing import cast

from flask import Flask, Response, current_app, g, request

BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_NAME = "yingda_requests"


class RequestCounts:
    """Requests of this process: by method and status, and how long they took."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.by_status: Counter[tuple[str, int]] = Counter()
        self.buckets = [0] * (len(BUCKETS_SECONDS) + 1)
        self.seconds = 0.0

    def add(self, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        place = next(
            (i for i, bound in enumerate(BUCKETS_SECONDS) if seconds <= bound),
            len(BUCKETS_SECONDS),
        )
        with self._lock:
            self.by_status[method, status] += 1
            self.buckets[place] += 1
            self.seconds += seconds

    def snapshot(self) -> tuple[dict[tuple[str, int], int], list[int], float]:
        """Counts by (method, status), per bucket, and seconds in all, at one moment."""
        with self._lock:
            return dict(self.by_status), list(self.buckets), self.seconds


def counts() -> RequestCounts:
    """The counts of the running application."""
    return cast(RequestCounts, current_app.extensions[_NAME])


def init_app(app: Flask) -> None:
    """Number and time every request."""
    app.extensions[_NAME] = RequestCounts()
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.request_id = f"R-{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()
    g.began = time.monotonic()


def _end(response: Response) -> Response:
    if "began" in g:
        response.headers["X-Request-Id"] = g.request_id
        known = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
        method = request.method if request.method in known else "OTHER"
        counts().add(method, response.status_code, time.monotonic() - g.began)
    return response
