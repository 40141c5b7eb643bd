"""One map from endpoint to rule, merged from the rooms; an endpoint without a row is refused."""

from importlib import import_module
from types import MappingProxyType
from typing import cast

from flask import Flask

from webapp.rooms import ROOMS
from webapp.rules import PUBLIC, Permissions, Rule

_SHELL: Permissions = {"static": PUBLIC, "bootstrap.static": PUBLIC}
_NAME = "yingda_permissions"


class PermissionMapInvalid(Exception):
    """Raised at start when two rooms claim one endpoint."""


def collect() -> Permissions:
    """Merge the rows of all rooms.

    :raises PermissionMapInvalid: an endpoint has two rows.
    """
    merged: dict[str, Rule] = dict(_SHELL)
    for path in ROOMS:
        rows: Permissions = import_module(f"{path}.permissions").PERMISSIONS
        doubled = merged.keys() & rows.keys()
        if doubled:
            raise PermissionMapInvalid(f"endpoints with two rows: {sorted(doubled)}")
        merged |= rows
    return MappingProxyType(merged)


def install(app: Flask) -> None:
    """Keep the merged map with the application."""
    app.extensions[_NAME] = collect()


def permissions(app: Flask) -> Permissions:
    """The map of this application."""
    return cast(Permissions, app.extensions[_NAME])
