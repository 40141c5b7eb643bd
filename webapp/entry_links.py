"""Where a person opens an entry: in the first room the permission map lets them into."""

from flask import current_app, url_for

from kb.actor import Actor
from kb.models import KnowledgeVersion
from kb.terms import Audience
from webapp.permission_map import permissions
from webapp.rules import is_allowed

_STAFF_ROOMS = ("unit_portal.entry", "agent_desk.entry")


def entry_address(actor: Actor, version: KnowledgeVersion) -> str:
    """The entry's page for this person; empty where it is 内部 and no room shows it to them."""
    rules = permissions(current_app)
    for endpoint in _STAFF_ROOMS:
        rule = rules.get(endpoint)
        if rule is not None and is_allowed(rule, actor):
            return url_for(endpoint, item_id=version.item_id)
    if version.audience == Audience.PUBLIC.value:
        return url_for("public_faq.entry", item_id=version.item_id)
    return ""
