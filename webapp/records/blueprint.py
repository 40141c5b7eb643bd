"""The blueprint the pages of the import are registered on."""

from flask import Blueprint

bp = Blueprint("records", __name__, url_prefix="/admin/records")
