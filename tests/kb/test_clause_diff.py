"""Two versions clause by clause: what was changed, added, removed and moved."""

import pytest

from kb.models import PassageRow
from kb.presenters.clause_diff import clause_diff, words_marked


def rows(*texts: str) -> list[PassageRow]:
    return [
        PassageRow(ordinal=number, text=text, heading_path="", kind="text")
        for number, text in enumerate(texts)
    ]


FEE = "第一条 学费每学期 800 元，在开学前一周缴清。"
WHEN = "第二条 报名从 5 月 20 日开始，到 6 月 10 日结束。"
WHERE = "第三条 报名地点在云汀市招生考试中心一楼大厅。"


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ((FEE, WHEN), (FEE, WHEN), ["same", "same"]),
        ((FEE, WHEN), (FEE.replace("800", "600"), WHEN), ["changed", "same"]),
        ((FEE, WHEN), (FEE, WHERE, WHEN), ["same", "added", "same"]),
        ((FEE, WHERE, WHEN), (FEE, WHEN), ["same", "removed", "same"]),
        ((FEE, WHEN, WHERE), (FEE, WHEN), ["same", "same", "removed"]),
        ((FEE, WHEN, WHERE), (WHEN, WHERE, FEE), ["same", "same", "moved"]),
        ((), (FEE,), ["added"]),
        ((FEE,), (), ["removed"]),
        ((), (), []),
    ],
)
def test_each_clause_is_told_by_what_became_of_it(
    old: tuple[str, ...], new: tuple[str, ...], kinds: list[str]
) -> None:
    found = clause_diff(rows(*old), rows(*new))
    assert [pair.kind for pair in found.pairs] == kinds
    assert len(found.changes) == sum(kind != "same" for kind in kinds)


def test_a_changed_clause_is_paired_with_its_own_old_text() -> None:
    changed = clause_diff(rows(FEE, WHEN), rows(WHEN.replace("5 月 20 日", "5 月 15 日"), FEE))
    (pair,) = [pair for pair in changed.pairs if pair.kind == "changed"]
    assert pair.old is not None and pair.new is not None
    assert (pair.old.text[:3], pair.new.text[:3]) == ("第二条", "第二条")


def test_a_number_is_marked_whole_on_both_sides() -> None:
    before, after = words_marked("每学期 800 元。", "每学期 860 元。")
    assert before == (("same", "每学期 "), ("del", "800"), ("same", " 元。"))
    assert after == (("same", "每学期 "), ("ins", "860"), ("same", " 元。"))


def test_every_clause_of_both_sides_is_shown_exactly_once() -> None:
    old = rows(*(f"第{n}条 关于事项{n}的规定，办理时限为 {n} 天。" for n in range(1, 40)))
    new = rows(*(f"第{n}条 关于事项{n}的规定，办理时限为 {n * 2} 天。" for n in range(5, 45)))
    pairs = clause_diff(old, new).pairs
    assert sorted(pair.old.ordinal for pair in pairs if pair.old) == list(range(39))
    assert [pair.new.ordinal for pair in pairs if pair.new] == list(range(40))
