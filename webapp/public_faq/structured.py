"""What an entry says of itself to search engines, as schema.org data (JSON-LD)."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from markupsafe import Markup

from kb.presenters.entry_page import EntryPage
from kb.standing import IN_FORCE
from kb.terms import KnowledgeKind
from webapp.public_faq.rows import Row

_CONTEXT = "https://schema.org"
_WORKS = frozenset({"FAQPage", "Legislation", "Article"})
# What would end the script element, or begin a comment in it, is written as an escape.
_ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


def structured_data(
    page: EntryPage, address: str, site_name: str, published_at: datetime | None
) -> Markup:
    """The JSON of one entry, safe inside a ``script`` element.

    A question with its answer is a ``FAQPage``, a guide a ``GovernmentService``, a contact a
    ``GovernmentOffice``, a document of policy ``Legislation``; everything else an ``Article``.
    """
    facts = {fact.name: "；".join(fact.lines) for fact in page.facts}
    told: dict[str, Any] = {
        "@context": _CONTEXT,
        "@id": address,
        "url": address,
        "inLanguage": "zh-CN",
        **_of_kind(page, facts, site_name),
    }
    # Only works have these; a service or an office has no date of its own.
    if told["@type"] in _WORKS:
        told["dateModified"] = published_at.isoformat() if published_at else ""
        told["expires"] = page.valid_until.isoformat() if page.valid_until else ""
    return _script(told)


def questions_data(rows: Iterable[Row]) -> Markup | None:
    """The ``FAQPage`` of a page that lists questions with their answers; none where it has none."""
    told = [_question(row.title, row.answer) for row in rows if row.answer]
    if not told:
        return None
    return _script({"@context": _CONTEXT, "@type": "FAQPage", "mainEntity": told})


def _question(title: str, answer: str) -> dict[str, Any]:
    said = {"@type": "Answer", "text": answer}
    return {"@type": "Question", "name": title, "acceptedAnswer": said}


def _script(told: dict[str, Any]) -> Markup:
    text = json.dumps(_without_empty(told), ensure_ascii=False, separators=(",", ":"))
    return Markup(text.translate(_ESCAPES))  # noqa: S704 - what could end the element is escaped


def _of_kind(page: EntryPage, facts: dict[str, str], site_name: str) -> dict[str, Any]:
    unit = {"@type": "GovernmentOrganization", "name": page.unit}
    if page.kind == KnowledgeKind.QA.value and page.conclusion:
        question = _question(page.title, page.conclusion)
        return {"@type": "FAQPage", "mainEntity": [question], "publisher": unit}
    if page.kind == KnowledgeKind.GUIDE.value:
        return {
            "@type": "GovernmentService",
            "name": page.title,
            "description": page.conclusion,
            "provider": unit,
            "areaServed": list(page.regions) or [site_name],
            "availableChannel": {
                "@type": "ServiceChannel",
                "servicePhone": _phone(facts.get("phone", "")),
                "serviceLocation": _place(facts.get("place", "")),
            },
        }
    if page.kind == KnowledgeKind.CONTACT.value:
        return {
            "@type": "GovernmentOffice",
            "name": page.title,
            "telephone": facts.get("phone", ""),
            "address": facts.get("place", ""),
            "description": facts.get("hours", ""),
            "parentOrganization": unit,
        }
    return _document(page, unit)


def _document(page: EntryPage, unit: dict[str, str]) -> dict[str, Any]:
    authority = {"@type": "GovernmentOrganization", "name": page.issuing_authority or page.unit}
    issued = page.issued_on.isoformat() if page.issued_on else ""
    if page.kind == KnowledgeKind.POLICY.value:
        force = "InForce" if page.standing in IN_FORCE else "NotInForce"
        return {
            "@type": "Legislation",
            "name": page.title,
            "abstract": page.conclusion,
            "legislationIdentifier": page.document_number,
            "legislationDate": issued,
            "legislationDateOfApplicability": page.valid_from.isoformat()
            if page.valid_from
            else "",
            "legislationLegalForce": f"{_CONTEXT}/{force}",
            "legislationPassedBy": authority,
            "publisher": unit,
        }
    return {
        "@type": "Article",
        "headline": page.title,
        "description": page.conclusion,
        "datePublished": issued,
        "author": authority,
        "publisher": unit,
    }


def _phone(text: str) -> dict[str, str]:
    return {"@type": "ContactPoint", "telephone": text} if text else {}


def _place(text: str) -> dict[str, str]:
    return {"@type": "Place", "address": text} if text else {}


def _without_empty(value: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is not known, and parts that then only name their type."""
    kept: dict[str, Any] = {}
    for name, part in value.items():
        inner = _without_empty(part) if isinstance(part, dict) else part
        if inner and inner != {"@type": inner.get("@type") if isinstance(inner, dict) else None}:
            kept[name] = inner
    return kept
