"""Who may use the account pages, and how often."""

from collections.abc import Mapping

from webapp.rules import LOGGED_IN, PUBLIC, Permissions

PERMISSIONS: Permissions = {
    "accounts.first_run": PUBLIC,
    "accounts.make_first_admin": PUBLIC,
    "accounts.login": PUBLIC,
    "accounts.check_login": PUBLIC,
    "accounts.logout": LOGGED_IN,
    "accounts.account": LOGGED_IN,
    "accounts.save_mail": LOGGED_IN,
    "accounts.password": LOGGED_IN,
    "accounts.save_password": LOGGED_IN,
}

RATE_LIMITS: Mapping[str, str] = {
    "accounts.check_login": "login",
    "accounts.make_first_admin": "login",
}
