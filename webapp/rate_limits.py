"""Limits per address on what strangers may repeat. Counted in memory, per process."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from flask import Flask, request
from flask_limiter import Limiter

from webapp.context import NAME, Services
from webapp.rooms import ROOMS


def limited_endpoints() -> Mapping[str, str]:
    """Endpoint → name of its limit, from the ``RATE_LIMITS`` of the rooms."""
    found: dict[str, str] = {}
    for path in ROOMS:
        module = import_module(f"{path}.permissions")
        found |= getattr(module, "RATE_LIMITS", {})
    return found


def init_app(app: Flask) -> None:
    """Wrap the limited views; call after the rooms are registered."""
    known: Services = app.extensions[NAME]
    limiter = Limiter(lambda: request.remote_addr or "", app=app, storage_uri="memory://")
    for endpoint, name in limited_endpoints().items():
        limit = known.settings.rate_limits.get(name)
        if limit:
            view: Callable[..., Any] = app.view_functions[endpoint]
            app.view_functions[endpoint] = limiter.limit(limit)(view)
