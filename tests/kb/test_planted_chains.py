"""Planted replacement chains, a small set: everything found is in force, also while switching."""

from pathlib import Path

from bench.chain_plan import plan
from bench.chains import measure


def test_every_day_shows_what_held_and_a_live_switch_shows_no_ghost(tmp_path: Path) -> None:
    figures = measure(tmp_path, chains=6, switches=2, clients=8, tell=lambda _line: None)
    assert figures.days > 20 and figures.hits > 100 and figures.searches > 0
    assert (figures.out_of_force, figures.missing) == (0, 0)
    assert (figures.ghosts, figures.both, figures.gaps) == (0, 0, 0)


def test_the_planted_truth_by_hand() -> None:
    for chain in plan(50):
        chain.items = list(range(1, len(chain.steps) + 1))
        assert 2 <= len(chain.steps) <= 5
        first, second = chain.steps[0], chain.steps[1]
        assert chain.in_force(first.day) == {(1, 1)}
        expected = {
            "supersedes": {(2, 1)},
            "repeals": {(2, 1)},
            "amends": {(1, 1), (2, 1)},
            "version": {(2, 2)},
        }
        assert chain.in_force(second.day) == expected[second.kind]
