"""Who may use originals: everybody logged in; which ones, `kb.services.originals` decides."""

from webapp.rules import LOGGED_IN, Permissions

PERMISSIONS: Permissions = {
    "originals.page": LOGGED_IN,
    "originals.image": LOGGED_IN,
    "originals.download": LOGGED_IN,
}
