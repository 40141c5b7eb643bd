"""What a city may set differently about the course of an order; limits of time are elsewhere."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """Numbers the engine decides by, from the city profile's ``[orders]``."""

    free_returns: int = 1  # go back to the dispatch desk at once; further ones are ruled on
    max_returns: int = 2  # after that many only joint handling under a named lead
    max_extensions: int = 1
    call_attempts: int = 3  # calls that reached nobody, after which an order may be archived
    # 经办、审核两人分开: whoever wrote a reply does not pass it when the unit has another reviewer.
    four_eyes: bool = True
    # 单位先审: replies of a unit that has reviewers pass them before the centre.
    unit_review: bool = True


DEFAULT_RULES = Rules()
