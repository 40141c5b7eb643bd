"""Who may use the public pages: everyone. What a stranger may repeat is limited."""

from collections.abc import Mapping

from webapp.rules import PUBLIC, Permissions

PERMISSIONS: Permissions = {
    "public_faq.home": PUBLIC,
    "public_faq.search": PUBLIC,
    "public_faq.suggest": PUBLIC,
    "public_faq.category": PUBLIC,
    "public_faq.by_unit": PUBLIC,
    "public_faq.of_unit": PUBLIC,
    "public_faq.notices": PUBLIC,
    "public_faq.notices_feed": PUBLIC,
    "public_faq.questions": PUBLIC,
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

RATE_LIMITS: Mapping[str, str] = {
    "public_faq.search": "public_search",
    "public_faq.suggest": "public_suggest",
    "public_faq.check_track": "track",
    "public_faq.take_vote": "public_vote",
    "public_faq.take_ask": "public_ask",
}
