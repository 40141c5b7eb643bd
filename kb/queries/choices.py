"""Lists to choose from on pages: units by name, categories in use."""

from collections.abc import Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.errors import InvalidInput
from kb.models import CitizenRequest, Unit
from kb.profile import Profile


def units_by_name(session: Session) -> Sequence[Unit]:
    """Every unit that is still at work."""
    return session.scalars(select(Unit).where(Unit.is_active.is_(True)).order_by(Unit.name)).all()


def find_unit(session: Session, text: str) -> Unit:
    """The one unit a person typed: its full name, a short name, or the only one that contains it.

    :raises InvalidInput: none, or several; the sentence names the nearest.
    """
    wanted = text.strip()
    if not wanted:
        raise InvalidInput("请选择承办单位", {"unit": "请输入单位名称，从列表中选择"})
    units = units_by_name(session)
    for matches in (
        [unit for unit in units if unit.name == wanted],
        [unit for unit in units if wanted in unit.aliases],
        [unit for unit in units if wanted in unit.name],
        [unit for unit in units if any(wanted in alias for alias in unit.aliases)],
    ):
        if len(matches) == 1:
            return matches[0]
        if matches:
            names = "、".join(unit.name for unit in matches[:5])
            sentence = f"“{wanted}”可能是{names}，请写全称"
            raise InvalidInput(sentence, {"unit": sentence})
    sentence = f"没有“{wanted[:40]}”这个单位，请从列表中选择"
    raise InvalidInput(sentence, {"unit": sentence})


def categories_in_use(session: Session) -> list[str]:
    """First-level categories that requests are filed under."""
    # From one path to the next along the index; DISTINCT would read every request.
    column = CitizenRequest.category
    used = select(func.min(column).label("path")).where(column > "").cte("used", recursive=True)
    following = select(func.min(column)).where(column > used.c.path).scalar_subquery()
    used = used.union_all(select(following).where(used.c.path.is_not(None)))
    paths = session.scalars(select(used.c.path).where(used.c.path.is_not(None)))
    return sorted({path.split("/")[0] for path in paths})


def purposes_in_use(session: Session, profile: Profile) -> list[str]:
    """诉求目的 as stored: all the city offers, then others that its requests have."""
    offered = [one.stored for one in profile.offered_purposes]
    used = session.scalars(select(CitizenRequest.purpose).distinct())
    return [*offered, *sorted(value for value in used if value not in offered)]
