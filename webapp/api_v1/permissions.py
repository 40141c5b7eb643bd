"""Who may use the API."""

from webapp.rules import LOGGED_IN, Permissions

PERMISSIONS: Permissions = {"api_v1.home": LOGGED_IN}
