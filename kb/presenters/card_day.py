"""The day of a card: the word that held on the day asked about, and what became of it since."""

from datetime import date, timedelta
from typing import Any

from kb.backdating import backdating
from kb.clock import local_day
from kb.models import KnowledgeItem, KnowledgeVersion
from kb.presenters.validity import validity
from kb.standing import EXPIRING_DAYS, IN_FORCE, period, review_is_overdue, standing_on
from kb.terms import Standing

# What held on a day that is over is not said in the words of today.
HELD_THEN = "当日有效"


def day_json(
    item: KnowledgeItem, version: KnowledgeVersion, as_of: date, today: date
) -> dict[str, Any]:
    """Whether the version held on the day asked about, and whether it does today.

    ``since`` is a sentence for an earlier day, empty for today.
    """
    standing, now = _standing_then(item, version, as_of, today), standing_on(item, version, today)
    span = period(item, version)
    was_in_force = as_of < today and standing == Standing.IN_FORCE
    is_counted = as_of == today and span.end is not None and span.end >= today
    return {
        "standing": standing.value,
        "standing_label": HELD_THEN if was_in_force else standing.label,
        "standing_today": now.value,
        "standing_today_label": now.label,
        "since": since(item, version, as_of, today),
        "backdating": backdating(version.issued_on, version.valid_from),
        # Days that no text says, but that follow from other versions and entries.
        "takes_over": version.took_over_on is not None and version.took_over_on == span.start,
        "is_cut_short": span.end is not None and span.end != version.valid_until,
        "validity": list(validity(item, version)),
        "valid_from": span.start.isoformat() if span.start else None,
        "valid_until": span.end.isoformat() if span.end else None,
        "days_left": (span.end - today).days if is_counted and span.end else None,
        "checked_on": item.checked_on.isoformat() if item.checked_on else None,
        "review_overdue": as_of == today and review_is_overdue(item, version, today),
    }


def since(item: KnowledgeItem, version: KnowledgeVersion, as_of: date, today: date) -> str:
    """What became of the text since an earlier day, and what is not known of that day."""
    if as_of >= today:
        return ""
    return _what_is_unknown(item, version, as_of) + _what_became(item, version, today)


def _standing_then(
    item: KnowledgeItem, version: KnowledgeVersion, as_of: date, today: date
) -> Standing:
    """The word of that day: an end that only came to be known later made nothing 即将到期."""
    standing = standing_on(item, version, as_of)
    if standing != Standing.EXPIRING or as_of >= today:
        return standing
    stated = version.valid_until
    was_told = stated is not None and stated - as_of < timedelta(days=EXPIRING_DAYS)
    return Standing.EXPIRING if was_told else Standing.IN_FORCE


def _what_is_unknown(item: KnowledgeItem, version: KnowledgeVersion, as_of: date) -> str:
    published = version.published_at
    if backdating(version.issued_on, version.valid_from) and as_of < (version.issued_on or as_of):
        return f"这份文件 {version.issued_on} 才成文，写明自 {version.valid_from} 起施行。"
    if published is None or local_day(published) <= as_of:
        return ""
    if version.number > 1:
        return f"这一版 {local_day(published)} 才发布，那天答复用的还不是它。"
    if period(item, version).start is not None:
        return ""
    return f"没有写明从哪天起有效，{local_day(published)} 才首次发布，那天是否如此请核实。"


def _what_became(item: KnowledgeItem, version: KnowledgeVersion, today: date) -> str:
    now, end = standing_on(item, version, today), period(item, version).end
    if now in IN_FORCE:
        return "今天仍然有效。"
    if end is None or end >= today:
        return f"今天是“{now.label}”。"
    if now == Standing.EXPIRED:
        return f"有效期到 {end} 为止，今天已经到期。"
    if version.replaced_on == end + timedelta(days=1):
        return f"{version.replaced_on} 起换成了新的一版。"
    return f"{end + timedelta(days=1)} 起{now.label}。"
