"""Scoring and comparing runs, by values worked by hand; no engine."""

import pytest

from kb.services.judging import CaseResult, Change, JudgedCase, RunResult, compare, score

ANSWERABLE = JudgedCase(1, "校车怎么坐", {"7": 3, "8": 2, "9": 1})
UNANSWERABLE = JudgedCase(2, "火星移民怎么报名", {"9": 1})


def test_a_question_with_a_useful_entry_is_scored_by_its_ranking() -> None:
    result = score(ANSWERABLE, ["9", "8", "7", "6"], answered=True)
    # 1/1 + 3/log2(3) + 7/2 over 7 + 3/log2(3) + 1/2
    assert result.ndcg == pytest.approx(6.392789 / 9.392789, abs=1e-6)
    assert (result.reciprocal_rank, result.hit1) == (0.5, 0.0)
    assert (result.first, result.first_grades) == (("9", "8", "7"), (1, 2, 3))
    assert result.is_right_verdict


def test_a_question_without_one_is_right_when_refused() -> None:
    refused = score(UNANSWERABLE, ["9"], answered=False)
    assert (refused.ndcg, refused.hit1, refused.is_right_verdict) == (None, None, True)
    assert not score(UNANSWERABLE, ["9"], answered=True).is_right_verdict


def test_nothing_found_is_never_an_answer() -> None:
    assert not score(ANSWERABLE, [], answered=True).answered


def test_means_count_only_the_questions_they_are_about() -> None:
    run = RunResult(
        (
            score(ANSWERABLE, ["7", "8", "9"], answered=True),
            score(ANSWERABLE, ["6", "7"], answered=False),
            score(UNANSWERABLE, ["9"], answered=False),
            score(UNANSWERABLE, ["9"], answered=True),
        )
    )
    # second: 7/log2(3) over the ideal 9.392789
    assert run.ndcg == pytest.approx((1 + 4.416508 / 9.392789) / 2, abs=1e-6)
    assert run.mrr == pytest.approx((1 + 0.5) / 2)
    assert run.hit1 == 0.5
    assert (run.answered_share, run.refused_share) == (0.5, 0.5)


def test_a_set_of_refusals_has_no_ranking_figures() -> None:
    run = RunResult((score(UNANSWERABLE, [], answered=False),))
    assert (run.ndcg, run.mrr, run.hit1, run.answered_share) == (None, None, None, None)
    assert run.refused_share == 1.0


def test_what_was_stored_is_what_was_scored() -> None:
    result = score(ANSWERABLE, ["9", "1"], answered=True, ms=1.5)
    assert CaseResult.from_json(result.as_json()) == result


@pytest.mark.parametrize(
    ("case", "before", "after", "expected"),
    [
        (ANSWERABLE, (["7", "8"], True), (["7", "8"], True), Change.SAME),
        (ANSWERABLE, (["8", "7"], True), (["7", "8"], True), Change.BETTER),
        (ANSWERABLE, (["7", "8"], True), (["8", "7"], True), Change.WORSE),
        # a right answer withheld is worse, whatever the ranking gained
        (ANSWERABLE, (["8", "7"], True), (["7", "8"], False), Change.WORSE),
        (ANSWERABLE, (["7", "8"], False), (["7", "8"], True), Change.BETTER),
        (ANSWERABLE, (["7", "5"], True), (["7", "6"], True), Change.MOVED),
        (UNANSWERABLE, (["9"], False), (["9"], True), Change.WORSE),
        (UNANSWERABLE, (["9"], True), ([], False), Change.BETTER),
        (UNANSWERABLE, (["9"], False), (["1"], False), Change.MOVED),
    ],
)
def test_better_and_worse(
    case: JudgedCase,
    before: tuple[list[str], bool],
    after: tuple[list[str], bool],
    expected: Change,
) -> None:
    old, new = (
        RunResult((score(case, ids, answered=answered),)) for ids, answered in (before, after)
    )
    compared = compare(old, new)
    assert [one.change for one in compared.changes] == [expected]
    assert compared.is_worse is (expected is Change.WORSE)


def test_each_entry_of_the_first_three_is_new_moved_or_the_same() -> None:
    old = RunResult((score(ANSWERABLE, ["7", "8", "5"], answered=True),))
    new = RunResult((score(ANSWERABLE, ["7", "6", "8"], answered=True),))
    change = compare(old, new).changes[0]
    assert change.moves == (("7", "same"), ("6", "+"), ("8", "moved"))
    assert change.gone == ("5",)


def test_the_worst_come_first_and_strangers_are_counted() -> None:
    other = JudgedCase(3, "校服退不退", {"5": 3})
    third = JudgedCase(4, "只在后来", {"5": 3})
    old = RunResult(
        (
            score(ANSWERABLE, ["8", "7"], answered=True),
            score(other, ["5"], answered=True),
            score(UNANSWERABLE, [], answered=False),
        )
    )
    new = RunResult(
        (
            score(ANSWERABLE, ["7", "8"], answered=True),
            score(other, ["4", "5"], answered=True),
            score(third, ["5"], answered=True),
        )
    )
    compared = compare(old, new)
    assert [one.change for one in compared.changes] == [Change.WORSE, Change.BETTER]
    assert (compared.only_before, compared.only_after) == (1, 1)
