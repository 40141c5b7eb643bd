"""/healthz, /readyz and /metrics."""

from flask import Blueprint, Response, jsonify

from webapp.context import services
from webapp.operations.metrics import metrics_text
from webapp.operations.readiness import check_all

bp = Blueprint("operations", __name__)


@bp.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


@bp.get("/readyz")
def readyz() -> Response:
    """200 once database, index and worker serve; else 503 and why."""
    checks = check_all(services())
    is_ready = all(check.is_ready for check in checks)
    body = {
        "status": "ready" if is_ready else "not_ready",
        "checks": [
            {"name": check.name, "ready": check.is_ready, "message": check.message}
            for check in checks
        ],
    }
    response = jsonify(body)
    response.status_code = 200 if is_ready else 503
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/metrics")
def metrics() -> Response:
    """What happened in this process, and what waits in the database, as Prometheus text."""
    text = metrics_text(services())
    return Response(text, content_type="text/plain; version=0.0.4; charset=utf-8")
