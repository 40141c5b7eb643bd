"""Whether the other side is a person with a browser or a program."""

from flask import request


def wants_json() -> bool:
    """Tell whether to answer in JSON: API addresses, and scripts that ask for it."""
    if request.path.startswith("/api/"):
        return True
    return request.accept_mimetypes.best == "application/json"
