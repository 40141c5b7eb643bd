"""Who may use originals: everybody; which ones, `kb.services.originals` decides."""

from collections.abc import Mapping

from webapp.rules import LOGGED_IN, PUBLIC, Permissions

PERMISSIONS: Permissions = {
    "originals.page": LOGGED_IN,
    "originals.image": LOGGED_IN,
    "originals.download": LOGGED_IN,
    "originals.public_page": PUBLIC,
    "originals.public_image": PUBLIC,
}

RATE_LIMITS: Mapping[str, str] = {
    "originals.public_page": "public_original",
    "originals.public_image": "public_original",
}
