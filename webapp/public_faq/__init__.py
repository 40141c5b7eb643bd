"""公众: the public's pages. Whoever looks, they show what nobody needs to log in for."""

from webapp.public_faq import (
    asking,
    choosing,
    crawlers,
    feeds,
    life,
    suggesting,
    tracking,
    views,
    voting,
)
from webapp.public_faq.room import bp

__all__ = [
    "asking",
    "bp",
    "choosing",
    "crawlers",
    "feeds",
    "life",
    "suggesting",
    "tracking",
    "views",
    "voting",
]
