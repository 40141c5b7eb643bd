"""Every page at desktop and phone width: nothing overflows, axe-core finds nothing serious.

``AXE_CORE`` names axe-core's script (npm: axe-core); without it the accessibility checks skip.
Screenshots are left in ``test-artifacts/`` to be looked at.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ARTIFACTS, Open

pytestmark = pytest.mark.browser

PUBLIC = {
    "public-home": "/",
    "public-search": "/search?q=失业金怎么领",
    "public-nothing": "/search?q=宠物火化",
    "public-category": "/category/社会保障",
    "public-by-unit": "/by-unit",
    "public-notices": "/notices",
    "public-questions": "/questions",
    "public-entry": "/entry/3",
    "public-track": "/track",
    "public-missing": "/entry/999999",
    "login": "/login",
    "api-docs": "/api/docs",
}
STAFF = {
    "desk": ("zuoxi01", "/desk?q=失业金怎么领"),
    "desk-none": ("zuoxi01", "/desk?q=宠物火化"),
    "desk-entry": ("zuoxi01", "/desk/entry/3?passage=1&q=失业金"),
    "units": ("jingban_rs", "/units"),
    "units-editor": ("bianji01", "/units"),
    "units-paste": ("jingban_rs", "/units/paste"),
    "units-write": ("jingban_rs", "/units/write/qa"),
    "units-entry": ("bianji01", "/units/entries/3"),
    "units-scans": ("jingban_rs", "/units/scans"),
    "reply-templates": ("jingban_rs", "/units/orders/templates"),
    "reply-template-new": ("jingban_rs", "/units/orders/templates/new?from=求助：已办结"),
    "dispatch": ("paidan01", "/dispatch"),
    "dispatch-unit": ("jingban_rs", "/dispatch"),
    "follow-up": ("huifang01", "/follow-up"),
    "ledger": ("duban01", "/dispatch/requests"),
    "supervise": ("duban01", "/supervise?span=month"),
    "overdue": ("duban01", "/supervise/orders"),
    "unanswered": ("duban01", "/supervise/unanswered"),
    "dictionary": ("bianji01", "/admin/dictionary"),
    "dictionary-new": ("bianji01", "/admin/dictionary/new"),
    "dictionary-versions": ("bianji01", "/admin/dictionary/versions"),
    "admin": ("admin01", "/admin"),
    "admin-units": ("admin01", "/admin/units"),
    "admin-audit": ("admin01", "/admin/audit"),
    "lab": ("bianji01", "/admin/search-lab?q=社保卡丢了怎么办"),
    "lab-compare": ("bianji01", "/admin/search-lab?q=公交卡&compare=1&w-grams=1"),
    "lab-queries": ("bianji01", "/admin/search-lab/queries"),
    "lab-runs": ("bianji01", "/admin/search-lab/runs"),
    "account": ("zuoxi01", "/account"),
}
ALL = {name: (None, path) for name, path in PUBLIC.items()} | STAFF
# The desk is a screen for two monitors; its own language says it needs 1280.
WIDE_ONLY = {"desk", "desk-none"}
WIDTHS = {"wide": (1440, 900), "phone": (390, 844)}


def shots() -> list[tuple[str, str]]:
    return [
        (name, width)
        for name in ALL
        for width in WIDTHS
        if not (width == "phone" and name in WIDE_ONLY)
    ]


@pytest.fixture(scope="session")
def axe() -> str:
    path = Path(os.environ.get("AXE_CORE", ""))
    return path.read_text("utf-8") if path.is_file() else ""


@pytest.mark.parametrize(("name", "width"), shots())
def test_a_page_fits_and_is_accessible(open_as: Open, axe: str, name: str, width: str) -> None:
    person, path = ALL[name]
    size = WIDTHS[width]
    page = open_as(person, path, width=size[0], height=size[1])
    page.wait_for_load_state("networkidle")
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"{name}-{width}.png", full_page=name not in WIDE_ONLY)
    assert page.title().strip()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    if not axe:
        pytest.skip("AXE_CORE is not set: page checked without axe-core")
    assert serious(page, axe) == []


def serious(page: Page, axe: str) -> list[str]:
    """axe-core's serious and critical findings, one line each."""
    # Evaluated by the debugger, so the page's own content policy stays on.
    page.evaluate(axe)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['target']} {node['failureSummary'][:200]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def test_what_is_missing_is_said_before_anything_is_to_be_confirmed(open_as: Open) -> None:
    page = open_as("paidan01", "/dispatch?state=accepted")
    page.locator(".wl-title").first.click()
    page.locator("#fold-cancelled > summary").click()
    cancel = page.locator("#do-cancelled footer button")
    cancel.click()
    why = page.locator("#t-cancelled")
    expect(why).to_be_focused()
    expect(page.locator("dialog[open]")).to_have_count(0)
    why.fill("来电人撤回")
    cancel.click()
    page.locator("dialog[open]").get_by_role("button", name="取消").click()
    expect(why).to_have_value("来电人撤回")
