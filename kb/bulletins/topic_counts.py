"""Requests counted by 专项 (special topics)."""

from collections.abc import Sequence

from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Session

from kb.bulletins.conditions import in_topic
from kb.bulletins.grouping import Grouped
from kb.bulletins.populations import REQUESTS
from kb.bulletins.subjects import requests
from kb.bulletins.tables import Counts, Table, table_of
from kb.bulletins.window import Window


def count_topics(session: Session, windows: Sequence[Window]) -> list[Table]:
    """Requests in scope by 专项."""
    topics = windows[0].basis.topics
    if not topics:
        return [Table(("topic",)) for _ in windows]
    parts = [_topic_part(window, at) for at, window in enumerate(windows)]
    found = [Table(("topic",)) for _ in windows]
    for at, *counts in session.execute(union_all(*parts)):
        pairs = zip(topics, counts, strict=True)
        found[at] = table_of(
            ("topic",), [((one.name,), Counts({"requests": count})) for one, count in pairs]
        )
    return found


def _topic_part(window: Window, at: int) -> Grouped:
    subject, basis = requests(window), window.basis
    wanted = subject.condition(REQUESTS["requests"], window)
    counts = [func.count().filter(in_topic(topic, basis)) for topic in basis.topics]
    return select(literal(at), *counts).where(
        window.of_requests(subject.moments.values()), wanted, window.in_channels()
    )
