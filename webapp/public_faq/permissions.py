"""Who may use the public pages: everyone. What a stranger may repeat is limited."""

from collections.abc import Mapping

from webapp.rules import PUBLIC, Permissions

PERMISSIONS: Permissions = {
    "public_faq.home": PUBLIC,
    "public_faq.search": PUBLIC,
    "public_faq.suggest": PUBLIC,
    "public_faq.category": PUBLIC,
    "public_faq.by_event": PUBLIC,
    "public_faq.of_event": PUBLIC,
    "public_faq.by_unit": PUBLIC,
    "public_faq.of_unit": PUBLIC,
    "public_faq.notices": PUBLIC,
    "public_faq.notices_feed": PUBLIC,
    "public_faq.questions": PUBLIC,
    "public_faq.choose": PUBLIC,
    "public_faq.entry": PUBLIC,
    "public_faq.ask_vote": PUBLIC,
    "public_faq.take_vote": PUBLIC,
    "public_faq.ask": PUBLIC,
    "public_faq.take_ask": PUBLIC,
    "public_faq.track": PUBLIC,
    "public_faq.check_track": PUBLIC,
    "public_faq.robots": PUBLIC,
    "public_faq.sitemap": PUBLIC,
}

_READ = (
    "public_faq.home",
    "public_faq.category",
    "public_faq.by_event",
    "public_faq.of_event",
    "public_faq.by_unit",
    "public_faq.of_unit",
    "public_faq.notices",
    "public_faq.notices_feed",
    "public_faq.questions",
    "public_faq.entry",
    "public_faq.sitemap",
)
RATE_LIMITS: Mapping[str, str] = {
    **dict.fromkeys(_READ, "public_page"),
    "public_faq.search": "public_search",
    "public_faq.suggest": "public_suggest",
    "public_faq.check_track": "track",
    "public_faq.take_vote": "public_vote",
    "public_faq.take_ask": "public_ask",
}
