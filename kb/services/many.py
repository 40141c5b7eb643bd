"""One act on many ticked rows: each by the same verb as alone; what cannot be done is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from kb.errors import IllegalTransition, InvalidInput, NotFound, PermissionDenied, StaleVersion

MOST = 100
Row = TypeVar("Row")


@dataclass(frozen=True)
class Outcome(Generic[Row]):
    """The rows it was done to, and of the others the name and why not."""

    done: tuple[Row, ...]
    left: tuple[tuple[str, str], ...]


def on_each(
    session: Session,
    wanted: Sequence[tuple[int, int]],
    *,
    noun: str,
    load: Callable[[int], Row],
    name: Callable[[Row], str],
    act: Callable[[Row, int], object],
) -> Outcome[Row]:
    """Do it to each of the rows that takes it; the caller commits, or looks and rolls back.

    :param wanted: id and the revision that the person saw.
    :raises InvalidInput: none or too many are named, or what is said with it will not do for any.
    """
    if not 0 < len(wanted) <= MOST:
        sentence = f"一次最多 {MOST} 条" if wanted else f"请先勾选{noun}"
        raise InvalidInput(sentence, {"item": sentence})
    done: list[Row] = []
    left: list[tuple[str, str]] = []
    for row_id, rev in wanted:
        told = f"{noun} {row_id}"
        try:
            row = load(row_id)
            told = name(row)
            with session.begin_nested():  # what a refusal leaves undone, in a race too
                act(row, rev)
        except (IllegalTransition, NotFound, PermissionDenied, StaleVersion) as refused:
            left.append((told, refused.message))
        else:
            done.append(row)
    return Outcome(tuple(done), tuple(left))
