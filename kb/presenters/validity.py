"""The days an entry holds, in words that claim no more than is known.

Desk, entry pages and the public's page all say it in these words.
"""

from datetime import date

from kb.models import KnowledgeItem, KnowledgeVersion
from kb.standing import period

UNSTATED = "未写明有效期"


def validity(item: KnowledgeItem, version: KnowledgeVersion) -> tuple[str, ...]:
    """From when and until when a version holds, one or two pieces of a sentence.

    A text that names no day of effect applies from the day it was written, or from the one on
    which it took another's place; one that names no last day has none that anybody knows of.
    """
    span = period(item, version)
    if version.valid_from and version.valid_until and span.end == version.valid_until:
        return (f"有效期 {span.start} 至 {span.end}",)
    begins = _begins(version)
    return (*([begins] if begins else []), _ends(span.end, version))


def _begins(version: KnowledgeVersion) -> str:
    if version.valid_from:
        return f"{version.valid_from} 起施行"
    if version.issued_on:
        return f"自成文日期 {version.issued_on} 起适用"
    if version.took_over_on:
        return f"{version.took_over_on} 起以这一版为准"
    return ""


def _ends(end: date | None, version: KnowledgeVersion) -> str:
    if end is None:
        return UNSTATED
    # A day that no text says, but that follows from other versions and entries.
    return f"有效至 {end}" if end == version.valid_until else f"{end} 为最后一天"
