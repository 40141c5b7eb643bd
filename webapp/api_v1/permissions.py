"""Who may use the API: the roles of the person behind a token, narrowed by the token's scopes."""

from kb.terms import Role
from webapp.rules import LOGGED_IN, PUBLIC, Permissions, roles

_UNIT = (Role.UNIT_CLERK, Role.UNIT_REVIEWER)

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
    "api_orders.dispatch": roles(Role.DISPATCHER),
    "api_orders.acknowledge": roles(*_UNIT),
    "api_orders.return": roles(*_UNIT),
    "api_orders.reply": roles(*_UNIT),
    "api_orders.send_back": roles(Role.DISPATCHER),
    "api_orders.resolve": roles(Role.DISPATCHER),
    "api_orders.follow_up": roles(Role.FOLLOW_UP_AGENT),
    "api_orders.remind": roles(Role.SUPERVISOR, Role.DISPATCHER),
    "api_orders.reopen": roles(Role.FOLLOW_UP_AGENT, Role.SUPERVISOR),
    "api_orders.note": LOGGED_IN,
    "api_figures.figures": roles(Role.SUPERVISOR, Role.ADMIN),
}
