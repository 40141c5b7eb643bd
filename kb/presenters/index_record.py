"""What the index is told about an entry. The only place that builds an index record."""

import re
from collections.abc import Sequence

from indexer.records import ItemRecord, PassageRecord
from kb.facts import fact_text
from kb.models import KnowledgeItem, KnowledgeVersion
from kb.outbox.enqueue import PUBLIC
from kb.services.learning import is_held
from kb.standing import entry_period
from kb.terms import Audience, ItemState

_PHONE = re.compile(r"(?<!\d)(?:0\d{2,3}-?\d{7,8}|1[3-9]\d{9}|[48]00-?\d{3}-?\d{4}|\d{7,8})(?!\d)")


def belongs(item: KnowledgeItem, version: KnowledgeVersion | None, target: str) -> bool:
    """Tell whether this index holds the entry at all; dates are the query's business."""
    if version is None or item.state in (ItemState.DRAFT, ItemState.WITHDRAWN):
        return False
    span = entry_period(item, version)
    if span.start is not None and span.end is not None and span.end < span.start:
        # Ended before it began: it never held on any day, so no question can be about it.
        return False
    return target != PUBLIC or version.audience == Audience.PUBLIC


def index_record(
    item: KnowledgeItem, version: KnowledgeVersion, learned: Sequence[str] = ()
) -> ItemRecord:
    """The record of a published entry's current version.

    :param learned: what callers said, from :mod:`kb.services.learning`.
    """
    span = entry_period(item, version)
    phone = fact_text(version.facts.get("phone", ""))
    return ItemRecord(
        item_id=str(item.id),
        rev=item.rev,
        kind=version.kind,
        title=version.title,
        passages=tuple(
            PassageRecord(row.ordinal, row.heading_path, row.text) for row in version.passages
        ),
        variants=tuple(version.variants),
        learned=tuple(text for text in learned if not is_held(text, version)),
        document_number=version.document_number,
        issuing_authority=version.issuing_authority,
        unit=item.unit.name,
        unit_names=(item.unit.name, *item.unit.aliases),
        category=version.category,
        region=" ".join(version.regions),
        audience=version.audience,
        in_force_from=span.start,
        in_force_until=span.end,
        issued_on=version.issued_on,
        phones=tuple(re.sub(r"\D", "", found) for found in _PHONE.findall(phone)),
    )
