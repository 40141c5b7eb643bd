"""Prometheus text, written by hand: a few figures do not need a library."""

from importlib.metadata import PackageNotFoundError, version

from sqlalchemy import func, select

from kb.models import IndexJob
from webapp.context import Services
from webapp.observe import BUCKETS_SECONDS, counts


def metrics_text(known: Services) -> str:
    """All figures, one line each, ending with a newline."""
    lines = _requests() + _outbox(known)
    lines += _head("yingda_info", "gauge", "The running version.")
    lines.append(f'yingda_info{{version="{_version()}"}} 1')
    return "\n".join(lines) + "\n"


def _head(name: str, kind: str, meaning: str) -> list[str]:
    return [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"]


def _requests() -> list[str]:
    by_status, buckets, seconds = counts().snapshot()
    name = "yingda_http_requests_total"
    lines = _head(name, "counter", "Requests answered by this process.")
    for (method, status), count in sorted(by_status.items()):
        lines.append(f'{name}{{method="{method}",status="{status}"}} {count}')
    name = "yingda_http_request_seconds"
    lines += _head(name, "histogram", "Time to answer a request.")
    total = 0
    for bound, count in zip([*map(str, BUCKETS_SECONDS), "+Inf"], buckets, strict=True):
        total += count
        lines.append(f'{name}_bucket{{le="{bound}"}} {total}')
    return [*lines, f"{name}_sum {seconds:.6f}", f"{name}_count {total}"]


def _outbox(known: Services) -> list[str]:
    with known.database.reading() as session:
        waiting = select(func.count(), func.min(IndexJob.enqueued_at))
        pending, oldest = session.execute(waiting.where(IndexJob.parked.is_(False))).one()
        parked = session.scalar(
            select(func.count()).select_from(IndexJob).where(IndexJob.parked.is_(True))
        )
    lag = 0.0 if oldest is None else max((known.clock() - oldest).total_seconds(), 0.0)
    lines = _head("yingda_outbox_pending", "gauge", "Entries waiting to be indexed.")
    lines.append(f"yingda_outbox_pending {pending}")
    lines += _head("yingda_outbox_lag_seconds", "gauge", "Age of the oldest waiting entry.")
    lines.append(f"yingda_outbox_lag_seconds {lag:.3f}")
    lines += _head("yingda_outbox_parked", "gauge", "Entries that could not be indexed.")
    lines.append(f"yingda_outbox_parked {parked}")
    return lines


def _version() -> str:
    try:
        return version("yingda")
    except PackageNotFoundError:  # run from a checkout
        return "0"
