"""Everybody may choose a language."""

from webapp.rules import PUBLIC, Permissions

PERMISSIONS: Permissions = {"language.choose": PUBLIC, "language.static": PUBLIC}
