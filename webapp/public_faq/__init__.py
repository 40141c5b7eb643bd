"""公众: the public's pages."""

from webapp.public_faq.views import bp

__all__ = ["bp"]
