"""The application with search, files and a city profile."""

from tests.web.api_v1.city import app, city, factory, files, indexes

__all__ = ["app", "city", "factory", "files", "indexes"]
