"""The categories offered beside the form: advice where there is some, else guesses called so."""

import pytest
from flask import Flask, render_template

from kb.services.registering import Beside
from kb.services.suggesting import CategorySuggestion

SURE = CategorySuggestion("住房保障/公积金", 0.8, ("说到公积金",))
FAINT = CategorySuggestion("公用事业/供水", 0.03, ("说到明天",))


@pytest.mark.parametrize(
    ("offered", "shown", "left_out", "is_guess"),
    [
        ((SURE, FAINT), "公积金", "供水", False),
        ((FAINT,), "供水", "公积金", True),
    ],
)
def test_guesses_stand_only_where_nothing_is_sure(
    app: Flask,
    offered: tuple[CategorySuggestion, ...],
    shown: str,
    left_out: str,
    is_guess: bool,
) -> None:
    with app.test_request_context("/desk"):
        html = render_template("agent_desk/_category_hints.html", beside=Beside(categories=offered))
    assert shown in html
    assert left_out not in html
    assert ("没有把握" in html) is is_guess
