"""施行日期 before 成文日期: a rule may reach back, but the date is more often a slip. Pure."""

from datetime import date


def backdating(issued_on: date | None, valid_from: date | None) -> str:
    """The sentence that says so, without a full stop; empty where nothing reaches back."""
    if issued_on is None or valid_from is None or valid_from >= issued_on:
        return ""
    return f"施行日期 {valid_from} 早于成文日期 {issued_on}"
