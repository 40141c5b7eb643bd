"""Who may read the help pages: everybody who logs in, of every role."""

from webapp.rules import LOGGED_IN, Permissions

PERMISSIONS: Permissions = {
    "help.home": LOGGED_IN,
    "help.page": LOGGED_IN,
    "help.finish": LOGGED_IN,
}
