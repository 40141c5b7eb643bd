"""Who may use the API: the roles of the person behind a token, narrowed by the token's scopes."""

from kb.terms import Role
from kb.work_orders.events import EventKind
from kb.work_orders.permissions import CENTRE, LEAD
from webapp.api_v1.order_paths import PATHS
from webapp.rules import LOGGED_IN, PUBLIC, Permissions, Rule, roles

_UNIT = (Role.UNIT_CLERK, Role.UNIT_REVIEWER)


def _rule(kind: EventKind) -> Rule:
    known = CENTRE.get(kind) or LEAD.get(kind)
    return roles(*known) if known else LOGGED_IN


PERMISSIONS: Permissions = {
    "api-docs.openapi_json": PUBLIC,
    "api_pages.entrance": PUBLIC,
    "api_pages.docs": PUBLIC,
    "api_documents.push": roles(*_UNIT, Role.EDITOR, Role.ADMIN),
    "api_documents.document": LOGGED_IN,
    "api_batches.show": roles(*_UNIT, Role.EDITOR, Role.ADMIN),
    "api_batches.order": roles(*_UNIT, Role.EDITOR, Role.ADMIN),
    "api_search.search": LOGGED_IN,
    "api_search.suggest": LOGGED_IN,
    "api_requests.register": roles(Role.AGENT),
    "api_requests.show": LOGGED_IN,
    "api_requests.resolve_online": roles(Role.AGENT),
    "api_requests.hand_over": roles(Role.AGENT),
    "api_orders.orders": LOGGED_IN,
    "api_orders.order": LOGGED_IN,
    # Who may on which order is decided per order, in kb; here only who has to do with it at all.
    "api_orders.review": roles(Role.DISPATCHER, Role.UNIT_REVIEWER),
    "api_orders.upload": LOGGED_IN,
    **{f"api_orders.{PATHS[kind].replace('-', '_')}": _rule(kind) for kind in PATHS},
    "api_figures.figures": roles(Role.SUPERVISOR, Role.ADMIN),
    "api_figures.records": roles(Role.SUPERVISOR, Role.ADMIN),
}
