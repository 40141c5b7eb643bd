"""Everything HTTP: the application factory."""

from typing import Any

from flask import Flask
from flask_bootstrap import Bootstrap5
from werkzeug.middleware.proxy_fix import ProxyFix

from kb.clock import Clock, utc_now
from kb.current_profile import Profiles
from kb.db import Database
from kb.profile import Profile
from webapp import (
    assets,
    context,
    database,
    edges,
    errors,
    language,
    observe,
    packing,
    permission_map,
    rate_limits,
    rooms,
    security,
    templating,
)
from webapp.identity import cookie_name
from webapp.settings import Settings

# A form with a rescued text of one megabyte, escaped, must still fit.
MAX_FORM_BYTES = 4 * 1024 * 1024


def create_app(
    settings: Settings,
    db: Database,
    search: Any = None,
    clock: Clock = utc_now,
    *,
    files: Any = None,
    profile: Profile | None = None,
    profiles: Profiles | None = None,
) -> Flask:
    """Build the application around its dependencies.

    :param settings: what the program was told at its start.
    :param db: the one database.
    :param search: a ``SearchService``; without it ``/readyz`` is not ready.
    :param clock: gives the present instant, aware, in UTC.
    :param files: a ``FileStore`` of originals.
    :param profiles: tells the city's profile; without it ``profile``, or the built-in one, holds
        until somebody edits it.
    """
    app = Flask(__name__)
    language.prepare(app)
    app.request_class = edges.Request
    app.url_map.converters["int"] = edges.RowId
    app.config.from_mapping(_flask_config(settings))
    app.url_map.strict_slashes = False
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    if settings.proxy_hops:
        hops = settings.proxy_hops
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    if profiles is None:
        profiles = Profiles.fixed(profile, db) if profile is not None else Profiles(db, {})
    known = context.Services(settings, db, clock, search=search, files=files, profiles=profiles)
    context.install(app, known)
    Bootstrap5(app)
    assets.init_app(app)
    packing.init_app(app)
    observe.init_app(app)
    security.init_app(app)
    database.init_app(app)
    errors.init_app(app)
    templating.init_app(app)
    rooms.register_rooms(app)
    permission_map.install(app)
    rate_limits.init_app(app)
    return app


def _flask_config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "MAX_CONTENT_LENGTH": settings.max_upload_bytes + MAX_FORM_BYTES,
        "MAX_FORM_MEMORY_SIZE": MAX_FORM_BYTES,
        "MAX_FORM_PARTS": 1000,
        "TRUSTED_HOSTS": list(settings.trusted_hosts) or None,
        "SESSION_COOKIE_NAME": cookie_name(settings.secure_cookies) + "_form",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "BOOTSTRAP_SERVE_LOCAL": True,
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
    }
