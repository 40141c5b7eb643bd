"""robots.txt and sitemap.xml."""

from typing import Any

from flask import Response, url_for
from markupsafe import escape

from kb.clock import local_day
from kb.queries import public
from webapp.database import db
from webapp.public_faq.life import shown_events
from webapp.public_faq.room import bp, today

_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_URLSET = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'


@bp.get("/robots.txt")
def robots() -> Response:
    """Entries and lists may be indexed; searches and progress are nobody else's business."""
    lines = [
        "User-agent: *",
        "Disallow: /search",
        "Disallow: /suggest",
        "Disallow: /track",
        "Disallow: /ask",
        "Disallow: /entry/*/vote",
        "Disallow: /api/",
        "Disallow: /login",
        "Disallow: /appearance",
        f"Sitemap: {url_for('public_faq.sitemap', _external=True)}",
    ]
    return Response("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@bp.get("/sitemap.xml")
def sitemap() -> Response:
    """The lists, and every public entry that holds today with the day its text was published."""
    lists = [_address(endpoint) for endpoint in ("home", "by_unit", "notices", "questions")]
    if events := shown_events():
        lists += [_address("by_event")]
        lists += [_address("of_event", name=event.name) for event in events]
    lists += [_address("of_unit", unit_id=unit.id) for unit, _ in public.unit_counts(db(), today())]
    parts = [_HEAD, _URLSET, *(f"<url><loc>{address}</loc></url>" for address in lists)]
    for item_id, at in public.sitemap(db(), today()):
        changed = f"<lastmod>{local_day(at).isoformat()}</lastmod>" if at else ""
        parts.append(f"<url><loc>{_address('entry', item_id=item_id)}</loc>{changed}</url>")
    parts.append("</urlset>")
    answer = Response("\n".join(parts) + "\n", content_type="application/xml; charset=utf-8")
    answer.headers["Cache-Control"] = "public, max-age=60"
    return answer


def _address(endpoint: str, **values: Any) -> str:
    return str(escape(url_for(f"public_faq.{endpoint}", _external=True, **values)))
