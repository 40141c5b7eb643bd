"""Log-in, log-out, and a person's own account."""

from webapp.accounts import first_run
from webapp.accounts.views import bp

__all__ = ["bp", "first_run"]
