"""What went wrong and what is asked for because of it: from the figures, or not at all."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from kb.bulletins.issuing import lessons
from kb.bulletins.issuing.outline import parts_of
from kb.bulletins.issuing.source import Source
from kb.bulletins.issuing.tokens import addressed, figures_in, printed, spoken, token
from kb.bulletins.records import records_of
from kb.bulletins.tracing import is_count
from kb.models import GapStep, Unit, WorkOrder
from kb.terms import BulletinKind
from tests.kb.bulletins.book import at, figures, window
from tests.kb.bulletins.test_records import library

__all__ = ["library"]  # the fixture: an entry adopted for R1, one lost for R2, two gaps

Draft = Callable[[Source], list[str]]
DRAFTS = (lessons.work, lessons.problems, lessons.required)
GRADES = {"of": "satisfaction_rate", "bands": [["好", 90], ["差", 0]], "at_least": 1}


def _said(draft: Draft, source: Source) -> str:
    return "\n".join(
        "".join(piece if isinstance(piece, str) else piece.text for piece in one.pieces)
        for one in (printed(text, source) for text in draft(source))
    )


def test_problems_are_the_counted_ones(library: Session) -> None:
    order = library.query(WorkOrder).filter_by(number="R7-住建局").one()
    order.returns = 1
    library.flush()
    source = Source(figures(library, grades=GRADES))
    # R3 was signed at 12:00 for 08:30 and resolved on the 12th for the 10th; R6 neither.
    assert _said(lessons.problems, source) == (
        "从3月的数字看，主要有以下问题："
        "一是有工单没有按期签收，超期签收工单2件，其中市住建局1件、供水公司1件；"
        "二是有工单没有按期办结，超期办结工单2件，其中市住建局1件、供水公司1件；"
        "三是有群众对办理结果不满意，不满意工单1件，其中供水公司1件；"
        "四是有单位满意率分档为“差”，供水公司0.00%、住建局0.00%；"
        "五是有工单被承办单位退回，退单工单1件，退单率25.00%；"
        "六是有诉求库中有答案仍转了工单，共1件，其中条目属于市住建局1件；"
        "七是有问题在知识库里查不到答案，新增缺口1个。"
    )
    assert _said(lessons.required, source) == (
        "针对3月的情况，"
        "一要按期签收工单，市住建局、供水公司对超期签收的2件逐件查明原因；"
        "二要按期办结工单，市住建局、供水公司对超期办结的2件逐件查明原因；"
        "三要提高办理质量，供水公司对不满意的1件逐件核实，向群众作出说明；"
        "四要提高满意率，供水公司、住建局对照分档查找不足、改进办理；"
        "五要减少退单，对退过单的1件逐件查明退回原因；"
        "六要用好知识库，对库中有答案仍转办的1件逐件复核；"
        "七要补齐知识缺口，对新增的1个缺口由责任单位提供答案。"
    )
    assert _said(lessons.work, source) == (
        "知识库建设方面，3月补齐知识缺口2个，原来的问题重新检索都有了答案；"
        "采纳知识库条目直接答复诉求1件，其中条目属于市住建局1件。"
    )


def test_each_number_opens_its_records_and_is_edited_by_name(library: Session) -> None:
    unit = library.query(Unit).filter_by(name="市住建局").one()
    gap = library.query(GapStep).first()
    assert gap is not None
    library.add(GapStep(gap_id=gap.gap_id, kind="reopened", at=at("03-25 09:00"), unit_id=unit.id))
    library.flush()
    source = Source(figures(library, grades=GRADES))
    texts = [text for draft in DRAFTS for text in draft(source)]
    bound = [figure for text in texts for figure in figures_in(printed(text, source))]
    assert "extra/knowledge/gaps/reopened" in {figure.address for figure in bound}
    for figure in bound:
        assert addressed(spoken(token(*figure.address.split("/")))) == f"{{{figure.address}}}"
        if is_count(figure.address):
            behind = records_of(library, window(grades=GRADES), figure.address, size=1)
            assert behind.total == figure.value, figure.address


def _numbers(**totals: Any) -> Source:
    """A document with nothing wrong but what is given."""
    return Source(
        {
            "period": {"from": "2026-03-01", "to": "2026-03-31"},
            "definitions": {"grades": GRADES, "rounding": {"decimals": 2}},
            "totals": totals,
        }
    )


def test_where_nothing_is_wrong_nothing_is_said() -> None:
    source = _numbers(overdue_acknowledged=0, overdue_resolved=0, dissatisfied=0, returned=0)
    assert [draft(source) for draft in DRAFTS] == [[], [], []]


def test_one_problem_alone_has_no_number() -> None:
    source = _numbers(returned=3, return_rate=1.5)
    assert _said(lessons.problems, source) == (
        "从3月的数字看，主要有以下问题：有工单被承办单位退回，退单工单3件，退单率1.50%。"
    )
    assert _said(lessons.required, source) == (
        "针对3月的情况，要减少退单，对退过单的3件逐件查明退回原因。"
    )


def test_nobody_is_asked_for_what_stands_for_everything_else() -> None:
    source = _numbers(overdue_resolved=9)
    units = [{"name": f"单位{at}", "count": 1} for at in "甲乙丙丁戊己"]
    source.document["extra"] = {  # type: ignore[index]
        "overdue_resolved": [*units, {"name": "待派单", "count": 3}]
    }
    said = _said(lessons.required, source)
    assert "单位甲、单位乙、单位丙、单位丁、单位戊等单位对超期办结的9件" in said
    source.document["extra"]["overdue_resolved"] = [{"name": "其他单位", "count": 9}]
    assert "各承办单位对超期办结的9件" in _said(lessons.required, source)


def test_knowledge_that_was_not_kept_up() -> None:
    source = _numbers()
    upkeep = {"duties": 4, "timely": 3, "rate": 75}
    source.document["extra"] = {"knowledge": {"upkeep": upkeep}}  # type: ignore[index]
    assert _said(lessons.problems, source) == (
        "从3月的数字看，主要有以下问题：有知识没有按时更新，应处理的条目4件，按时处理3件，"
        "知识更新及时率75.00%。"
    )
    assert _said(lessons.work, source) == (
        "知识库建设方面，3月应处理的知识条目4件，按时处理3件，知识更新及时率75.00%。"
    )


@pytest.mark.parametrize(
    ("kind", "drafted"), [(BulletinKind.MONTHLY, True), (BulletinKind.WEEKLY, False)]
)
def test_a_weekly_report_asks_for_nothing_by_itself(kind: BulletinKind, drafted: bool) -> None:
    (part,) = (one for one in parts_of(kind) if one.key == "next")
    assert bool(part.text(_numbers(returned=3))) is drafted
