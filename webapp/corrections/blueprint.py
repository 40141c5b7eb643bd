"""The blueprint of the corrections; its views register themselves in their own files."""

from flask import Blueprint

bp = Blueprint("corrections", __name__)
