"""The room's blueprint; the pages register their routes on it."""

from flask import Blueprint

bp = Blueprint("assessment", __name__)
