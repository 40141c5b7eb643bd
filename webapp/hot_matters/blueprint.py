"""The room's blueprint; the pages register their routes on it."""

from flask import Blueprint

bp = Blueprint("hot_matters", __name__, url_prefix="/supervise/matters")
