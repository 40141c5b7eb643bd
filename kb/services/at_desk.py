"""Who works at the desk, handed to its use cases."""

from dataclasses import dataclass
from datetime import datetime

from kb.actor import Actor
from kb.profile import Profile


@dataclass(frozen=True)
class AtDesk:
    """Who acts when, and by which city's rules."""

    actor: Actor
    now: datetime
    profile: Profile
    phone_key: bytes
