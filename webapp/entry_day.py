"""口径日期 on entry pages: ``?as_of=`` shows what held on that day, and says so."""

from dataclasses import dataclass
from datetime import date

from flask import request
from sqlalchemy.orm import Session

from kb.actor import Actor
from kb.errors import InvalidInput
from kb.models import KnowledgeItem, KnowledgeVersion
from kb.queries.held_versions import version_held


@dataclass(frozen=True)
class ShownDay:
    """The version a page shows; ``sentence`` is the banner over it, empty for the plain case."""

    version: KnowledgeVersion
    day: date
    sentence: str = ""
    is_past: bool = False


def asked_day(today: date) -> date:
    """The day of the address; today when it names none.

    :raises InvalidInput: it is not a date.
    """
    text = request.args.get("as_of", "").strip()
    if not text:
        return today
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        sentence = f"口径日期应写成 {today.isoformat()} 这样"
        raise InvalidInput(sentence, {"as_of": sentence}) from error


def shown_on(
    session: Session, item: KnowledgeItem, today: date, actor: Actor | None
) -> ShownDay | None:
    """What the page of a published entry shows for the day of its address.

    :returns: ``None`` for an entry that was never published.
    """
    current, day = item.current_version, asked_day(today)
    if current is None:
        return None
    held = version_held(session, item, day, actor)
    if day == today:
        if held is None or held.id == current.id:
            return ShownDay(current, day)
        after = held.replaced_on
        following = version_held(session, item, after, actor) if after else None
        number, starts = (following or current).number, f"自 {after} 起" if after else "以后"
        told = f"今天仍以第 {held.number} 版为准；第 {number} 版{starts}施行"
        return ShownDay(held, day, told)
    if held is None:
        return ShownDay(current, day, f"{day} 那天本条没有生效；下面是现在的内容", True)
    now = version_held(session, item, today, actor)
    then = f"这是 {day} 的口径（第 {held.number} 版）"
    if now is None:
        return ShownDay(held, day, f"{then}，今天不能照此答复", True)
    same = now.id == held.id
    rest = "，今天仍然有效" if same else f"；今天以第 {now.number} 版为准"
    return ShownDay(held, day, then + rest, True)
