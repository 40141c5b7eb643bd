"""The application with search, files and a city profile, on the web tests' database."""

from tests.web.api_v1.city import app, city, factory, files, indexes
from tests.web.conftest import client, clock, database, settings, unit

__all__ = [
    "app",
    "city",
    "client",
    "clock",
    "database",
    "factory",
    "files",
    "indexes",
    "settings",
    "unit",
]
