"""Which decision of an editor a found group belongs to.

Groups are found anew each time; decisions are not. A decision holds the ids of the requests it
was made on, and keeps a group when the two share at least half of the smaller one. So a group
that grew, shrank or fell in two stays with its decision, and a stranger with one request in
common does not.
"""

from collections.abc import Collection, Mapping, Sequence

Members = Collection[int]


def bind(groups: Sequence[Members], decided: Mapping[int, Members]) -> list[int | None]:
    """For each group the decision it belongs to: of several the one sharing most, then the first.

    :param decided: id of a decision → ids of the requests it was made on.
    """
    held = {key: frozenset(members) for key, members in sorted(decided.items())}
    by_member: dict[int, list[int]] = {}
    for key, members in held.items():
        for member in members:
            by_member.setdefault(member, []).append(key)
    return [_of(frozenset(group), held, by_member) for group in groups]


def _of(
    group: frozenset[int], held: Mapping[int, frozenset[int]], by_member: Mapping[int, list[int]]
) -> int | None:
    shared: dict[int, int] = {}
    for member in group:
        for key in by_member.get(member, ()):
            shared[key] = shared.get(key, 0) + 1
    fitting = [key for key, count in shared.items() if 2 * count >= min(len(group), len(held[key]))]
    return min(fitting, key=lambda key: (-shared[key], key), default=None)


def members_by_decision(
    groups: Sequence[Members], decided: Mapping[int, Members]
) -> dict[int, frozenset[int]]:
    """The requests of each decision: those it was made on, and what its groups gained since.

    A request that another decision was made on stays with that one.
    """
    named = {member: key for key in sorted(decided, reverse=True) for member in decided[key]}
    found: dict[int, set[int]] = {key: set() for key in decided}
    for member, key in named.items():
        found[key].add(member)
    for group, decision in zip(groups, bind(groups, decided), strict=True):
        if decision is not None:
            found[decision].update(member for member in group if member not in named)
    return {key: frozenset(members) for key, members in found.items()}
