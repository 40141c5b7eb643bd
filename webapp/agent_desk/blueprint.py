"""The blueprint the views of the desk are registered on."""

from flask import Blueprint

bp = Blueprint("agent_desk", __name__, url_prefix="/desk")
