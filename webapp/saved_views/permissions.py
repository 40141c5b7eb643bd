"""Everybody keeps views of the lists they may open, and only their own."""

from webapp.rules import LOGGED_IN, Permissions

PERMISSIONS: Permissions = {
    "saved_views.keep": LOGGED_IN,
    "saved_views.rename": LOGGED_IN,
    "saved_views.remove": LOGGED_IN,
    "saved_views.restore": LOGGED_IN,
}
