"""条目页: what it says first, who may open it, and what it carries for print and sharing."""

import re
from datetime import date

import pytest
from flask.testing import FlaskClient

from kb.services.entries import PlannedLink
from kb.terms import KnowledgeKind, LinkKind
from tests.web.api_v1.city import City, supersedes


def test_it_says_first_whether_it_holds_and_gives_the_facts(
    client: FlaskClient, city: City
) -> None:
    item = city.publish(
        "居民医保断了怎么补缴？",
        valid_until=date(2030, 12, 31),
        facts={
            "conclusion": "可以补缴，补缴后等待 3 个月。",
            "materials": ["身份证", "户口簿"],
            "time_limit": "当场办结",
            "phone": "0999-1234567，或 12393",
        },
    )
    page = client.get(f"/entry/{item}").text.split("<body")[1]
    assert "现行有效，可以照此办理。" in page
    assert page.index("现行有效，可以照此办理。") < page.index("等待 3 个月")
    assert "<li>身份证</li><li>户口簿</li>" in page
    assert 'href="tel:09991234567"' in page
    assert 'href="tel:12393"' in page


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "sentence"),
    [
        (date(2026, 1, 1), date(2026, 5, 7), "即将到期，今天是最后一天。"),
        (date(2026, 1, 1), date(2026, 5, 20), "即将到期，还剩 13 天。"),
        (date(2026, 5, 8), None, "尚未施行，现在还不能照此办理。"),
        (date(2025, 1, 1), date(2026, 5, 6), "已到期，不能再照此办理。"),
    ],
)
def test_each_standing_has_its_own_sentence(
    client: FlaskClient, city: City, valid_from: date, valid_until: date | None, sentence: str
) -> None:
    item = city.publish("缴费通知", valid_from=valid_from, valid_until=valid_until)
    answer = client.get(f"/entry/{item}")
    assert answer.status_code == 200
    assert sentence in answer.text


def test_a_notice_of_repeal_is_not_called_what_holds_now(client: FlaskClient, city: City) -> None:
    old = city.publish("旧补助办法")
    link = PlannedLink(LinkKind.REPEALS, old, date(2026, 5, 1))
    notice = city.publish("关于废止旧补助办法的通知", links=[link])
    page = client.get(f"/entry/{old}").text
    assert f'废止它的是：<a href="/entry/{notice}">' in page
    assert "现行的是" not in page


def test_a_superseded_entry_leads_to_its_successor(client: FlaskClient, city: City) -> None:
    old = city.publish("旧办法", facts={"conclusion": "等待 6 个月。"})
    new = city.publish(
        "新办法",
        facts={"conclusion": "等待 3 个月。"},
        links=[supersedes(old, date(2026, 5, 1))],
    )
    page = client.get(f"/entry/{old}").text
    assert "已被新内容替代，不能再照此办理。" in page
    assert f'现行的是：<a href="/entry/{new}">新办法</a>' in page


def test_internal_withdrawn_draft_and_missing_are_one_page(client: FlaskClient, city: City) -> None:
    withdrawn = city.publish("停用的条目")
    city.withdraw(withdrawn)
    hidden = city.hide("内部口径")
    draft = city.draft("草稿")
    pages = set()
    for item in (withdrawn, hidden, draft, 987_654, 10**30):
        answer = client.get(f"/entry/{item}")
        assert answer.status_code == 404
        told = answer.text.replace(f"/entry/{item}", "/entry/…")  # the way back from 关怀版
        pages.add(re.sub(r"R-[0-9A-F]{4}-[0-9A-F]{4}", "R", told))
    assert len(pages) == 1


def test_it_may_be_shared_printed_and_briefly_cached(client: FlaskClient, city: City) -> None:
    item = city.publish("居民医保断了怎么补缴？")
    answer = client.get(f"/entry/{item}?utm=x")
    page = answer.text
    assert f'<link rel="canonical" href="http://localhost/entry/{item}">' in page
    assert '<meta property="og:title" content="居民医保断了怎么补缴？">' in page
    assert '<meta property="og:description" content="可以补缴，补缴后等待 3 个月。">' in page
    assert f'<meta property="og:url" content="http://localhost/entry/{item}">' in page
    assert 'class="print-only"' in page
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in answer.headers


def test_every_passage_has_its_anchor(client: FlaskClient, city: City) -> None:
    body = "## 第一章 总则\n\n第一条 为了方便群众，制定本办法。\n\n第二条 本办法适用于本市。\n"
    item = city.publish("试行办法", kind=KnowledgeKind.POLICY, body=body, facts={})
    page = client.get(f"/entry/{item}").text
    assert len(re.findall(r'id="p\d+"', page)) >= 2
    assert "第二条 本办法适用于本市。" in page


def test_hostile_text_is_shown_not_run(client: FlaskClient, city: City) -> None:
    item = city.publish(
        "<script>alert(1)</script>",
        facts={"conclusion": '"><img src=x onerror=alert(1)>', "phone": "<b>0999-1234567</b>"},
        body="[点我](javascript:alert(1)) <iframe src=//x></iframe>",
    )
    page = client.get(f"/entry/{item}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "<iframe" not in page
    assert 'href="javascript' not in page
    assert "<b>" not in page.split('class="how"')[1].split("</dl>")[0]
