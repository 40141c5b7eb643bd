"""The notices as a feed (RSS 2.0), for readers, screens in halls and other sites."""

from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from flask import Response, url_for

from kb.bulletins.rendering.legal import legal
from kb.models import KnowledgeItem, KnowledgeVersion
from kb.queries import public
from kb.standing import period
from webapp.context import city
from webapp.database import db
from webapp.public_faq.room import bp, today
from webapp.public_faq.rows import answer_of, span_text

_ATOM, _DUBLIN_CORE = "http://www.w3.org/2005/Atom", "http://purl.org/dc/elements/1.1/"
register_namespace("atom", _ATOM)
register_namespace("dc", _DUBLIN_CORE)


@bp.get("/notices.rss")
def notices_feed() -> Response:
    """The newest notices that have not ended, as many as a page lists."""
    rss = Element("rss", {"version": "2.0"})
    channel = SubElement(rss, "channel")
    name = city().city
    _add(channel, "title", f"{name} 12345 通知公告")
    own = {"href": url_for("public_faq.notices_feed", _external=True), "rel": "self"}
    SubElement(channel, f"{{{_ATOM}}}link", own | {"type": "application/rss+xml"})
    _add(channel, "link", url_for("public_faq.notices", _external=True))
    _add(channel, "description", "正在生效和即将开始的停水、停电、施工、招生等通知")
    _add(channel, "language", "zh-cn")
    for item, version in public.notices(db(), today(), 1).entries:
        _add_notice(channel, item, version)
    body = tostring(rss, encoding="utf-8", xml_declaration=True)
    answer = Response(body, content_type="application/rss+xml; charset=utf-8")
    answer.headers["Cache-Control"] = "public, max-age=60"
    return answer


def _add_notice(channel: Element, item: KnowledgeItem, version: KnowledgeVersion) -> None:
    entry = SubElement(channel, "item")
    address = url_for("public_faq.entry", item_id=item.id, _external=True)
    _add(entry, "title", version.title)
    _add(entry, "link", address)
    # A changed text is news: the version is part of what identifies the line.
    guid = SubElement(entry, "guid", {"isPermaLink": "false"})
    guid.text = f"{address}#v{version.number}"
    when = span_text(period(item, version), today())
    _add(entry, "description", "　".join(part for part in (when, answer_of(version)) if part))
    _add(entry, "category", version.category)
    # An author of RSS itself is a mail address.
    _add(entry, f"{{{_DUBLIN_CORE}}}creator", item.unit.name)
    if version.published_at is not None:
        _add(entry, "pubDate", format_datetime(version.published_at))


def _add(parent: Element, tag: str, text: str) -> None:
    if text:
        SubElement(parent, tag).text = legal(text)
