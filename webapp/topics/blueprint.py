"""The room's blueprint; the pages register their routes on it."""

from flask import Blueprint

bp = Blueprint("topics", __name__, url_prefix="/supervise/topics")
