"""Who may ask how the service does: monitors do not log in; close these at the proxy."""

from webapp.rules import PUBLIC, Permissions

PERMISSIONS: Permissions = {
    "operations.healthz": PUBLIC,
    "operations.readyz": PUBLIC,
    "operations.metrics": PUBLIC,
}
