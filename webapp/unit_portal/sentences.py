"""What the portal says after a step, in one place for every way that leads to it."""

from datetime import date, datetime, timedelta

from kb.clock import local_day
from kb.models import KnowledgeVersion
from kb.services.chains import ahead_of, is_dropped
from kb.standing import answering_period
from kb.terms import VersionState


def ahead_sentence(found: KnowledgeVersion, today: date) -> str:
    """What publishing this version makes of one that is published and not in force yet."""
    before = ahead_of(found, today)
    if before is None:
        return ""
    other, began = before
    begins = answering_period(found.item, found).start
    starts = f"自 {max(begins, today)} 起" if begins else "从发布时起"
    told = f"第 {other.number} 版自 {began} 起施行，现在还没有施行。这一版{starts}施行"
    if is_dropped(other, found, today):
        return f"{told}，发布后第 {other.number} 版不再施行。"
    until = (begins or began) - timedelta(days=1)
    return (
        f"{told}，第 {other.number} 版到 {until} 为止。"
        f"第 {other.number} 版改期的，请先建一版只改它的施行日期，不改内容。"
    )


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
        is_passed = version.item.unit.needs_unit_review
        return "本单位没有审核人，已直接送中心复核" if is_passed else "已送中心复核"
    return "草稿已保存"
