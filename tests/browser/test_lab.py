"""检索实验室 without a mouse: ask, choose, grade, keep."""

import pytest

from tests.browser.conftest import Open

pytestmark = pytest.mark.browser


def test_results_are_graded_and_kept_by_keyboard(open_as: Open) -> None:
    page = open_as("bianji01", "/admin/search-lab?q=社保卡不见了", width=1440, height=900)
    page.focus("#f-q")
    for key in ("ArrowDown", "3", "ArrowDown", "0", "s"):
        page.keyboard.press(key)
    page.wait_for_selector("text=已保存为评测问题")
    graded = page.eval_on_selector_all(
        "[data-grade-row] input:checked", "found => found.map(one => one.value)"
    )
    assert graded == ["3", "0"]
