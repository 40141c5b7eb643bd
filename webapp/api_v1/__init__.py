"""The JSON API under /api/v1, described by OpenAPI, and its readable page."""

from flask import Flask

from webapp.api_v1 import batches, documents, figures, orders, pages, requests, search
from webapp.api_v1.room import install


def init_app(app: Flask) -> None:
    """Register the resources and the pages."""
    install(app, (documents.bp, batches.bp, search.bp, requests.bp, orders.bp, figures.bp))
    app.register_blueprint(pages.bp)
