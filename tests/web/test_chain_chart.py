"""效力沿革 as a picture: its axis, what is old, and that it fits a phone."""

from datetime import date

import pytest

from kb.db import Database
from kb.models import KnowledgeItem, Unit
from kb.services.entries import PlannedLink
from kb.terms import LinkKind
from tests.kb.conftest import EDITOR
from tests.kb.test_publishing import published
from webapp.chain_axis import axis_of
from webapp.chain_chart import Chart, chart_of

TODAY = date(2026, 7, 1)


def charts(database: Database, item_id: int) -> dict[str, Chart]:
    with database.reading() as session:
        item = session.get_one(KnowledgeItem, item_id)
        return {chart.name: chart for chart in chart_of(session, item, EDITOR, TODAY)}


def test_the_axis_begins_shortly_before_the_first_event():
    axis = axis_of([date(2026, 3, 1), date(2026, 6, 1)], TODAY, 0, 100)
    assert (axis.first, axis.last) == (date(2026, 2, 19), date(2026, 7, 11))  # ten days of room
    assert [name for name, _ in axis.ticks(12)] == [
        "2026-03",
        "2026-04",
        "2026-05",
        "2026-06",
        "2026-07",
    ]
    assert axis.place(axis.first) == 0
    assert axis.place(date(1990, 1, 1)) == 0
    assert axis.place(date(2200, 1, 1)) == 100


def test_a_long_time_is_told_in_years_and_an_end_far_ahead_does_not_crowd_it():
    axis = axis_of([date(2006, 5, 1), date(2099, 12, 31)], TODAY, 0, 100)
    names = [name for name, _ in axis.ticks(8)]
    assert names[0] == "2006"
    assert len(names) <= 8
    assert axis.last < date(2028, 1, 1)


@pytest.mark.parametrize("name", ["wide", "narrow"])
def test_every_bar_and_its_words_lie_within_the_picture(database: Database, unit: Unit, name: str):
    old = published(database, unit, valid_from=date(2024, 1, 1))
    link = PlannedLink(LinkKind.SUPERSEDES, old.item_id, date(2026, 6, 1))
    newer = published(database, unit, title="停车新办法", links=(link,))
    chart = charts(database, newer.item_id)[name]
    assert [bar.look for bar in chart.bars] == ["cx-old", "cx-on"]
    assert [bar.is_here for bar in chart.bars] == [False, True]
    for bar in chart.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= chart.width
        words = 13 * max(len(bar.title), len(bar.detail))
        left = bar.text_x - words if bar.text_anchor == "end" else bar.text_x
        assert left >= 0
        assert left + words <= chart.width


def test_a_decision_is_old_once_all_that_it_changed_has_ended(database: Database, unit: Unit):
    old = published(database, unit, title="停车办法", valid_from=date(2024, 1, 1))
    change = PlannedLink(LinkKind.AMENDS, old.item_id, date(2025, 1, 1))
    decision = published(
        database, unit, title="修改停车办法的决定", valid_from=date(2025, 1, 1), links=(change,)
    )
    before = charts(database, old.item_id)["wide"]
    assert [bar.look for bar in before.bars] == ["cx-on", "cx-on"]
    end = PlannedLink(LinkKind.REPEALS, old.item_id, date(2026, 6, 1))
    published(database, unit, title="废止停车办法的决定", valid_from=date(2026, 6, 1), links=(end,))
    bars = {bar.item_id: bar for bar in charts(database, old.item_id)["wide"].bars}
    assert bars[old.item_id].look == bars[decision.item_id].look == "cx-old"
    assert "所修改的文件已失效" in bars[decision.item_id].detail
    # Both end on the same day.
    ends = [bars[row.item_id].x + bars[row.item_id].width for row in (old, decision)]
    assert abs(ends[0] - ends[1]) < 0.2


def test_the_line_of_today_leaves_the_words_over_the_bars_free(database: Database, unit: Unit):
    old = published(database, unit, valid_from=date(2024, 1, 1))
    link = PlannedLink(LinkKind.SUPERSEDES, old.item_id, date(2026, 6, 1))
    newer = published(database, unit, title="停车新办法", links=(link,))
    drawn = charts(database, newer.item_id)
    chart = drawn["narrow"]
    stretches = [
        tuple(map(float, part.split(" ")[1].split("V"))) for part in chart.today_path.split("M")[1:]
    ]
    assert len(stretches) == 1 + len(chart.bars)
    for bar in chart.bars:
        first_line, last_line = bar.text_y - 12, bar.text_y + 17 + 4
        assert all(end <= first_line or begin >= last_line for begin, end in stretches)
        assert any(begin < bar.y and end > bar.y + bar.height for begin, end in stretches)
    assert drawn["wide"].today_path.count("M") == 1
