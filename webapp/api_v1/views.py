"""The JSON API's entrance."""

from flask import Blueprint

bp = Blueprint("api_v1", __name__, url_prefix="/api/v1")


@bp.get("")
def home() -> dict[str, str]:
    """Name the API."""
    return {"name": "应答", "version": "v1"}
