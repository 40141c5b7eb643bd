"""Every public page can be read by a screen reader, without script, under the strict policy."""

import re
from itertools import pairwise

import pytest
from flask.testing import FlaskClient
from lxml import html

from kb.terms import KnowledgeKind
from tests.web.api_v1.city import City

PAGES = (
    "/",
    "/search",
    "/search?q=医保补缴",
    "/search?q=放风筝",
    "/search?q=？！",
    "/category/社会保障",
    "/category/没有",
    "/by-unit",
    "/by-unit/1",
    "/notices",
    "/questions",
    "/entry/1",
    "/entry/2",
    "/entry/987654",
    "/track",
    "/api/docs",
)


@pytest.fixture
def pages(client: FlaskClient, city: City) -> dict[str, html.HtmlElement]:
    facts = {"conclusion": "可以补缴。", "steps": ["先填表", "再缴费"], "phone": "0999-1234567"}
    body = "# 另一个标题\n\n## 第一章\n\n第一条 甲。\n\n| 项目 | 标准 |\n|---|---|\n| 甲 | 1 |\n"
    assert city.publish("医保怎么补缴", facts=facts) == 1
    assert city.publish("补缴通知", kind=KnowledgeKind.NOTICE, body=body) == 2
    return {path: html.fromstring(client.get(path).text) for path in PAGES}


def test_headings_go_down_one_level_at_a_time(pages: dict[str, html.HtmlElement]) -> None:
    for path, page in pages.items():
        levels = [int(found.tag[1]) for found in page.iter("h1", "h2", "h3", "h4", "h5", "h6")]
        assert levels[0] == 1, (path, levels)
        assert levels.count(1) == 1, (path, levels)
        jumps = [b - a for a, b in pairwise(levels)]
        assert all(jump <= 1 for jump in jumps), (path, levels)


def test_landmarks_labels_and_names(pages: dict[str, html.HtmlElement]) -> None:
    for path, page in pages.items():
        assert page.get("lang") == "zh-CN", path
        assert len(page.xpath("//main[@id='main']")) == 1, path
        assert page.xpath("//a[@class='skip'][@href='#main']"), path
        assert page.xpath("normalize-space(//title)"), path
        for field in page.xpath("//input[not(@type='hidden')] | //textarea | //select"):
            label = page.xpath(f"//label[@for='{field.get('id')}']")
            assert label and label[0].text_content().strip(), (path, field.get("name"))
        for link in page.xpath("//a | //button"):
            assert link.text_content().strip() or link.get("aria-label"), path
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), (path, sorted(ids))
        for named in page.xpath("//@aria-labelledby"):
            assert named in ids, (path, named)


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(
    client: FlaskClient, city: City
) -> None:
    city.publish("医保怎么补缴")
    for path in PAGES:
        answer = client.get(path)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert not re.search(r"\s(?:style|on[a-z]+)=", answer.text), path
        # Structured data is read, never run: the policy does not concern it.
        scripts = answer.text.replace('<script type="application/ld+json">', "")
        assert not re.search(r"<script(?![^>]*\ssrc=)", scripts), path
        assert not re.search(
            r'<(?:script|link|img)[^>]+(?:src|href)="https?://(?!localhost)', answer.text
        )


def test_pages_are_chinese(pages: dict[str, html.HtmlElement]) -> None:
    for path, page in pages.items():
        if path == "/api/docs":
            continue
        # A problem's number is random hexadecimal, which may spell a word.
        text = re.sub(r"R-[0-9A-F]{4}-[0-9A-F]{4}", "", page.find("body").text_content())
        words = re.findall(r"[A-Za-z]{3,}", text)
        assert set(words) <= {"http", "localhost", "entry", "English"}, (path, words)
