"""The room's blueprint; the pages register their routes on it."""

from flask import Blueprint

bp = Blueprint("follow_up", __name__, url_prefix="/follow-up")
