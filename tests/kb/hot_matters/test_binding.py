"""Decisions stay with their requests, however the groups are found next time."""

import pytest

from kb.hot_matters.binding import bind, members_by_decision


@pytest.mark.parametrize(
    ("groups", "decided", "owners"),
    [
        pytest.param([[1, 2, 3]], {7: [1, 2, 3]}, [7], id="found again"),
        pytest.param([[1, 2, 3, 4, 5, 6, 7]], {7: [1, 2]}, [7], id="grown"),
        pytest.param([[1], [2, 3]], {7: [1, 2, 3]}, [7, 7], id="fallen in two"),
        pytest.param([[1, 4, 5], [6]], {7: [1, 2, 3]}, [None, None], id="one in common is none"),
        pytest.param([[1, 2, 3, 4]], {7: [1], 8: [2, 3]}, [8], id="the one sharing most"),
        pytest.param([[1, 2]], {7: [1], 8: [2]}, [7], id="of equals the first"),
        pytest.param([], {7: [1]}, [], id="nothing found"),
    ],
)
def test_groups_go_to_the_decision_made_on_their_requests(
    groups: list[list[int]], decided: dict[int, list[int]], owners: list[int | None]
) -> None:
    assert bind(groups, decided) == owners


def test_a_decision_gains_what_its_group_gained_but_takes_from_no_other() -> None:
    members = members_by_decision([[1, 2, 3, 9], [5, 6]], {7: [1, 2], 8: [3], 9: [4]})
    assert members == {7: {1, 2, 9}, 8: {3}, 9: {4}}
