"""The blueprint of the unit portal; its views register themselves in their own files."""

from flask import Blueprint

bp = Blueprint("unit_portal", __name__, url_prefix="/units")
