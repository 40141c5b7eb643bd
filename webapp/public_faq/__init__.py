"""公众: the public's pages. Whoever looks, they show what nobody needs to log in for."""

from webapp.public_faq import crawlers, suggesting, tracking, views
from webapp.public_faq.room import bp

__all__ = ["bp", "crawlers", "suggesting", "tracking", "views"]
