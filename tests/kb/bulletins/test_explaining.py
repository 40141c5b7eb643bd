"""What a rate is said to divide is what it divides, by the city's choice."""

import pytest

from kb.bulletins.basis import DENOMINATORS
from kb.bulletins.explaining import definition, definition_at


@pytest.mark.parametrize("rate", ["resolved_on_time_rate", "acknowledged_on_time_rate"])
def test_each_choice_is_explained_by_itself(rate: str) -> None:
    said = {choice: definition(rate, {rate: choice}) for choice in DENOMINATORS[rate]}
    assert all("分母是" in text and "分子是" in text for text in said.values())
    assert len(set(said.values())) == len(said)


def test_open_orders_are_named_where_they_count() -> None:
    def said(choice: str) -> str:
        return definition_at(
            "by_unit/市公安局/resolved_on_time_rate", {"resolved_on_time_rate": choice}
        )

    assert "还没有办结的也在内" in said("dispatched")
    assert "还没有办结的都不计" in said("resolved")
    assert "时限没有到的都不计" in said("due")


def test_the_numerator_is_explained_with_its_rate() -> None:
    said = definition("resolved_on_time", {"resolved_on_time_rate": "due"})
    assert said.startswith("按期办结率的分子。分母是办结时限已到的转办工单")


def test_a_figure_of_the_period_before_has_none() -> None:
    address = "compare/previous/totals/resolved_on_time_rate/previous"
    assert definition_at(address, {"resolved_on_time_rate": "due"}) == ""
