"""重跑记录: tries in a row that gave the same stand once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from kb.models import GapRun


@dataclass(frozen=True)
class Tried:
    """The newest of several tries that gave the same, and since when they did.

    How many there were is not told: those of each day that found nothing new are not kept.
    """

    run: GapRun
    since: datetime


def tried(runs: Iterable[GapRun]) -> Sequence[Tried]:
    """:param runs: newest first."""
    alike = [list(group) for _, group in groupby(runs, key=lambda run: (run.total, run.results))]
    return [Tried(group[0], group[-1].at) for group in alike]
