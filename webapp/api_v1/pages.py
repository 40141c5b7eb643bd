"""The API's entrance, and /api/docs: the description as a page a person can read."""

from typing import Any

from flask import Blueprint, render_template, request

from kb.services.api_tokens import SCOPES
from webapp.api_v1.operations import operations_of, schemas_of
from webapp.api_v1.room import PREFIX, spec

bp = Blueprint("api_pages", __name__)


@bp.get(PREFIX)
def entrance() -> dict[str, str]:
    """Name the API and where it is described."""
    return {
        "name": "应答开放接口",
        "version": "v1",
        "openapi": f"{PREFIX}/openapi.json",
        "docs": "/api/docs",
    }


@bp.get("/api/docs")
def docs() -> str:
    """The readable description."""
    described: dict[str, Any] = spec()
    return render_template(
        "api_v1/docs.html",
        info=described["info"],
        groups=operations_of(described),
        schemas=schemas_of(described),
        scopes=SCOPES,
        base=request.host_url.rstrip("/") + PREFIX,
    )
