"""诉求目的建议: what the words of a request say, else what settled requests like it were."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.models import CitizenRequest
from kb.profile import Profile
from kb.services.registration import Registration
from kb.suggesting.purposes import suggest_purposes
from kb.terms import Purpose

# Of so few like requests one is chance.
_AT_LEAST = 2


@dataclass(frozen=True)
class PurposeHint:
    """A purpose that the city offers: as it is stored, its name, and why."""

    stored: str
    name: str
    reason: str


def purpose_hint(
    session: Session, title: str, content: str, like: Sequence[str], profile: Profile
) -> PurposeHint | None:
    """The likeliest purpose of a request; None when nothing speaks for one.

    :param like: numbers of settled requests like this one.
    """
    for found in suggest_purposes(title, content):
        hint = _offered(found.purpose, profile, f"说到“{'”“'.join(found.words)}”")
        if hint is not None:
            return hint
    if len(set(like)) < _AT_LEAST:
        return None
    query = select(CitizenRequest.purpose).where(CitizenRequest.number.in_(set(like)))
    counts = Counter(profile.purpose(stored).counts_as for stored in session.scalars(query))
    purpose, count = counts.most_common(1)[0] if counts else (Purpose.OTHER, 0)
    if count < _AT_LEAST or count * 2 <= counts.total():
        return None
    return _offered(purpose, profile, f"相近的已办结诉求 {counts.total()} 件里 {count} 件是这样")


def _offered(purpose: Purpose, profile: Profile, reason: str) -> PurposeHint | None:
    """Ours by its code where the city offers it, else the city's own word for it."""
    offered = profile.offered_purposes
    exact = [one for one in offered if one.stored == purpose.value]
    for one in exact or [one for one in offered if one.counts_as == purpose]:
        return PurposeHint(one.stored, one.name, reason)
    return None


def as_answered(registration: Registration, profile: Profile) -> Registration:
    """What an entry answered at once was asked to know, unless the agent chose another purpose."""
    if registration.purpose:
        return registration
    usual = _offered(Purpose.CONSULTATION, profile, "")
    stored = usual.stored if usual is not None else profile.offered_purposes[0].stored
    return replace(registration, purpose=stored)
