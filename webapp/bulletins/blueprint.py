"""The room's blueprint; the pages register their routes on it."""

from flask import Blueprint

bp = Blueprint("bulletins", __name__, url_prefix="/supervise/bulletins")
