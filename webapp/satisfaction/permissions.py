"""Who may rate: whoever holds the link. How often one address may try is limited."""

from collections.abc import Mapping

from webapp.rules import PUBLIC, Permissions

PERMISSIONS: Permissions = {"satisfaction.ask": PUBLIC, "satisfaction.answer": PUBLIC}

RATE_LIMITS: Mapping[str, str] = {
    "satisfaction.ask": "satisfaction",
    "satisfaction.answer": "satisfaction",
}
