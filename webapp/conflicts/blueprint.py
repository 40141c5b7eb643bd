"""The blueprint of the conflicts, and what the pages of drafts and entries include from it."""

from flask import Blueprint

from kb.models import KnowledgeVersion
from kb.presenters.conflict_page import Warned, panel
from kb.services.conflict_jobs import is_checking
from webapp.database import db
from webapp.identity import current_actor

bp = Blueprint("conflicts", __name__)


@bp.app_template_global()
def conflict_warnings(version: KnowledgeVersion) -> list[Warned]:
    """What ``conflicts/panel.html`` tells of a version to the person who looks."""
    return panel(db(), version, current_actor())


@bp.app_template_global()
def conflicts_rechecked(version: KnowledgeVersion) -> bool:
    """Whether the version changed since and is about to be compared anew."""
    return is_checking(db(), version)
