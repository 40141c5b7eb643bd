"""What the portal says after a step, in one place for every way that leads to it."""

from datetime import datetime

from kb.clock import local_day
from kb.models import KnowledgeVersion
from kb.standing import answering_period
from kb.terms import VersionState


def published_sentence(version: KnowledgeVersion, now: datetime) -> str:
    """已发布, and from when on it is found: at once, or from the day it takes effect."""
    start = answering_period(version.item, version).start
    if start is not None and start > local_day(now):
        return f"已发布，{start.isoformat()} 起可检索"
    return "已发布，可检索"


def saved_sentence(version: KnowledgeVersion, now: datetime) -> str:
    """What was just done to a draft."""
    if version.state == VersionState.PUBLISHED:
        return published_sentence(version, now)
    if version.state == VersionState.UNIT_REVIEW:
        return "已送本单位审核"
    if version.state == VersionState.CENTRE_REVIEW:
        return "已送中心复核"
    return "草稿已保存"
