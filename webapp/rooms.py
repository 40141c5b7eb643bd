"""The rooms of the application, by import path.

A room is a package with ``bp`` (a blueprint) and ``permissions.PERMISSIONS`` (endpoint → rule).
A room that needs more than a blueprint offers ``init_app(app)``, which registers it instead.
"""

from importlib import import_module

from flask import Flask

ROOMS = (
    "webapp.accounts",
    "webapp.operations",
    "webapp.language",
    "webapp.help",
    "webapp.agent_desk",
    "webapp.practice",
    "webapp.unit_portal",
    "webapp.unit_orders",
    "webapp.batches",
    "webapp.originals",
    "webapp.corrections",
    "webapp.conflicts",
    "webapp.gaps",
    "webapp.upkeep",
    "webapp.duty",
    "webapp.scans",
    "webapp.catalogue",
    "webapp.dispatch",
    "webapp.follow_up",
    "webapp.order_knowledge",
    "webapp.guidance",
    "webapp.supervision",
    "webapp.bulletins",
    "webapp.figure_records",
    "webapp.hot_matters",
    "webapp.topics",
    "webapp.assessment",
    "webapp.saved_views",
    "webapp.admin",
    "webapp.records",
    "webapp.search_lab",
    "webapp.dictionary",
    "webapp.api_v1",
    "webapp.satisfaction",
    "webapp.public_faq",
)


def register_rooms(app: Flask) -> None:
    """Register every room."""
    for path in ROOMS:
        room = import_module(path)
        if hasattr(room, "init_app"):
            room.init_app(app)
        else:
            app.register_blueprint(room.bp)
