"""The blueprint the views of the lab are registered on."""

from flask import Blueprint

bp = Blueprint("search_lab", __name__, url_prefix="/admin/search-lab")
