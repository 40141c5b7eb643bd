"""The blueprint of the conflicts, and what the pages of drafts and entries include from it."""

from flask import Blueprint

from kb.models import KnowledgeVersion
from kb.presenters.conflict_page import Warned, panel
from webapp.database import db
from webapp.identity import current_actor

bp = Blueprint("conflicts", __name__)


@bp.app_template_global()
def conflict_warnings(version: KnowledgeVersion) -> list[Warned]:
    """What ``conflicts/panel.html`` tells of a version to the person who looks."""
    return panel(db(), version, current_actor())
