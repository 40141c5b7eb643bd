"""What the portal says after a step, in one place for every way that leads to it."""

from datetime import datetime

from kb.clock import local_day
from kb.models import KnowledgeVersion
from kb.standing import answering_period


def published_sentence(version: KnowledgeVersion, now: datetime) -> str:
    """已发布, and from when on it is found: at once, or from the day it takes effect."""
    start = answering_period(version.item, version).start
    if start is not None and start > local_day(now):
        return f"已发布，{start.isoformat()} 起可检索"
    return "已发布，可检索"
