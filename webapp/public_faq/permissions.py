"""Who may use the public pages: everyone."""

from webapp.rules import PUBLIC, Permissions

PERMISSIONS: Permissions = {"public_faq.home": PUBLIC}
